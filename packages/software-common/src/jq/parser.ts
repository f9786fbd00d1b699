// Pipes, operators, definitions and bindings. Source: jq(1) 1.7, by precedence from the loosest.

import {
  type ArithmeticOperator,
  CompileError,
  type Definition,
  functionKey,
  type Node,
  type Pattern,
} from "./ast.ts";
import { tokenize } from "./lexer.ts";
import { type Names, TermParser } from "./parse-term.ts";
import type { Scope } from "./token-cursor.ts";

const ASSIGN = new Set(["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="]);
const COMPARE = new Set(["==", "!=", "<", "<=", ">", ">="]);
const ARITHMETIC = [
  ["+", "-"],
  ["*", "/", "%"],
] as const;
const MAX_DEPTH = 400;

/** Parses a program. @throws CompileError */
export function parseProgram(source: string, names: Names): Node {
  return new Parser(source, names).program();
}

/** Parses definitions alone. */
export function parseDefinitions(source: string, names: Names): Definition[] {
  return new Parser(source, names).definitions();
}

class Parser extends TermParser {
  #depth = 0;

  constructor(source: string, names: Names) {
    super(tokenize(source), names);
  }

  program(): Node {
    const node = this.cursor.current.kind === "end" ? ({ type: "identity" } as const) : this.pipe();
    if (this.cursor.current.kind !== "end") this.cursor.fail();
    return node;
  }

  definitions(): Definition[] {
    const all: Definition[] = [];
    while (this.cursor.is("def")) {
      const definition = this.#definition();
      this.nameInScope(functionKey(definition.name, definition.params.length));
      all.push(definition);
    }
    return all;
  }

  pipe(): Node {
    if (++this.#depth > MAX_DEPTH) throw new CompileError("expression nested too deep");
    const saved = this.scope;
    const node = this.#pipe();
    this.scope = saved;
    this.#depth--;
    return node;
  }

  #pipe(): Node {
    const { cursor } = this;
    if (cursor.is("def")) return this.#defined();
    if (cursor.take("label")) {
      const name = cursor.want("variable");
      cursor.expect("|");
      this.nameInScope(`*${name}`);
      return { type: "label", name, body: this.pipe() };
    }
    // A pipeline of many stages is a loop here, not a recursion.
    const stages: Node[] = [this.#comma()];
    while (cursor.take("|")) {
      if (cursor.is("def") || cursor.is("label")) {
        stages.push(this.pipe());
        break;
      }
      stages.push(this.#comma());
    }
    return stages.reduceRight((right, left) => ({ type: "pipe", left, right }));
  }

  #defined(): Node {
    const definition = this.#definition();
    this.nameInScope(functionKey(definition.name, definition.params.length));
    const rest: Node = this.cursor.current.kind === "end" ? { type: "identity" } : this.pipe();
    return { type: "define", definition, rest };
  }

  #definition(): Definition {
    const { cursor } = this;
    cursor.expect("def");
    const name = cursor.current.kind === "keyword" ? cursor.next().text : cursor.want("name");
    const params: string[] = [];
    if (cursor.take("(")) {
      do params.push(cursor.current.kind === "variable" ? cursor.next().text : cursor.want("name"));
      while (cursor.take(";"));
      cursor.expect(")");
    }
    cursor.expect(":");
    const saved: Scope | undefined = this.scope;
    this.nameInScope(functionKey(name, params.length));
    for (const param of params) {
      if (param.startsWith("$")) this.nameInScope(param);
      this.nameInScope(functionKey(param.replace("$", ""), 0));
    }
    const body = this.pipe();
    this.scope = saved;
    cursor.expect(";");
    return { name, params, body };
  }

  #comma(): Node {
    let left = this.#alternative();
    while (this.cursor.take(",")) left = { type: "comma", left, right: this.#alternative() };
    return left;
  }

  /** `//` groups to the right and binds looser than assignment. */
  #alternative(): Node {
    const left = this.#assignment();
    if (!this.cursor.take("//")) return left;
    return { type: "alternative", left, right: this.#alternative() };
  }

  #assignment(): Node {
    const left = this.#or();
    const { cursor } = this;
    if (cursor.current.kind !== "op" || !ASSIGN.has(cursor.current.text)) return left;
    const text = cursor.next().text;
    const op = (text === "=" || text === "|=" || text === "//=" ? text : text[0]) as "=" | ArithmeticOperator;
    const right = this.#alternative();
    if (cursor.current.kind === "op" && ASSIGN.has(cursor.current.text)) cursor.fail();
    return { type: "assign", op, left, right };
  }

  #or(): Node {
    let left = this.#and();
    while (this.cursor.take("or")) left = { type: "or", left, right: this.#and() };
    return left;
  }

  #and(): Node {
    let left = this.#compare();
    while (this.cursor.take("and")) left = { type: "and", left, right: this.#compare() };
    return left;
  }

  #compare(): Node {
    const left = this.#arithmetic(0);
    const { cursor } = this;
    if (cursor.current.kind !== "op" || !COMPARE.has(cursor.current.text)) return left;
    const op = cursor.next().text as "==";
    const right = this.#arithmetic(0);
    if (cursor.current.kind === "op" && COMPARE.has(cursor.current.text)) cursor.fail();
    return { type: "compare", op, left, right };
  }

  #arithmetic(level: number): Node {
    const operators = ARITHMETIC[level];
    if (operators === undefined) return this.#binding();
    let left = this.#arithmetic(level + 1);
    for (;;) {
      const op = operators.find((one) => this.cursor.is(one));
      if (op === undefined) return left;
      this.cursor.next();
      left = { type: "arithmetic", op, left, right: this.#arithmetic(level + 1) };
    }
  }

  /** A term, with `as` a binding for the rest of the pipe. */
  #binding(): Node {
    const { cursor } = this;
    if (cursor.is("def")) return this.pipe();
    if (cursor.take("-")) return { type: "negate", body: this.#binding() };
    const source = this.postTerm();
    if (!cursor.take("as")) return source;
    const patterns: Pattern[] = [];
    const saved = this.scope;
    do patterns.push(this.pattern());
    while (cursor.take("?//"));
    cursor.expect("|");
    const body = this.pipe();
    this.scope = saved;
    return { type: "bind", source, patterns, body };
  }
}
