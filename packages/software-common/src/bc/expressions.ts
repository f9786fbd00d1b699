// bc's expressions. Source: POSIX XCU bc, "Grammar"; GNU bc manual, "Expressions": assignment binds tighter than comparison,
// and "!" binds less tightly than comparison.

import type { Argument, BinaryOperator, Instruction, Place, Special } from "./code.ts";
import { type Parse, TokenStream } from "./token-stream.ts";

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  [],
  ["==", "!=", "<", "<=", ">", ">="],
  [],
  ["+", "-"],
  ["*", "/", "%"],
];
const NOT = 2;
const RELATION = 3;
const SUM = 5;
const POWER = LEVELS.length;
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "^="]);
const SPECIALS = new Set<string>(["ibase", "obase", "scale", "last", "history"]);

/** How the expression ended, for the statement around it. */
export type Outcome = "value" | "assignment" | "void";

export abstract class Expressions extends TokenStream {
  protected code: Instruction[] = [];
  #depth = 0;

  protected abstract isVoid(name: string): boolean;

  protected emit(instruction: Instruction): number {
    return this.code.push(instruction) - 1;
  }

  /** An expression whose value is used. */
  protected *value(): Parse<void> {
    yield* this.expression(0);
  }

  protected *expression(level = 0): Parse<Outcome> {
    if (++this.#depth > 500) this.fail("expression too deep");
    const outcome = yield* this.#binary(level);
    this.#depth--;
    return outcome;
  }

  protected override resetNesting(): void {
    this.#depth = 0;
  }

  *#binary(level: number): Parse<Outcome> {
    if (level === POWER) return yield* this.#power();
    let outcome = yield* this.#binary(level + 1);
    const operators = LEVELS[level]!;
    for (;;) {
      const { kind, text } = yield* this.peek();
      if (kind !== "symbol" || !operators.includes(text)) return outcome;
      this.#needValue(outcome);
      this.advance();
      if (text === "&&" || text === "||") yield* this.#shortCut(text, level);
      else {
        if (level === RELATION) this.extension("comparison in expression", false);
        this.#needValue(yield* this.#binary(level + 1));
        this.emit({ op: "binary", operator: text as BinaryOperator });
      }
      outcome = "value";
    }
  }

  *#shortCut(operator: "&&" | "||", level: number): Parse<void> {
    this.extension(`${operator} operator`);
    const jump = this.emit({ op: operator === "&&" ? "jumpIfZero" : "jumpIfNotZero", to: 0 });
    this.#needValue(yield* this.#binary(level + 1));
    this.emit({ op: "truth" });
    const end = this.emit({ op: "jump", to: 0 });
    this.patch(jump);
    this.emit({ op: "constant", text: operator === "&&" ? "0" : "1" });
    this.patch(end);
  }

  /** Lets a jump lead to what comes next. */
  protected patch(at: number, to = this.code.length): void {
    const jump = this.code[at]!;
    if (jump.op === "jump" || jump.op === "jumpIfZero" || jump.op === "jumpIfNotZero") jump.to = to;
  }

  *#power(): Parse<Outcome> {
    const outcome = yield* this.#unary();
    if (!(yield* this.takeSymbol("^"))) return outcome;
    this.#needValue(outcome);
    this.#needValue(yield* this.#binary(POWER));
    this.emit({ op: "binary", operator: "^" });
    return "value";
  }

  *#unary(): Parse<Outcome> {
    if (yield* this.takeSymbol("-")) {
      this.#needValue(yield* this.#nested(() => this.#unary()));
      this.emit({ op: "negate" });
      return "value";
    }
    if (yield* this.takeSymbol("!")) {
      this.extension("! operator");
      this.#needValue(yield* this.expression(NOT + 1));
      this.emit({ op: "not" });
      return "value";
    }
    return yield* this.#primary();
  }

  *#nested(parse: () => Parse<Outcome>): Parse<Outcome> {
    if (++this.#depth > 500) this.fail("expression too deep");
    const outcome = yield* parse();
    this.#depth--;
    return outcome;
  }

  #needValue(outcome: Outcome): void {
    if (outcome === "void") this.complain("Void expression in an expression");
  }

  *#primary(): Parse<Outcome> {
    const token = yield* this.peek();
    const { kind, text } = token;
    if (kind === "number") {
      this.advance();
      this.emit({ op: "constant", text });
      return "value";
    }
    if (kind === "symbol" && (text === "++" || text === "--")) {
      this.advance();
      const place = yield* this.#place();
      this.emit({ op: "step", place, by: text === "++" ? 1n : -1n, prefix: true });
      return "value";
    }
    if (yield* this.takeSymbol("(")) {
      const outcome = yield* this.expression();
      yield* this.expect(")");
      return outcome === "void" ? "void" : "value";
    }
    if (kind === "symbol" && (text === "length" || text === "sqrt" || text === "read" || text === "random")) {
      this.advance();
      return yield* this.#builtin(text);
    }
    if (kind === "name") {
      this.advance();
      if (yield* this.takeSymbol("(")) return yield* this.#call(text);
      return yield* this.#use(yield* this.#variable(text));
    }
    const place = yield* this.#special(true);
    return place === "builtin" ? "value" : yield* this.#use(place);
  }

  /** Something that can be assigned to. */
  *#place(): Parse<Place> {
    const token = yield* this.peek();
    if (token.kind === "name") {
      this.advance();
      return yield* this.#variable(token.text);
    }
    return (yield* this.#special(false)) as Place;
  }

  *#variable(name: string): Parse<Place> {
    if (name.length > 1) this.extension(`multiple letter name - ${name}`);
    if (!(yield* this.takeSymbol("["))) return { kind: "variable", name };
    yield* this.value();
    yield* this.expect("]");
    return { kind: "element", name };
  }

  *#special(orCall: boolean): Parse<Place | "builtin"> {
    const { kind, text } = yield* this.peek();
    if (kind === "symbol" && text === ".") {
      this.advance();
      this.extension("History variable");
      return { kind: "special", name: "last" };
    }
    if (kind !== "symbol" || !SPECIALS.has(text)) return this.fail("syntax error");
    this.advance();
    if (text === "scale" && orCall && (yield* this.takeSymbol("("))) {
      yield* this.value();
      yield* this.expect(")");
      this.emit({ op: "builtin", name: "scale" });
      return "builtin";
    }
    return { kind: "special", name: text as Special };
  }

  *#use(place: Place): Parse<Outcome> {
    const { kind, text } = yield* this.peek();
    if (kind === "symbol" && (text === "++" || text === "--")) {
      this.advance();
      this.emit({ op: "step", place, by: text === "++" ? 1n : -1n, prefix: false });
      return "value";
    }
    if (kind === "symbol" && ASSIGNMENTS.has(text)) {
      this.advance();
      if (text !== "=") this.emit({ op: "fetch", place });
      const outcome = yield* this.expression(SUM);
      if (outcome === "void") this.complain("Assignment of a void expression");
      if (text !== "=") this.emit({ op: "binary", operator: text.slice(0, -1) as BinaryOperator });
      this.emit({ op: "store", place });
      return "assignment";
    }
    this.emit({ op: "load", place });
    return "value";
  }

  *#builtin(name: "length" | "sqrt" | "read" | "random"): Parse<Outcome> {
    yield* this.expect("(");
    if (name === "read" || name === "random") this.extension(`${name} function`);
    else yield* this.value();
    yield* this.expect(")");
    this.emit({ op: "builtin", name });
    return "value";
  }

  *#call(name: string): Parse<Outcome> {
    if (name.length > 1) this.extension(`multiple letter name - ${name}`);
    const given: Argument[] = [];
    while (!(yield* this.takeSymbol(")"))) {
      if (given.length > 0) yield* this.expect(",");
      given.push(yield* this.#argument());
    }
    this.emit({ op: "call", name, arguments: given });
    return this.isVoid(name) ? "void" : "value";
  }

  *#argument(): Parse<Argument> {
    const token = yield* this.peek();
    if (token.kind === "name") {
      this.advance();
      if ((yield* this.peek()).text === "[") {
        const bracket = this.take();
        if (yield* this.takeSymbol("]")) return { array: token.text };
        this.putBack(bracket);
      }
      this.putBack(token);
    }
    if ((yield* this.expression()) === "void") this.complain("Void argument");
    return "number";
  }
}
