import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IndexedArray } from "./indexed-array.ts";

const index = fc.oneof(fc.nat(5), fc.constantFrom(1e6, 2 ** 40));
const change = fc.record({ set: fc.boolean(), index, value: fc.string({ maxLength: 3 }) });

describe("IndexedArray", () => {
  it("holds what a map would, in the order of its indexes, dense or sparse", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const array = new IndexedArray();
        const model = new Map<number, string>();
        for (const { set, index, value } of changes) {
          if (set) {
            array.set(index, value);
            model.set(index, value);
          } else {
            array.delete(index);
            model.delete(index);
          }
          const keys = [...model.keys()].sort((a, b) => a - b);
          expect(array.keys()).toEqual(keys);
          expect([...array.values()]).toEqual(keys.map((key) => model.get(key)));
          expect(array.end).toBe(keys.length === 0 ? 0 : keys.at(-1)! + 1);
          expect(array.size).toBe(model.size);
        }
      }),
    );
  });

  it("keeps a copy apart from its original", () => {
    const array = IndexedArray.from(["a", "b"]);
    const copy = array.copy();
    copy.set(7, "c");
    expect([array.keys(), copy.keys()]).toEqual([
      [0, 1],
      [0, 1, 7],
    ]);
  });
});
