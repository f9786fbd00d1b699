import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  and,
  divide,
  type Int,
  multiply,
  or,
  remainder,
  shiftLeft,
  shiftRight,
  smallDecimal,
  subtract,
  wrap,
  xor,
} from "./int64.ts";

const value = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.constantFrom(2n ** 53n - 1n, -(2n ** 53n) + 1n, 2n ** 63n - 1n, -(2n ** 63n), 0n),
);

type Operation<T> = (a: T, b: T) => T;

const OPERATIONS: readonly [Operation<Int>, Operation<bigint>][] = [
  [add, (a, b) => a + b],
  [subtract, (a, b) => a - b],
  [multiply, (a, b) => a * b],
  [and, (a, b) => a & b],
  [or, (a, b) => a | b],
  [xor, (a, b) => a ^ b],
  [shiftLeft, (a, b) => a << (b & 63n)],
  [shiftRight, (a, b) => a >> (b & 63n)],
];

describe("64-bit integers", () => {
  for (const [operation, model] of OPERATIONS) {
    it(`${operation.name} wraps as C does`, () => {
      fc.assert(
        fc.property(value, value, (a, b) => {
          expect(BigInt(operation(wrap(a), wrap(b)))).toBe(BigInt.asIntN(64, model(a, b)));
        }),
      );
    });
  }

  it("divides towards zero, and the remainder has the sign of the dividend", () => {
    fc.assert(
      fc.property(
        value,
        value.filter((b) => b !== 0n),
        (a, b) => {
          expect(BigInt(divide(wrap(a), wrap(b)))).toBe(BigInt.asIntN(64, a / b));
          expect(BigInt(remainder(wrap(a), wrap(b)))).toBe(a % b);
        },
      ),
    );
  });

  it("takes decimal text of up to 15 digits for a number, and nothing else", () => {
    expect(["0", "42", "-7", "999999999999999"].map(smallDecimal)).toEqual([0, 42, -7, 999999999999999]);
    expect(["", "-", "010", "0x1", " 1", "1e3", "9999999999999999"].map(smallDecimal)).toEqual(
      Array(7).fill(undefined),
    );
  });
});
