// dc's stack, registers and arithmetic. Source: GNU dc manual.

import {
  add,
  compare,
  Decimal,
  digitCount,
  divide,
  divideWithRest,
  multiply,
  raise,
  raiseModulo,
  squareRoot,
  subtract,
  unitsAt,
  ZERO,
} from "../shared/decimal.ts";
import { bytesOfDecimal } from "../shared/decimal-radix.ts";

/** A string has one character per byte. */
export type Value = Decimal | string;

/** A mistake that dc reports and goes on after. */
export class DcError extends Error {}

const LARGEST_INDEX = 2 ** 31 - 1;
const MOST_VALUES = 2 ** 20;

interface Register {
  values: Value[];
  /** The array of the top value. */
  array: Map<number, Value>;
}

export class StackMachine {
  readonly stack: Value[] = [];
  readonly #registers = new Map<string, Register>();
  scale = 0;
  ibase = 10;
  obase = 10;

  push(value: Value): void {
    if (this.stack.length >= MOST_VALUES) throw new RangeError("stack too large");
    this.stack.push(value);
  }

  pop(): Value {
    const value = this.stack.pop();
    if (value === undefined) throw new DcError("stack empty");
    return value;
  }

  top(): Value {
    const value = this.stack.at(-1);
    if (value === undefined) throw new DcError("stack empty");
    return value;
  }

  popNumber(): Decimal {
    const value = this.pop();
    if (typeof value === "string") {
      this.stack.push(value);
      throw new DcError("non-numeric value");
    }
    return value;
  }

  /** The two upper values, the lower first; both stay if one of them is no number. */
  #operands(): [Decimal, Decimal] {
    if (this.stack.length < 2) throw new DcError("stack empty");
    const [lower, upper] = this.stack.slice(-2) as [Value, Value];
    if (typeof lower === "string" || typeof upper === "string") throw new DcError("non-numeric value");
    return [lower, upper];
  }

  #replace(count: number, ...values: Value[]): void {
    this.stack.splice(this.stack.length - count, count, ...values);
  }

  calculate(operator: string): "warning" | undefined {
    const [a, b] = this.#operands();
    const { scale } = this;
    if (operator === "^") {
      const power = unitsAt(b, 0);
      if (BigInt.asIntN(64, power) !== power) throw new DcError("exponent too large in raise");
      this.#replace(2, raise(a, b, scale));
      return b.scale > 0 ? "warning" : undefined;
    }
    if (operator === "+") this.#replace(2, add(a, b));
    else if (operator === "-") this.#replace(2, subtract(a, b));
    else if (operator === "*") this.#replace(2, multiply(a, b, scale));
    else if (operator === "/") this.#replace(2, divide(a, b, scale) ?? this.#byZero("divide"));
    else {
      const both = divideWithRest(a, b, scale);
      if (operator === "%") this.#replace(2, both?.rest ?? this.#byZero("remainder"));
      else if (both) this.#replace(2, both.quotient, both.rest);
      else this.#byZero("divide");
    }
    return undefined;
  }

  #byZero(what: string): never {
    throw new DcError(`${what} by zero`);
  }

  raiseModulo(): void {
    if (this.stack.length < 3) throw new DcError("stack empty");
    const numbers = this.stack.slice(-3);
    if (numbers.some((value) => typeof value === "string")) throw new DcError("non-numeric value");
    const [base, exponent, modulus] = numbers.map((value) => unitsAt(value as Decimal, 0)) as [
      bigint,
      bigint,
      bigint,
    ];
    if (modulus === 0n) this.#byZero("remainder");
    if (exponent < 0n) throw new DcError("negative exponent");
    this.#replace(3, new Decimal(raiseModulo(base, exponent, modulus)));
  }

  squareRoot(): void {
    const root = squareRoot(this.popNumber(), this.scale);
    if (!root) throw new DcError("square root of negative number");
    this.push(root);
  }

  /** Whether the upper value stands in a relation to the lower one; both are gone then. */
  compare(relation: string): boolean {
    const [lower, upper] = this.#operands();
    this.#replace(2);
    const order = compare(upper, lower);
    const holds = { "=": order === 0, "<": order < 0, ">": order > 0 }[relation.at(-1)!]!;
    return relation.startsWith("!") ? !holds : holds;
  }

  swap(): void {
    if (this.stack.length < 2) throw new DcError("stack empty");
    const [lower, upper] = this.stack.slice(-2) as [Value, Value];
    this.#replace(2, upper, lower);
  }

  /** Turns the uppermost values in a circle; a negative count the other way round. */
  rotate(): void {
    const count = Number(unitsAt(this.popNumber(), 0));
    const size = Math.min(Math.abs(count), this.stack.length);
    if (size < 2) return;
    const turned = this.stack.splice(this.stack.length - size, size);
    if (count > 0) turned.push(turned.shift()!);
    else turned.unshift(turned.pop()!);
    this.stack.push(...turned);
  }

  lengthOf(value: Value): number {
    if (typeof value === "string") return value.length;
    return value.isZero ? 1 : digitCount(value.units);
  }

  /** The character of a number's lowest byte, or a string's first character. */
  characterOf(value: Value): string {
    if (typeof value === "string") return value.slice(0, 1);
    return String.fromCharCode(Number(unitsAt(value, 0) & 0xffn));
  }

  bytesOf(value: Value): string {
    return typeof value === "string" ? value : bytesOfDecimal(value);
  }

  #register(name: string): Register {
    let register = this.#registers.get(name);
    if (!register) this.#registers.set(name, (register = { values: [], array: new Map() }));
    return register;
  }

  load(name: string): Value {
    return this.#register(name).values.at(-1) ?? ZERO;
  }

  store(name: string, value: Value): void {
    const { values } = this.#register(name);
    values[Math.max(0, values.length - 1)] = value;
  }

  pushRegister(name: string, value: Value): void {
    const { values } = this.#register(name);
    if (values.length >= MOST_VALUES) throw new RangeError("register too large");
    values.push(value);
  }

  popRegister(name: string): Value {
    const value = this.#register(name).values.pop();
    if (value !== undefined) return value;
    const code = name.charCodeAt(0);
    throw new DcError(`stack register '${name}' (0${code.toString(8)}) is empty`);
  }

  #index(): number {
    const index = this.popNumber();
    const number = Number(unitsAt(index, 0));
    if (number < 0) throw new DcError("array index must be a nonnegative integer");
    if (number > LARGEST_INDEX) throw new RangeError("array too large");
    return number;
  }

  storeElement(name: string): void {
    const index = this.#index();
    const { array } = this.#register(name);
    array.set(index, this.pop());
    if (array.size > MOST_VALUES) throw new RangeError("array too large");
  }

  loadElement(name: string): void {
    const index = this.#index();
    this.push(this.#register(name).array.get(index) ?? ZERO);
  }
}
