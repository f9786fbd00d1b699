// dc's commands. Source: GNU dc manual.

import { Decimal, unitsAt } from "../shared/decimal.ts";
import { formatDecimal, parseDecimal } from "../shared/decimal-radix.ts";
import { DcError, StackMachine, type Value } from "./stack-machine.ts";

/** What dc needs of the world. */
export interface Surroundings {
  pause(): Promise<void> | undefined;
  /** Numbers, in lines not too long. */
  show(text: string): Promise<void> | void;
  /** One character per byte, as it is. */
  write(latin1: string): Promise<void> | void;
  complain(text: string): Promise<void>;
  /** A line of standard input, "" at its end. */
  readLine(): Promise<string>;
  shell(command: string): Promise<void>;
}

const DEEPEST = 10_000;
const NUMBER = /_?(?:[0-9A-F]|\\\n)*\.?(?:[0-9A-F]|\\\n)*/y;
const integer = (n: number): Decimal => new Decimal(BigInt(n));

interface Level {
  text: string;
  at: number;
}

export class Interpreter {
  readonly #around: Surroundings;
  readonly #machine = new StackMachine();
  /** The strings being executed, the outermost first. */
  #levels: Level[] = [];
  #quit = false;
  #fromInput = false;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /**
   * Runs a text whose brackets are balanced; @returns "quit" if it ended dc
   * @param fromInput it is from standard input, where "?" reads as well
   */
  async run(text: string, fromInput: boolean): Promise<"quit" | undefined> {
    this.#fromInput = fromInput;
    this.#levels = [{ text, at: 0 }];
    for (let steps = 1; ; steps++) {
      const level = this.#levels.at(-1);
      if (!level) return this.#quit ? "quit" : undefined;
      if (level.at >= level.text.length) {
        this.#levels.pop();
        continue;
      }
      if (steps % 128 === 0) {
        const wait = this.#around.pause();
        if (wait) await wait;
      }
      try {
        const wait = this.#command(level);
        if (wait) await wait;
      } catch (error) {
        if (!(error instanceof DcError)) throw error;
        await this.#around.complain(`dc: ${error.message}\n`);
      }
    }
  }

  #command(level: Level): Promise<void> | void {
    const char = level.text[level.at]!;
    if (/[0-9A-F_.]/.test(char)) return this.#number(level);
    level.at++;
    if (/\s/.test(char)) return;
    if (char === "[") return this.#machine.push(bracketed(level));
    if (char === "#") {
      const end = level.text.indexOf("\n", level.at);
      level.at = end < 0 ? level.text.length : end + 1;
      return;
    }
    const simple = this.#simple[char];
    if (simple) return simple();
    if ("<=>".includes(char)) return this.#conditional(char, level);
    if (char === "!") return this.#exclamation(level);
    const named = this.#named[char];
    if (named) return named(this.#registerName(level));
    throw new DcError(`'${char}' (0${char.charCodeAt(0).toString(8)}) unimplemented`);
  }

  #number(level: Level): void {
    NUMBER.lastIndex = level.at;
    const text = NUMBER.exec(level.text)![0];
    level.at += text.length;
    const digits = text.replaceAll("\\\n", "").replace("_", "");
    const number = parseDecimal(digits, this.#machine.ibase, false);
    this.#machine.push(text.startsWith("_") ? new Decimal(-number.units, number.scale) : number);
  }

  #registerName(level: Level): string {
    const name = level.text[level.at++];
    if (name === undefined) throw new DcError("unexpected EOF");
    return name;
  }

  #text(value: Value): string {
    return typeof value === "string" ? value : formatDecimal(value, this.#machine.obase);
  }

  async #print(value: Value, end: string): Promise<void> {
    if (typeof value === "string") await this.#around.write(value + end);
    else await this.#around.show(this.#text(value) + end);
  }

  readonly #simple: Readonly<Record<string, () => Promise<void> | void>> = {
    "+": () => this.#calculate("+"),
    "-": () => this.#calculate("-"),
    "*": () => this.#calculate("*"),
    "/": () => this.#calculate("/"),
    "%": () => this.#calculate("%"),
    "~": () => this.#calculate("~"),
    "^": () => this.#calculate("^"),
    "|": () => this.#machine.raiseModulo(),
    v: () => this.#machine.squareRoot(),
    p: () => this.#print(this.#machine.top(), "\n"),
    n: () => this.#print(this.#machine.pop(), ""),
    P: () => this.#around.write(this.#machine.bytesOf(this.#machine.pop())),
    f: () => this.#printStack(),
    c: () => void this.#machine.stack.splice(0),
    d: () => this.#machine.push(this.#machine.top()),
    r: () => this.#machine.swap(),
    R: () => this.#machine.rotate(),
    z: () => this.#machine.push(integer(this.#machine.stack.length)),
    Z: () => this.#machine.push(integer(this.#machine.lengthOf(this.#machine.pop()))),
    X: () => this.#pushScaleOf(this.#machine.pop()),
    a: () => this.#machine.push(this.#machine.characterOf(this.#machine.pop())),
    x: () => this.#execute(this.#machine.pop()),
    i: () => this.#setBase("ibase", "input base must be a number between 2 and 16 (inclusive)", 16),
    o: () => this.#setBase("obase", "output base must be a number greater than 1", 2 ** 31 - 1),
    k: () => this.#setScale(),
    I: () => this.#machine.push(integer(this.#machine.ibase)),
    O: () => this.#machine.push(integer(this.#machine.obase)),
    K: () => this.#machine.push(integer(this.#machine.scale)),
    q: () => this.#leave(2),
    Q: () => this.#leaveLevels(),
    "?": () => this.#ask(),
  };

  readonly #named: Readonly<Record<string, (register: string) => void>> = {
    s: (register) => this.#machine.store(register, this.#machine.pop()),
    l: (register) => this.#machine.push(this.#machine.load(register)),
    S: (register) => this.#machine.pushRegister(register, this.#machine.pop()),
    L: (register) => this.#machine.push(this.#machine.popRegister(register)),
    ":": (register) => this.#machine.storeElement(register),
    ";": (register) => this.#machine.loadElement(register),
  };

  #calculate(operator: string): Promise<void> | void {
    const warning = this.#machine.calculate(operator);
    if (warning) return this.#around.complain("Runtime warning: non-zero scale in exponent\n");
  }

  async #printStack(): Promise<void> {
    for (const value of this.#machine.stack.toReversed()) {
      await this.#print(value, "\n");
      const wait = this.#around.pause();
      if (wait) await wait;
    }
  }

  #pushScaleOf(value: Value): void {
    this.#machine.push(integer(typeof value === "string" ? 0 : value.scale));
  }

  #setBase(which: "ibase" | "obase", mistake: string, most: number): void {
    const value = this.#machine.pop();
    const base = typeof value === "string" ? 0 : Number(unitsAt(value, 0));
    if (base < 2 || base > most) throw new DcError(mistake);
    this.#machine[which] = base;
  }

  #setScale(): void {
    const value = this.#machine.pop();
    const scale = typeof value === "string" ? -1 : Number(unitsAt(value, 0));
    if (scale < 0 || scale > 2 ** 31 - 1) throw new DcError("scale must be a nonnegative number");
    this.#machine.scale = scale;
  }

  #execute(value: Value): void {
    if (typeof value !== "string") {
      this.#machine.push(value);
      return;
    }
    const level = this.#levels.at(-1)!;
    // What ends a string needs no level of its own: loops that call themselves last go on for ever.
    if (this.#levels.length > 1 && level.at >= level.text.length) this.#levels.pop();
    if (this.#levels.length >= DEEPEST) throw new RangeError("strings nested too deep");
    this.#levels.push({ text: value, at: 0 });
  }

  #conditional(relation: string, level: Level): void {
    const register = this.#registerName(level);
    if (this.#machine.compare(relation)) this.#execute(this.#machine.load(register));
  }

  #exclamation(level: Level): Promise<void> | void {
    const relation = level.text[level.at];
    if (relation !== undefined && "<=>".includes(relation)) {
      level.at++;
      return this.#conditional(`!${relation}`, level);
    }
    const newline = level.text.indexOf("\n", level.at);
    const end = newline < 0 ? level.text.length : newline;
    const command = level.text.slice(level.at, end);
    level.at = end + 1;
    return this.#around.shell(command);
  }

  /** Ends that many strings; dc itself if there are not so many. */
  #leave(count: number): void {
    this.#quit = this.#levels.length <= count;
    this.#levels.splice(Math.max(0, this.#levels.length - count));
  }

  #leaveLevels(): void {
    const count = Number(unitsAt(this.#machine.popNumber(), 0));
    if (count < 1) throw new DcError("Q command requires a number >= 1");
    // Unlike q, Q never ends dc itself.
    if (count >= this.#levels.length) throw new DcError("Q command argument exceeded string execution depth");
    this.#levels.splice(this.#levels.length - count);
  }

  async #ask(): Promise<void> {
    const outermost = this.#levels[0]!;
    const rest = this.#fromInput ? outermost.text.slice(outermost.at) : "";
    if (rest !== "") outermost.at = outermost.text.length;
    this.#execute(rest === "" ? await this.#around.readLine() : rest);
  }
}

/** What stands between the brackets. */
function bracketed(level: Level): string {
  const start = level.at;
  let depth = 1;
  for (let at = start; at < level.text.length; at++) {
    const char = level.text[at];
    if (char === "[") depth++;
    else if (char === "]" && --depth === 0) {
      level.at = at + 1;
      return level.text.slice(start, at);
    }
  }
  level.at = level.text.length;
  return level.text.slice(start);
}
