import { CompileError, functionKey, type Node, type Pattern } from "./ast.ts";
import type { Token } from "./lexer.ts";
import { inScope, type Scope, TokenCursor } from "./token-cursor.ts";
import { numberFromText } from "./value.ts";

/** What is defined before the program begins. */
export interface Names {
  hasFunction(key: string): boolean;
  hasVariable(name: string): boolean;
}

const CONSTANTS: ReadonlyMap<string, Node> = new Map(
  [null, true, false].map((value) => [String(value), { type: "literal", value }]),
);
const IDENTITY: Node = { type: "identity" };

/** Terms: literals, paths, calls, constructions and what is in brackets. */
export abstract class TermParser {
  protected readonly cursor: TokenCursor;
  protected scope: Scope | undefined;
  readonly #names: Names;

  constructor(tokens: readonly Token[], names: Names) {
    this.cursor = new TokenCursor(tokens);
    this.#names = names;
  }

  /** A whole expression. */
  abstract pipe(): Node;

  protected nameInScope(key: string): void {
    this.scope = { key, parent: this.scope };
  }

  /** A term, or `try` with one. */
  protected postTerm(): Node {
    const { cursor } = this;
    if (!cursor.take("try")) return this.#term();
    const body = this.#handled();
    return { type: "try", body, handler: cursor.take("catch") ? this.#handled() : undefined };
  }

  #handled(): Node {
    return this.cursor.take("-") ? { type: "negate", body: this.postTerm() } : this.postTerm();
  }

  #term(): Node {
    const { cursor } = this;
    let term = this.#primary();
    for (;;) {
      if (cursor.take("?") || cursor.splitOptional()) term = { type: "try", body: term, handler: undefined };
      else if (cursor.current.kind === "field") term = field(term, cursor.next().text);
      else if (cursor.take("[")) term = this.#bracket(term);
      else if (cursor.take(".")) {
        if (cursor.take("[")) term = this.#bracket(term);
        else if (cursor.current.kind === "string")
          term = { type: "index", term, key: this.#string(undefined) };
        else cursor.fail();
      } else return term;
    }
  }

  #primary(): Node {
    const { cursor } = this;
    const { kind, text } = cursor.current;
    switch (kind) {
      case "number":
        return { type: "literal", value: numberFromText(cursor.next().text) };
      case "string":
        return this.#string(undefined);
      case "format":
        cursor.next();
        return cursor.current.kind === "string" ? this.#string(text) : { type: "format", name: text };
      case "field":
        return field(IDENTITY, cursor.next().text);
      case "variable":
        return this.#variable();
      case "name":
        return this.#call();
      case "keyword":
        return this.#keyword();
      default:
        return this.#punctuation();
    }
  }

  #punctuation(): Node {
    const { cursor } = this;
    if (cursor.take("..")) return { type: "call", name: "recurse/0", args: [] };
    if (cursor.take(".")) {
      if (cursor.take("[")) return this.#bracket(IDENTITY);
      if (cursor.current.kind === "string")
        return { type: "index", term: IDENTITY, key: this.#string(undefined) };
      return IDENTITY;
    }
    if (cursor.take("(")) {
      const node = this.pipe();
      cursor.expect(")");
      return node;
    }
    if (cursor.take("[")) {
      if (cursor.take("]")) return { type: "array", body: undefined };
      const body = this.pipe();
      cursor.expect("]");
      return { type: "array", body };
    }
    if (cursor.take("{")) return this.#object();
    return cursor.fail();
  }

  #bracket(term: Node): Node {
    const { cursor } = this;
    if (cursor.take("]")) return { type: "iterate", term };
    const from = cursor.is(":") ? undefined : this.pipe();
    if (cursor.take(":")) {
      const to = cursor.is("]") ? undefined : this.pipe();
      cursor.expect("]");
      return { type: "slice", term, from, to };
    }
    cursor.expect("]");
    return { type: "index", term, key: from! };
  }

  #string(format: string | undefined): Node {
    const { parts = [] } = this.cursor.next();
    if (parts.length === 1) return { type: "literal", value: parts[0] as string };
    const nodes = parts.map((part) =>
      typeof part === "string" ? part : this.cursor.within(part, () => this.pipe()),
    );
    return { type: "string", parts: nodes, format };
  }

  #variable(): Node {
    const { text, line } = this.cursor.next();
    if (text === "$__loc__") return location(line);
    if (!inScope(this.scope, text) && !this.#names.hasVariable(text))
      throw new CompileError(`${text} is not defined at <top-level>, line ${line}`);
    return { type: "variable", name: text };
  }

  #call(): Node {
    const { cursor } = this;
    const { text: name, line } = cursor.next();
    if (name === "break" && cursor.current.kind === "variable") return this.#break();
    const constant = CONSTANTS.get(name);
    if (constant !== undefined && !cursor.is("(")) return constant;
    const args: Node[] = [];
    if (cursor.take("(")) {
      do args.push(this.pipe());
      while (cursor.take(";"));
      cursor.expect(")");
    }
    const key = functionKey(name, args.length);
    if (!inScope(this.scope, key) && !this.#names.hasFunction(key))
      throw new CompileError(`${key} is not defined at <top-level>, line ${line}`);
    return { type: "call", name: key, args };
  }

  #break(): Node {
    const { text, line } = this.cursor.next();
    if (!inScope(this.scope, `*${text}`))
      throw new CompileError(`$*label-${text.slice(1)} is not defined at <top-level>, line ${line}`);
    return { type: "break", name: text };
  }

  #keyword(): Node {
    const { cursor } = this;
    if (cursor.take("if")) return this.#if();
    if (cursor.take("reduce")) {
      const { source, pattern, parts } = this.#fold(2);
      return { type: "reduce", source, pattern, init: parts[0]!, update: parts[1]! };
    }
    if (cursor.take("foreach")) {
      const { source, pattern, parts } = this.#fold(3);
      return { type: "foreach", source, pattern, init: parts[0]!, update: parts[1]!, extract: parts[2] };
    }
    return cursor.fail();
  }

  #if(): Node {
    const { cursor } = this;
    const condition = this.pipe();
    cursor.expect("then");
    const then = this.pipe();
    if (cursor.take("elif")) return { type: "if", condition, then, otherwise: this.#if() };
    const otherwise = cursor.take("else") ? this.pipe() : undefined;
    cursor.expect("end");
    return { type: "if", condition, then, otherwise };
  }

  #fold(most: number): { source: Node; pattern: Pattern[]; parts: Node[] } {
    const { cursor } = this;
    const source = this.postTerm();
    cursor.expect("as");
    const saved = this.scope;
    const pattern: Pattern[] = [];
    do pattern.push(this.pattern());
    while (cursor.take("?//"));
    cursor.expect("(");
    const parts = [this.pipe()];
    while (cursor.take(";")) parts.push(this.pipe());
    if (parts.length < 2 || parts.length > most) cursor.fail();
    cursor.expect(")");
    this.scope = saved;
    return { source, pattern, parts };
  }

  /** What `as` binds; declares its variables. */
  protected pattern(): Pattern {
    const { cursor } = this;
    if (cursor.current.kind === "variable") {
      const name = cursor.next().text;
      this.nameInScope(name);
      return { type: "variable", name };
    }
    if (cursor.take("[")) {
      const items: Pattern[] = [];
      do items.push(this.pattern());
      while (cursor.take(","));
      cursor.expect("]");
      return { type: "array", items };
    }
    cursor.expect("{");
    const entries: { key: Node; variable: string | undefined; value: Pattern | undefined }[] = [];
    do entries.push(this.#patternEntry());
    while (cursor.take(","));
    cursor.expect("}");
    return { type: "object", entries };
  }

  #patternEntry(): { key: Node; variable: string | undefined; value: Pattern | undefined } {
    const { cursor } = this;
    if (cursor.current.kind === "variable") {
      const variable = cursor.next().text;
      this.nameInScope(variable);
      const value = cursor.take(":") ? this.pattern() : undefined;
      return { key: { type: "literal", value: variable.slice(1) }, variable, value };
    }
    const key = this.#key();
    cursor.expect(":");
    return { key, variable: undefined, value: this.pattern() };
  }

  #key(): Node {
    const { cursor } = this;
    const { kind } = cursor.current;
    if (kind === "name" || kind === "keyword") return { type: "literal", value: cursor.next().text };
    if (kind === "string") return this.#string(undefined);
    cursor.expect("(");
    const key = this.pipe();
    cursor.expect(")");
    return key;
  }

  #object(): Node {
    const { cursor } = this;
    const entries: { key: Node; value: Node }[] = [];
    while (!cursor.is("}")) {
      entries.push(this.#entry());
      if (!cursor.take(",")) break;
    }
    cursor.expect("}");
    return { type: "object", entries };
  }

  #entry(): { key: Node; value: Node } {
    const { cursor } = this;
    const { kind, text } = cursor.current;
    if (kind === "variable") {
      const value = this.#variable();
      return { key: { type: "literal", value: text.slice(1) }, value };
    }
    let key: Node;
    if (kind === "format") {
      cursor.next();
      key = cursor.current.kind === "string" ? this.#string(text) : { type: "format", name: text };
    } else key = kind === "number" ? this.#primary() : this.#key();
    if (cursor.take(":")) return { key, value: this.#entryValue() };
    if (kind === "op" || kind === "number") cursor.fail();
    return { key, value: { type: "index", term: IDENTITY, key } };
  }

  /** Terms with `|` between them: a comma begins the next entry. */
  #entryValue(): Node {
    const { cursor } = this;
    const left: Node = cursor.take("-") ? { type: "negate", body: this.postTerm() } : this.postTerm();
    return cursor.take("|") ? { type: "pipe", left, right: this.#entryValue() } : left;
  }
}

const field = (term: Node, name: string): Node => ({
  type: "index",
  term,
  key: { type: "literal", value: name },
});

const location = (line: number): Node => ({
  type: "literal",
  value: new Map<string, string | number>([
    ["file", "<top-level>"],
    ["line", line],
  ]),
});
