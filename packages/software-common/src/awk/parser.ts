// The grammar of awk. Source: POSIX.1-2024 XCU awk; gawk manual for switch, BEGINFILE, nextfile, |&.

import {
  type ArithmeticOperator,
  type ArrayName,
  AwkError,
  type AwkFunction,
  type AwkProgram,
  type BinaryOperator,
  type Expression,
  type Lvalue,
  type Redirect,
  type Rule,
  type Statement,
  type SwitchCase,
} from "./ast.ts";
import { Lexer, type Token } from "./lexer.ts";
import { Scope } from "./scope.ts";

const MAX_DEPTH = 200;

export function parseAwk(source: string): AwkProgram {
  return new AwkParser(source).program();
}

/** After these an operand cannot begin: "/" divides. */
function endsOperand(token: Token): boolean {
  if (token.type === "number" || token.type === "string" || token.type === "regex" || token.type === "name")
    return true;
  if (token.type === "builtin") return token.text === "length";
  return (
    token.type === "punctuation" && [")", "]", "$", "++", "--"].includes(token.text) && token.text !== "$"
  );
}

class AwkParser {
  readonly lexer: Lexer;
  readonly scope = new Scope();
  token: Token;
  depth = 0;
  /** Inside of print without parentheses, ">" redirects. */
  noGreater = false;
  /** In the head of a for statement, "in" belongs to it. */
  noIn = false;

  constructor(source: string) {
    this.lexer = new Lexer(source);
    this.token = this.lexer.next(true);
  }

  // ── tokens ──────────────────────────────────────────────────────────

  advance(): Token {
    const token = this.token;
    this.token = this.lexer.next(!endsOperand(token));
    return token;
  }

  is(text: string): boolean {
    const { type } = this.token;
    return (type === "punctuation" || type === "keyword") && this.token.text === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }

  unexpected(): AwkError {
    const { type, text, line } = this.token;
    const where =
      type === "end"
        ? "unexpected end of program"
        : type === "newline"
          ? "unexpected newline"
          : `unexpected '${text}'`;
    return new AwkError(`cmd. line:${line}: syntax error: ${where}`);
  }

  skipNewlines(): void {
    while (this.token.type === "newline") this.advance();
  }

  skipTerminators(): void {
    while (this.token.type === "newline" || this.is(";")) this.advance();
  }

  // ── program ─────────────────────────────────────────────────────────

  program(): AwkProgram {
    const out: AwkProgram = {
      begin: [],
      end: [],
      beginFile: [],
      endFile: [],
      rules: [],
      functions: this.scope.functions,
      globals: this.scope.globals,
      arrays: this.scope.arrays,
    };
    for (this.skipTerminators(); this.token.type !== "end"; this.skipTerminators()) this.item(out);
    this.scope.resolve();
    return out;
  }

  item(out: AwkProgram): void {
    if (this.take("function")) this.functionDefinition();
    else if (this.take("BEGIN")) out.begin.push(this.action());
    else if (this.take("END")) out.end.push(this.action());
    else if (this.take("BEGINFILE")) out.beginFile.push(this.action());
    else if (this.take("ENDFILE")) out.endFile.push(this.action());
    else out.rules.push(this.rule());
  }

  action(): Statement {
    if (!this.is("{")) throw this.unexpected();
    return this.block();
  }

  rule(): Rule {
    const patterns: Expression[] = [];
    if (!this.is("{")) {
      patterns.push(this.expression());
      if (this.take(",")) {
        this.skipNewlines();
        patterns.push(this.expression());
      }
    }
    return { patterns, body: this.is("{") ? this.block() : undefined };
  }

  functionDefinition(): void {
    const name = this.advance().text;
    this.expect("(");
    const parameters: string[] = [];
    for (this.skipNewlines(); !this.is(")"); this.skipNewlines()) {
      if (this.token.type !== "name") throw this.unexpected();
      parameters.push(this.advance().text);
      this.skipNewlines();
      if (!this.take(",")) break;
    }
    this.expect(")");
    this.skipNewlines();
    if (this.scope.functions.has(name)) throw new AwkError(`function name \`${name}' previously defined`);
    const definition: AwkFunction = {
      name,
      parameters,
      body: { type: "block", body: [] },
      arrays: [],
      waits: false,
    };
    this.scope.functions.set(name, definition);
    this.scope.current = definition;
    definition.body = this.block();
    this.scope.current = undefined;
  }

  // ── statements ──────────────────────────────────────────────────────

  block(): Statement {
    if (++this.depth > MAX_DEPTH) throw new AwkError("program is nested too deeply");
    this.expect("{");
    const body: Statement[] = [];
    for (this.skipTerminators(); !this.is("}"); this.skipTerminators()) {
      if (this.token.type === "end") throw this.unexpected();
      body.push(this.statement());
    }
    this.advance();
    this.depth--;
    return { type: "block", body };
  }

  /** The body of if, while, for: a statement that may stand on the next line, or nothing. */
  body(): Statement {
    this.skipNewlines();
    if (this.take(";")) return { type: "block", body: [] };
    return this.statement();
  }

  endStatement(): void {
    if (this.token.type === "newline" || this.is(";")) {
      this.advance();
      return;
    }
    if (!this.is("}") && this.token.type !== "end") throw this.unexpected();
  }

  statement(): Statement {
    if (this.is("{")) return this.block();
    if (this.take("if")) return this.ifStatement();
    if (this.take("while")) {
      const test = this.parenthesized();
      return { type: "while", test, body: this.body(), testFirst: true };
    }
    if (this.take("do")) return this.doStatement();
    if (this.take("for")) return this.forStatement();
    if (this.take("switch")) return this.switchStatement();
    const statement = this.simpleStatement();
    this.endStatement();
    return statement;
  }

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

  ifStatement(): Statement {
    const test = this.parenthesized();
    const yes = this.body();
    this.skipTerminators();
    if (this.take("else")) return { type: "if", test, yes, no: this.body() };
    return { type: "if", test, yes, no: undefined };
  }

  doStatement(): Statement {
    const body = this.body();
    this.skipTerminators();
    this.expect("while");
    const test = this.parenthesized();
    this.endStatement();
    return { type: "while", test, body, testFirst: false };
  }

  forStatement(): Statement {
    this.expect("(");
    this.noIn = true;
    const init = this.is(";") ? undefined : this.simpleStatement();
    this.noIn = false;
    if (init?.type === "expression" && this.take("in")) return this.forIn(init.expression);
    this.expect(";");
    this.skipNewlines();
    const test = this.is(";") ? undefined : this.expression();
    this.expect(";");
    this.skipNewlines();
    const step = this.is(")") ? undefined : this.simpleStatement();
    this.expect(")");
    return { type: "for", init, test, step, body: this.body() };
  }

  forIn(target: Expression): Statement {
    if (!isLvalue(target)) throw this.unexpected();
    const array = this.arrayName();
    this.expect(")");
    return { type: "forIn", target, array, body: this.body() };
  }

  switchStatement(): Statement {
    const value = this.parenthesized();
    this.skipNewlines();
    this.expect("{");
    const cases: SwitchCase[] = [];
    for (this.skipTerminators(); !this.take("}"); this.skipTerminators()) {
      if (this.take("case")) cases.push({ value: this.concatenation(), body: [] });
      else if (this.take("default")) cases.push({ value: undefined, body: [] });
      else if (cases.length > 0) {
        cases.at(-1)!.body.push(this.statement());
        continue;
      } else throw this.unexpected();
      this.expect(":");
    }
    return { type: "switch", value, cases };
  }

  arrayName(): ArrayName {
    if (this.token.type !== "name") throw this.unexpected();
    return this.scope.array(this.advance().text);
  }

  simpleStatement(): Statement {
    if (this.is("print") || this.is("printf")) return this.print();
    if (this.take("delete")) return this.deleteStatement();
    for (const type of ["break", "continue", "next", "nextfile"] as const)
      if (this.take(type)) return { type };
    for (const type of ["exit", "return"] as const) {
      if (this.take(type)) return { type, value: this.atEnd() ? undefined : this.expression() };
    }
    return { type: "expression", expression: this.expression() };
  }

  atEnd(): boolean {
    const { type } = this.token;
    return type === "newline" || type === "end" || this.is(";") || this.is("}");
  }

  deleteStatement(): Statement {
    const parenthesized = this.take("(");
    const array = this.arrayName();
    let subscripts: Expression[] | undefined;
    if (this.take("[")) {
      subscripts = this.list("]");
      this.expect("]");
    }
    if (parenthesized) this.expect(")");
    return { type: "delete", array, subscripts };
  }

  print(): Statement {
    const type = this.advance().text as "print" | "printf";
    const { noGreater } = this;
    this.noGreater = true;
    let args: Expression[] = [];
    if (!this.atEnd() && !this.is(">") && !this.is("|") && !this.is(">>") && !this.is("|&"))
      args = this.printArguments();
    const redirect = this.redirect();
    this.noGreater = noGreater;
    return { type, args, redirect };
  }

  printArguments(): Expression[] {
    const first = this.expression();
    // (a, b) is a list if nothing but a redirection follows; "grouping" marks it.
    const args = first.type === "in" && first.array.name === "" ? first.subscripts : [first];
    while (this.take(",")) {
      this.skipNewlines();
      args.push(this.expression());
    }
    return args;
  }

  redirect(): Redirect | undefined {
    for (const operator of [">", ">>", "|", "|&"] as const) {
      if (!this.take(operator)) continue;
      return { operator: operator === "|&" ? "|" : operator, target: this.concatenation() };
    }
    return undefined;
  }

  // ── expressions, loosest first ──────────────────────────────────────

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

function isLvalue(expression: Expression): expression is Lvalue {
  return expression.type === "variable" || expression.type === "index" || expression.type === "field";
}
