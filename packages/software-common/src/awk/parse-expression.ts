// The expressions of awk, loosest operators first. Source: POSIX.1-2024 XCU awk, "Grammar".

import {
  type ArithmeticOperator,
  type ArrayName,
  AwkError,
  type BinaryOperator,
  type Expression,
  type Lvalue,
} from "./ast.ts";
import { TokenReader } from "./token-reader.ts";

export const MAX_DEPTH = 200;

export class ExpressionParser extends TokenReader {
  parenthesized(): Expression {
    this.expect("(");
    const test = this.unrestricted();
    this.expect(")");
    return test;
  }

  /** An expression inside of parentheses, where ">" compares and "in" is an operator. */
  unrestricted(): Expression {
    const { noGreater, noIn } = this;
    this.noGreater = this.noIn = false;
    const expression = this.expression();
    this.noGreater = noGreater;
    this.noIn = noIn;
    return expression;
  }

  arrayName(): ArrayName {
    if (this.token.type !== "name") throw this.unexpected();
    return this.scope.array(this.advance().text);
  }

  list(end: string): Expression[] {
    const out: Expression[] = [];
    for (this.skipNewlines(); !this.is(end); this.skipNewlines()) {
      out.push(this.unrestricted());
      this.skipNewlines();
      if (!this.take(",")) break;
    }
    return out;
  }

  expression(): Expression {
    if (++this.depth > MAX_DEPTH) throw new AwkError("expression is nested too deeply");
    const left = this.conditional();
    this.depth--;
    return left;
  }

  assignment(target: Expression): Expression | undefined {
    if (!isLvalue(target)) return undefined;
    const { text } = this.token;
    if (this.token.type !== "punctuation" || !/^[-+*/%^]?=$/.test(text)) return undefined;
    // "$1 /= 2/" cannot be told from a regular expression; awk takes it as an operator.
    this.advance();
    this.skipNewlines();
    const operator = text.length === 2 ? (text[0] as ArithmeticOperator) : undefined;
    return { type: "assign", operator, target, value: this.expression() };
  }

  conditional(): Expression {
    const test = this.or();
    if (!this.take("?")) return test;
    this.skipNewlines();
    const yes = this.expression();
    this.skipNewlines();
    this.expect(":");
    this.skipNewlines();
    return { type: "conditional", test, yes, no: this.expression() };
  }

  or(): Expression {
    let left = this.and();
    while (this.take("||")) {
      this.skipNewlines();
      left = { type: "or", left, right: this.and() };
    }
    return left;
  }

  and(): Expression {
    let left = this.membership();
    while (this.take("&&")) {
      this.skipNewlines();
      left = { type: "and", left, right: this.membership() };
    }
    return left;
  }

  membership(): Expression {
    let left = this.match();
    while (!this.noIn && this.take("in")) {
      const subscripts = left.type === "in" && left.array.name === "" ? left.subscripts : [left];
      left = { type: "in", subscripts, array: this.arrayName() };
    }
    return left;
  }

  match(): Expression {
    let left = this.comparison();
    while (this.is("~") || this.is("!~")) {
      const negated = this.advance().text === "!~";
      left = { type: "match", negated, left, right: this.comparison() };
    }
    return left;
  }

  comparison(): Expression {
    let left = this.concatenation();
    for (;;) {
      const { text, type } = this.token;
      if (type !== "punctuation") return left;
      if (text === "|" || text === "|&") {
        if (!this.pipeToGetline()) return left;
        left = { type: "getline", from: "command", source: left, target: this.optionalLvalue() };
        continue;
      }
      if (!/^(<|<=|==|!=|>|>=)$/.test(text) || (text === ">" && this.noGreater)) return left;
      this.advance();
      left = { type: "binary", operator: text as BinaryOperator, left, right: this.concatenation() };
    }
  }

  /** Takes "| getline"; a "|" alone is left to print. */
  pipeToGetline(): boolean {
    if (!this.lexer.followedBy("getline")) return false;
    this.advance();
    this.advance();
    return true;
  }

  concatenation(): Expression {
    let left = this.additive();
    while (this.startsOperand()) left = { type: "binary", operator: "concat", left, right: this.additive() };
    return left;
  }

  /** Whether an operand that can be concatenated begins here. */
  startsOperand(): boolean {
    const { type, text } = this.token;
    if (type === "number" || type === "string" || type === "regex" || type === "name") return true;
    if (type === "function" || type === "builtin") return true;
    return type === "punctuation" && (text === "$" || text === "(" || text === "++" || text === "--");
  }

  additive(): Expression {
    let left = this.multiplicative();
    while (this.is("+") || this.is("-")) {
      const operator = this.advance().text as "+" | "-";
      left = { type: "binary", operator, left, right: this.multiplicative() };
    }
    return left;
  }

  multiplicative(): Expression {
    let left = this.unary();
    while (this.is("*") || this.is("/") || this.is("%")) {
      const operator = this.advance().text as "*" | "/" | "%";
      left = { type: "binary", operator, left, right: this.unary() };
    }
    return left;
  }

  unary(): Expression {
    for (const operator of ["!", "-", "+"] as const) {
      if (!this.take(operator)) continue;
      // "! x ~ y" negates the match, as in other awks.
      const operand = this.unary();
      if (operator === "!" && (this.is("~") || this.is("!~"))) {
        const negated = this.advance().text === "!~";
        return {
          type: "unary",
          operator,
          operand: { type: "match", negated, left: operand, right: this.comparison() },
        };
      }
      return { type: "unary", operator, operand };
    }
    return this.power();
  }

  power(): Expression {
    const base = this.postfix();
    const assigned = this.assignment(base);
    if (assigned !== undefined) return assigned;
    if (!this.take("^")) return base;
    // "-" binds looser than "^" on the left, but may follow it.
    const right = this.is("-") || this.is("+") || this.is("!") ? this.unary() : this.power();
    return { type: "binary", operator: "^", left: base, right };
  }

  postfix(): Expression {
    const operand = this.primary();
    if (!isLvalue(operand)) return operand;
    if (this.take("++")) return { type: "increment", target: operand, by: 1, prefix: false };
    if (this.take("--")) return { type: "increment", target: operand, by: -1, prefix: false };
    return operand;
  }

  primary(): Expression {
    const { type, text } = this.token;
    switch (type) {
      case "number":
        return { type: "number", value: this.advance().value };
      case "string":
        this.advance();
        return { type: "string", value: text };
      case "regex":
        this.advance();
        return { type: "regex", source: text };
      case "name":
        return this.variable();
      case "function":
        return this.call();
      case "builtin":
        return this.builtin();
      default:
        return this.punctuated();
    }
  }

  punctuated(): Expression {
    if (this.take("$")) return { type: "field", index: this.fieldIndex() };
    if (this.is("++") || this.is("--")) {
      const by = this.advance().text === "++" ? 1 : -1;
      const target = this.primary();
      if (!isLvalue(target)) throw this.unexpected();
      return { type: "increment", target, by, prefix: true };
    }
    if (this.take("getline")) return this.plainGetline();
    if (this.take("(")) return this.grouping();
    if (this.is("-") || this.is("+") || this.is("!")) return this.unary();
    throw this.unexpected();
  }

  fieldIndex(): Expression {
    if (this.is("++") || this.is("--")) return this.punctuated();
    if (this.is("-") || this.is("+") || this.is("!")) return this.unary();
    return this.primary();
  }

  grouping(): Expression {
    const first = this.list(")");
    this.expect(")");
    if (first.length === 1) return { type: "group", body: first[0]! };
    // A list: the left side of "in", or all of print's arguments. The nameless array marks it until then.
    return { type: "in", subscripts: first, array: { name: "", slot: { scope: "special" } } };
  }

  variable(): Expression {
    const name = this.advance().text;
    if (!this.take("[")) return { type: "variable", name, slot: this.scope.slot(name) };
    const subscripts = this.list("]");
    this.expect("]");
    return { type: "index", array: this.scope.array(name), subscripts };
  }

  optionalLvalue(): Lvalue | undefined {
    if (this.token.type !== "name" && !this.is("$")) return undefined;
    const target = this.primary();
    if (!isLvalue(target)) throw this.unexpected();
    return target;
  }

  plainGetline(): Expression {
    const target = this.optionalLvalue();
    if (!this.take("<")) return { type: "getline", from: "main", source: undefined, target };
    return { type: "getline", from: "file", source: this.postfix(), target };
  }

  call(): Expression {
    const name = this.advance().text;
    this.expect("(");
    const args = this.list(")");
    this.expect(")");
    this.scope.call(name, args);
    return { type: "call", name, args };
  }

  builtin(): Expression {
    const name = this.advance().text;
    if (!this.take("(")) {
      if (name === "length") return { type: "builtin", name, args: [] };
      throw this.unexpected();
    }
    const args = this.list(")");
    this.expect(")");
    const arrayAt = ARRAY_ARGUMENTS[name];
    for (const at of arrayAt ?? []) {
      const arg = args[at];
      if (arg?.type === "variable") this.scope.array(arg.name);
    }
    return { type: "builtin", name, args };
  }
}

/** Which arguments of built-in functions are arrays. */
const ARRAY_ARGUMENTS: Readonly<Record<string, readonly number[]>> = {
  split: [1, 3],
  match: [2],
  asort: [0, 1],
  asorti: [0, 1],
  patsplit: [1, 3],
};

export function isLvalue(expression: Expression): expression is Lvalue {
  return expression.type === "variable" || expression.type === "index" || expression.type === "field";
}
