// Runs what bc's parser made.

import {
  add,
  compare,
  Decimal,
  divide,
  divideWithRest,
  multiply,
  negated,
  ONE,
  raise,
  significantDigits,
  squareRoot,
  subtract,
  unitsAt,
  ZERO,
} from "../shared/decimal.ts";
import { formatDecimal, parseDecimal } from "../shared/decimal-radix.ts";
import { holds } from "../shared/relation.ts";
import { CellArray } from "./cell-array.ts";
import type { BinaryOperator, Instruction, Place, Special, UserFunction } from "./code.ts";
import { type MathFunction, mathLibrary, type Pause } from "./math-library.ts";
import { type Binding, Variables } from "./variables.ts";

/** What the machine needs of the world. */
export interface Surroundings {
  pause: Pause;
  show(text: string): Promise<void> | void;
  complain(text: string): Promise<void>;
  /** A number typed in; undefined at the end of input. */
  readNumber(): Promise<string | undefined>;
  random(): number;
  notice(which: "limits" | "warranty"): string;
}

/** A mistake that ends the statement that is running. */
class BcRuntimeError extends Error {
  readonly also: string | undefined;

  constructor(message: string, also?: string) {
    super(message);
    this.also = also;
  }
}

const LARGEST_INDEX = 16_777_215;
const LARGEST_SCALE = 2_147_483_647;
const LARGEST_BASE = 2_147_483_647;
const DEEPEST = 50_000;
/** Instructions between two looks at the clock. */
const SLICE = 128;

interface Frame {
  code: readonly Instruction[];
  at: number;
  name: string;
  depth: number;
  restore: () => void;
}

type Values = Readonly<Record<Special, number>>;

const truth = (value: boolean): Decimal => (value ? ONE : ZERO);

export class Machine {
  readonly #around: Surroundings;
  readonly #variables = new Variables();
  readonly #functions = new Map<string, UserFunction>();
  readonly #library: boolean;
  #special = { ibase: 10, obase: 10, scale: 0, history: -1 } as Omit<Values, "last">;
  #last = ZERO;
  #stack: Decimal[] = [];
  #frames: Frame[] = [];

  /** @param library has the functions of -l */
  constructor(around: Surroundings, library: boolean) {
    this.#around = around;
    this.#library = library;
    if (library) this.#special = { ...this.#special, scale: 20 };
  }

  define(definition: UserFunction): void {
    this.#functions.set(definition.name, definition);
  }

  /** @returns "halt" where the program ends itself */
  async run(code: readonly Instruction[]): Promise<"halt" | undefined> {
    this.#stack = [];
    this.#frames = [{ code, at: 0, name: "(main)", depth: 0, restore: () => {} }];
    try {
      return await this.#loop();
    } catch (error) {
      if (!(error instanceof BcRuntimeError)) throw error;
      await this.#report("error", error.message);
      if (error.also !== undefined) await this.#report("error", error.also);
      for (const frame of this.#frames.reverse()) frame.restore();
      return undefined;
    }
  }

  async #report(kind: "error" | "warning", text: string): Promise<void> {
    const { name, at } = this.#frames.at(-1)!;
    await this.#around.complain(`Runtime ${kind} (func=${name}, adr=${at}): ${text}\n`);
  }

  async #loop(): Promise<"halt" | undefined> {
    for (let steps = 1; ; steps++) {
      if (steps % SLICE === 0) {
        const wait = this.#around.pause();
        if (wait) await wait;
      }
      const frame = this.#frames.at(-1)!;
      const instruction = frame.code[frame.at++];
      if (!instruction) return undefined;
      if (instruction.op === "halt") return "halt";
      const wait = this.#step(instruction, frame);
      if (wait) await wait;
    }
  }

  #step(instruction: Instruction, frame: Frame): Promise<void> | void {
    const stack = this.#stack;
    switch (instruction.op) {
      case "constant":
        stack.push(this.#constant(instruction));
        return;
      case "load":
        stack.push(this.#load(instruction.place, this.#indexOf(instruction.place)));
        return;
      case "fetch":
        stack.push(this.#load(instruction.place, this.#indexOf(instruction.place, true)));
        return;
      case "store": {
        const value = stack.pop()!;
        return this.#store(instruction.place, this.#indexOf(instruction.place), value);
      }
      case "step":
        return this.#increment(instruction);
      case "binary": {
        const right = stack.pop()!;
        return this.#binary(instruction.operator, stack.pop()!, right);
      }
      case "negate":
        stack.push(negated(stack.pop()!));
        return;
      case "not":
        stack.push(truth(stack.pop()!.isZero));
        return;
      case "truth":
        stack.push(truth(!stack.pop()!.isZero));
        return;
      case "pop":
        stack.pop();
        return;
      case "jump":
        frame.at = instruction.to;
        return;
      case "jumpIfZero":
        if (stack.pop()!.isZero) frame.at = instruction.to;
        return;
      case "jumpIfNotZero":
        if (!stack.pop()!.isZero) frame.at = instruction.to;
        return;
      case "call":
        return this.#call(instruction);
      case "return":
        this.#frames.pop();
        frame.restore();
        return;
      case "builtin":
        return this.#builtin(instruction.name);
      case "show": {
        this.#last = stack.pop()!;
        const text = formatDecimal(this.#last, this.#special.obase);
        return this.#around.show(instruction.newline ? `${text}\n` : text);
      }
      case "text":
        return this.#around.show(instruction.text);
      case "limits":
      case "warranty":
        return this.#around.show(this.#around.notice(instruction.op));
    }
  }

  #constant(instruction: Extract<Instruction, { op: "constant" }>): Decimal {
    const { ibase } = this.#special;
    if (instruction.base !== ibase || !instruction.value) {
      instruction.value = parseDecimal(instruction.text, ibase, true);
      instruction.base = ibase;
    }
    return instruction.value;
  }

  /** The index on the stack of an element of an array, else 0. */
  #indexOf(place: Place, keep = false): number {
    if (place.kind !== "element") return 0;
    const index = keep ? this.#stack.at(-1)! : this.#stack.pop()!;
    const number = Number(unitsAt(index, 0));
    if (number < 0 || number > LARGEST_INDEX)
      throw new BcRuntimeError(`Array ${place.name} subscript out of bounds.`);
    return number;
  }

  #load(place: Place, index: number): Decimal {
    if (place.kind === "variable") return this.#variables.number(place.name);
    if (place.kind === "element") return this.#variables.array(place.name).get(index);
    if (place.name === "last") return this.#last;
    return new Decimal(BigInt(this.#special[place.name]));
  }

  /** Leaves the value on the stack. */
  #store(place: Place, index: number, value: Decimal): Promise<void> | void {
    this.#stack.push(value);
    if (place.kind === "variable") this.#variables.setNumber(place.name, value);
    else if (place.kind === "element") {
      if (!this.#variables.array(place.name).set(index, value)) throw new RangeError("too many elements");
    } else if (place.name === "last") this.#last = value;
    else return this.#storeSpecial(place.name, value);
  }

  #storeSpecial(name: "ibase" | "obase" | "scale" | "history", value: Decimal): Promise<void> | void {
    const wanted = Number(unitsAt(value, 0));
    const [least, most] = {
      ibase: [2, 36],
      obase: [2, LARGEST_BASE],
      scale: [0, LARGEST_SCALE],
      history: [-1, LARGEST_SCALE],
    }[name] as [number, number];
    const number = Math.min(Math.max(wanted, least), most);
    this.#special = { ...this.#special, [name]: number };
    if (number === wanted || name === "history") return;
    if (name === "scale" && wanted < 0) return this.#report("warning", "negative scale, set to 0");
    const size = number > wanted ? "small" : "large";
    return this.#report("warning", `${name} too ${size}, set to ${number}`);
  }

  #increment({ place, by, prefix }: Extract<Instruction, { op: "step" }>): Promise<void> | void {
    const index = this.#indexOf(place);
    const old = this.#load(place, index);
    const wait = this.#store(place, index, add(old, new Decimal(by)));
    if (prefix) return wait;
    this.#stack.pop();
    this.#stack.push(old);
    return wait;
  }

  #binary(operator: BinaryOperator, left: Decimal, right: Decimal): Promise<void> | void {
    const { scale } = this.#special;
    let value: Decimal | undefined;
    switch (operator) {
      case "+":
        value = add(left, right);
        break;
      case "-":
        value = subtract(left, right);
        break;
      case "*":
        value = multiply(left, right, scale);
        break;
      case "/":
        value = divide(left, right, scale);
        if (!value) throw new BcRuntimeError("Divide by zero");
        break;
      case "%":
        value = divideWithRest(left, right, scale)?.rest;
        if (!value) throw new BcRuntimeError("Modulo by zero");
        break;
      case "^":
        return this.#power(left, right);
      default:
        value = truth(holds(operator, compare(left, right)));
    }
    this.#stack.push(value);
  }

  #power(base: Decimal, exponent: Decimal): Promise<void> | void {
    const power = unitsAt(exponent, 0);
    if (BigInt.asIntN(64, power) !== power) throw new BcRuntimeError("exponent too large in raise");
    if (base.isZero && power < 0n) throw new BcRuntimeError("divide by zero");
    this.#stack.push(raise(base, exponent, this.#special.scale));
    if (exponent.scale > 0) return this.#report("warning", "non-zero scale in exponent");
  }

  #builtin(name: "length" | "scale" | "sqrt" | "read" | "random"): Promise<void> | void {
    const stack = this.#stack;
    if (name === "random") stack.push(new Decimal(BigInt(this.#around.random())));
    else if (name === "read") return this.#read();
    else {
      const value = stack.pop()!;
      if (name === "length") stack.push(new Decimal(BigInt(significantDigits(value))));
      else if (name === "scale") stack.push(new Decimal(BigInt(value.scale)));
      else {
        const root = squareRoot(value, this.#special.scale);
        if (!root) throw new BcRuntimeError("Square root of a negative number");
        stack.push(root);
      }
    }
  }

  async #read(): Promise<void> {
    const text = await this.#around.readNumber();
    if (text === undefined) {
      this.#stack.push(ZERO);
      return;
    }
    const number = parseDecimal(text.replace(/^[-+]/, ""), this.#special.ibase, true);
    this.#stack.push(text.startsWith("-") ? negated(number) : number);
  }

  #call(instruction: Extract<Instruction, { op: "call" }>): Promise<void> | void {
    const { name } = instruction;
    const definition = this.#functions.get(name);
    if (!definition) {
      const known = this.#library ? mathLibrary[name] : undefined;
      if (known) return this.#callLibrary(instruction, known.parameters, known.run);
      throw new BcRuntimeError(`Function ${name} not defined.`);
    }
    if (this.#frames.length > DEEPEST) throw new RangeError("too many calls");
    const restore = this.#variables.bind(this.#bindings(instruction, definition));
    const depth = this.#stack.length;
    this.#frames.push({ code: definition.code, at: 0, name, depth, restore });
  }

  async #callLibrary(
    { arguments: given }: Extract<Instruction, { op: "call" }>,
    parameters: number,
    run: MathFunction,
  ): Promise<void> {
    if (given.length !== parameters || given.some((one) => one !== "number")) {
      throw new BcRuntimeError("Parameter number mismatch");
    }
    const values = this.#stack.splice(this.#stack.length - parameters);
    this.#stack.push(await run(this.#special.scale, this.#around.pause, ...values));
  }

  #bindings(
    { arguments: given }: Extract<Instruction, { op: "call" }>,
    { parameters, autos }: UserFunction,
  ): Binding[] {
    if (given.length !== parameters.length) throw new BcRuntimeError("Parameter number mismatch");
    const numbers = this.#stack.splice(this.#stack.length - given.filter((one) => one === "number").length);
    const bindings = parameters.map((parameter, at): Binding => {
      const argument = given[at]!;
      if ((argument === "number") !== (parameter.kind === "number")) {
        throw new BcRuntimeError(
          `Parameter type mismatch parameter ${parameter.name}.`,
          "Parameter number mismatch",
        );
      }
      if (argument === "number") return { parameter, value: numbers.shift()! };
      const array = this.#variables.array(argument.array);
      return { parameter, value: parameter.kind === "reference" ? array : array.copy() };
    });
    for (const parameter of autos) {
      bindings.push({ parameter, value: parameter.kind === "number" ? ZERO : new CellArray() });
    }
    return bindings;
  }
}
