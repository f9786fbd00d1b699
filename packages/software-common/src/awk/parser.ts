// The grammar of awk: rules, functions and statements. Source: POSIX.1-2024 XCU awk; gawk manual for switch,
// BEGINFILE, nextfile, |&.

import {
  AwkError,
  type AwkFunction,
  type AwkProgram,
  type Expression,
  type Redirect,
  type Rule,
  type Statement,
  type SwitchCase,
} from "./ast.ts";
import { ExpressionParser, isLvalue, MAX_DEPTH } from "./parse-expression.ts";

export function parseAwk(source: string): AwkProgram {
  return new AwkParser(source).program();
}

class AwkParser extends ExpressionParser {
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
}
