import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode } from "./codec.ts";

function roundTrip(value: unknown): unknown {
  const parts = encode(value);
  return decode(new Uint8Array(Buffer.concat(parts)));
}

describe("codec", () => {
  it("returns every value as it was", () => {
    const leaf = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.uint8Array({ maxLength: 300 }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("tree"), { maxLength: 20 }),
        fc.dictionary(fc.string(), tie("tree"), { maxKeys: 20, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(roundTrip(value)).toStrictEqual(value);
      }),
    );
  });

  it("keeps lone surrogates, which stand for bytes that are not UTF-8", () => {
    const name = `caf\udce9${"x".repeat(300)}`;
    expect(roundTrip([name, "\udc80"])).toEqual([name, "\udc80"]);
  });

  it("keeps undefined in arrays and leaves out undefined properties", () => {
    expect(roundTrip([undefined, 1])).toEqual([undefined, 1]);
    expect(Object.keys(roundTrip({ a: undefined, b: 1 }) as object)).toEqual(["b"]);
  });

  it("sends a large byte array as a part of its own, without copying", () => {
    const bytes = new Uint8Array(100_000).fill(7);
    expect(encode({ before: 1, bytes, after: 2 })).toContain(bytes);
    expect(roundTrip({ before: 1, bytes, after: 2 })).toEqual({ before: 1, bytes, after: 2 });
  });

  it("does not let a key named __proto__ change the prototype", () => {
    const value = roundTrip(JSON.parse('{"__proto__": {"polluted": true}}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value.polluted).toBeUndefined();
  });

  it("refuses what has no encoding, a cycle, and a message that ends early", () => {
    expect(() => encode(() => {})).toThrow(/function cannot be sent/);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => encode(cycle)).toThrow(/nested too deeply/);
    expect(() => decode(new Uint8Array([0xa5, 0x61]))).toThrow(RangeError);
  });
});
