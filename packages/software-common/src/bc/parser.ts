// bc's statements and functions. Source: POSIX XCU bc, "Grammar"; GNU bc manual, "Statements".

import type { Instruction, Parameter, UserFunction } from "./code.ts";
import { Expressions } from "./expressions.ts";
import { BcSyntaxError, type Parse } from "./token-stream.ts";

/** What stands on a line of its own, ready to run. */
export type Item =
  | { kind: "code"; code: readonly Instruction[] }
  | { kind: "function"; definition: UserFunction }
  | { kind: "complaints"; texts: readonly string[] }
  | { kind: "quit" };

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  q: '"',
  r: "\r",
  t: "\t",
  "\\": "\\",
};

interface Loop {
  /** Jumps to the end, patched when it is known. */
  breaks: number[];
  continueTo: number;
}

export class Parser extends Expressions {
  readonly #voids = new Set<string>();
  #loops: Loop[] = [];
  #function: { isVoid: boolean } | undefined;
  #nesting = 0;

  protected override isVoid(name: string): boolean {
    return this.#voids.has(name);
  }

  protected override resetNesting(): void {
    super.resetNesting();
    this.#nesting = 0;
    this.#loops = [];
    this.#function = undefined;
  }

  /** One line, or more if a statement is longer; yields when it needs the next. */
  *item(): Parse<Item> {
    this.code = [];
    this.complaints = [];
    this.invalid = false;
    try {
      if ((yield* this.peek()).kind === "end") return { kind: "quit" };
      const item = (yield* this.isSymbol("define")) ? yield* this.#define() : yield* this.#line();
      if (this.complaints.length === 0) return item;
    } catch (error) {
      if (!(error instanceof BcSyntaxError)) throw error;
      this.complaints.push(error.message);
      this.invalid = true;
      if (error === QUIT) return { kind: "quit" };
      yield* this.skipLine();
    }
    return { kind: "complaints", texts: this.complaints };
  }

  /** What a warning left to run. */
  get runnable(): readonly Instruction[] {
    return this.invalid ? [] : this.code;
  }

  *#line(): Parse<Item> {
    for (;;) {
      if (yield* this.takeSymbol("\n")) return { kind: "code", code: this.code };
      if (yield* this.takeSymbol(";")) continue;
      yield* this.#statement();
      if (!(yield* this.isSymbol("\n")) && !(yield* this.isSymbol(";"))) this.fail("syntax error");
    }
  }

  *#statement(): Parse<void> {
    if (++this.#nesting > 300) this.fail("statement too deep");
    const { kind, text } = yield* this.peek();
    if (kind === "string") {
      this.advance();
      this.emit({ op: "text", text });
    } else if (kind !== "symbol" || !(yield* this.#keyword(text))) {
      const outcome = yield* this.expression();
      if (outcome === "value") this.emit({ op: "show", newline: true });
      else this.emit({ op: "pop" });
    }
    this.#nesting--;
  }

  /** A statement that begins with a word or a brace; false: it is an expression. */
  *#keyword(text: string): Parse<boolean> {
    const parse = this.#keywords[text];
    if (!parse) return false;
    this.advance();
    const rest = parse.call(this);
    if (rest) yield* rest;
    return true;
  }

  readonly #keywords: Readonly<Record<string, (this: Parser) => Parse<void> | void>> = {
    "{": this.#block,
    if: this.#if,
    while: this.#while,
    for: this.#for,
    break: this.#break,
    continue: this.#continue,
    return: this.#return,
    print: this.#print,
    halt() {
      this.extension("halt statement");
      this.emit({ op: "halt" });
    },
    quit() {
      throw QUIT;
    },
    limits() {
      this.emit({ op: "limits" });
    },
    warranty() {
      this.emit({ op: "warranty" });
    },
  };

  *#block(): Parse<void> {
    for (;;) {
      if ((yield* this.takeSymbol("\n")) || (yield* this.takeSymbol(";"))) continue;
      if (yield* this.takeSymbol("}")) return;
      yield* this.#statement();
      if (yield* this.isSymbol("}")) continue;
      if (!(yield* this.takeSymbol("\n"))) yield* this.expect(";");
    }
  }

  *#if(): Parse<void> {
    yield* this.expect("(");
    yield* this.value();
    yield* this.expect(")");
    const otherwise = this.emit({ op: "jumpIfZero", to: 0 });
    yield* this.skipNewlines();
    yield* this.#statement();
    if (yield* this.takeSymbol("else")) {
      this.extension("else clause in if statement");
      const end = this.emit({ op: "jump", to: 0 });
      this.patch(otherwise);
      yield* this.skipNewlines();
      yield* this.#statement();
      this.patch(end);
    } else this.patch(otherwise);
  }

  *#while(): Parse<void> {
    const start = this.code.length;
    yield* this.expect("(");
    yield* this.value();
    yield* this.expect(")");
    const end = this.emit({ op: "jumpIfZero", to: 0 });
    yield* this.#body(start);
    this.patch(end);
  }

  *#for(): Parse<void> {
    yield* this.expect("(");
    yield* this.#optionalExpression(";");
    const test = this.code.length;
    let end: number | undefined;
    if (!(yield* this.isSymbol(";"))) {
      yield* this.value();
      end = this.emit({ op: "jumpIfZero", to: 0 });
    }
    yield* this.expect(";");
    const toBody = this.emit({ op: "jump", to: 0 });
    const step = this.code.length;
    yield* this.#optionalExpression(")");
    this.emit({ op: "jump", to: test });
    this.patch(toBody);
    yield* this.#body(step);
    if (end !== undefined) this.patch(end);
  }

  *#optionalExpression(closing: string): Parse<void> {
    if (!(yield* this.isSymbol(closing))) {
      yield* this.expression();
      this.emit({ op: "pop" });
    } else this.extension("empty expression in for statement");
    yield* this.expect(closing);
  }

  *#body(continueTo: number): Parse<void> {
    const loop: Loop = { breaks: [], continueTo };
    this.#loops.push(loop);
    yield* this.skipNewlines();
    yield* this.#statement();
    this.#loops.pop();
    this.emit({ op: "jump", to: continueTo });
    for (const at of loop.breaks) this.patch(at);
  }

  #break(): void {
    const loop = this.#loops.at(-1);
    if (!loop) this.complain("Break outside a for/while");
    else loop.breaks.push(this.emit({ op: "jump", to: 0 }));
  }

  #continue(): void {
    this.extension("Continue statement");
    const loop = this.#loops.at(-1);
    if (!loop) this.complain("Continue outside a for");
    else this.emit({ op: "jump", to: loop.continueTo });
  }

  *#return(): Parse<void> {
    const { kind, text } = yield* this.peek();
    const empty = kind === "symbol" && ["\n", ";", "}"].includes(text);
    if (empty) this.emit({ op: "constant", text: "0" });
    else {
      const bare = text !== "(";
      yield* this.value();
      if (bare) this.extension("return expression requires parenthesis");
      if (this.#function?.isVoid) this.complain("Return expression in a void function.");
    }
    if (!this.#function) this.complain("Return outside of a function.");
    this.emit({ op: "return" });
  }

  *#print(): Parse<void> {
    this.extension("print statement");
    do {
      const { kind, text } = yield* this.peek();
      if (kind === "string") {
        this.advance();
        const unescaped = text.replace(/\\(.?)/gs, (_, char: string) => ESCAPES[char] ?? "");
        this.emit({ op: "text", text: unescaped });
      } else {
        yield* this.value();
        this.emit({ op: "show", newline: false });
      }
    } while (yield* this.takeSymbol(","));
  }

  *#define(): Parse<Item> {
    this.advance();
    const isVoid = yield* this.takeSymbol("void");
    if (isVoid) this.extension("void functions");
    const name = yield* this.#newName();
    yield* this.expect("(");
    const parameters = yield* this.#names(")");
    yield* this.expect(")");
    if (yield* this.isSymbol("\n")) this.extension("opening brace on another line", false);
    yield* this.skipNewlines();
    yield* this.expect("{");
    this.#function = { isVoid };
    if (isVoid) this.#voids.add(name);
    else this.#voids.delete(name);
    yield* this.skipNewlines();
    let autos: Parameter[] = [];
    if (yield* this.takeSymbol("auto")) {
      autos = yield* this.#names("\n");
      if (!(yield* this.takeSymbol("\n"))) yield* this.expect(";");
      const taken = new Set(parameters.map(nameWithKind));
      if (autos.some((auto) => taken.has(nameWithKind(auto)))) {
        this.complain("variable in both parameter and auto lists");
      }
    }
    yield* this.#block();
    this.emit({ op: "constant", text: "0" });
    this.emit({ op: "return" });
    this.#function = undefined;
    if (this.invalid) return { kind: "code", code: [] };
    return { kind: "function", definition: { name, isVoid, parameters, autos, code: this.code } };
  }

  *#newName(): Parse<string> {
    const { kind, text } = yield* this.peek();
    if (kind !== "name") this.fail("syntax error");
    this.advance();
    if (text.length > 1) this.extension(`multiple letter name - ${text}`);
    return text;
  }

  *#names(closing: string): Parse<Parameter[]> {
    const names: Parameter[] = [];
    while (!(yield* this.isSymbol(closing)) && !(yield* this.isSymbol(";"))) {
      if (names.length > 0) yield* this.expect(",");
      const reference = (yield* this.takeSymbol("*")) || (yield* this.takeSymbol("&"));
      const name = yield* this.#newName();
      const array = yield* this.takeSymbol("[");
      if (array) yield* this.expect("]");
      if (reference && !array) this.fail("syntax error");
      names.push({ name, kind: reference ? "reference" : array ? "array" : "number" });
      if (names.length > 1000) this.fail("too many parameters");
    }
    const all = names.map(nameWithKind);
    if (new Set(all).size < all.length) this.complain("duplicate parameter names");
    return names;
  }
}

const nameWithKind = ({ name, kind }: Parameter): string => (kind === "number" ? name : `${name}[]`);

/** Thrown where "quit" is read: it ends bc at once, even in what would not be run. */
const QUIT = new BcSyntaxError("quit");
