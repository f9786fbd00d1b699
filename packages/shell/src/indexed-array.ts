// A sparse array of strings: dense storage while the indexes are 0…n-1, a map with sorted keys once there is a hole.
// Indexes are integers of 64 bits, of which the largest are no exact JS numbers.

import { add, type Int } from "./arith/int64.ts";

export class IndexedArray {
  #dense: string[] | undefined = [];
  #sparse: Map<Int, string> | undefined;
  /** The sorted keys of #sparse; undefined when they must be sorted anew. */
  #keys: Int[] | undefined;

  static from(values: Iterable<string>): IndexedArray {
    const array = new IndexedArray();
    array.#dense = [...values];
    return array;
  }

  copy(): IndexedArray {
    const copy = new IndexedArray();
    copy.#dense = this.#dense?.slice();
    copy.#sparse = this.#sparse && new Map(this.#sparse);
    return copy;
  }

  get size(): number {
    return this.#dense ? this.#dense.length : this.#sparse!.size;
  }

  get(index: Int): string | undefined {
    return this.#dense ? this.#dense[Number(index)] : this.#sparse!.get(index);
  }

  set(index: Int, value: string): void {
    const dense = this.#dense;
    if (dense) {
      if (index >= 0 && index < dense.length) {
        dense[Number(index)] = value;
        return;
      }
      if (index === dense.length) {
        dense.push(value);
        return;
      }
      this.#spread(dense);
    }
    if (!this.#sparse!.has(index)) {
      const keys = this.#keys;
      if (keys && keys.length > 0 && keys[keys.length - 1]! < index) keys.push(index);
      else this.#keys = undefined;
    }
    this.#sparse!.set(index, value);
  }

  delete(index: Int): void {
    const dense = this.#dense;
    if (dense) {
      if (index < 0 || index >= dense.length) return;
      if (index === dense.length - 1) {
        dense.pop();
        return;
      }
      this.#spread(dense);
    }
    if (this.#sparse!.delete(index)) this.#keys = undefined;
  }

  /** The indexes, ascending. */
  keys(): Int[] {
    if (this.#dense) return Array.from(this.#dense.keys());
    this.#keys ??= [...this.#sparse!.keys()].sort((a, b) => (a < b ? -1 : 1));
    return this.#keys.slice();
  }

  /** The values, by ascending index. Do not change the answer. */
  values(): readonly string[] {
    if (this.#dense) return this.#dense;
    return this.keys().map((key) => this.#sparse!.get(key)!);
  }

  /** One more than the highest index, wrapped around; 0 when empty. */
  get end(): Int {
    if (this.#dense) return this.#dense.length;
    const keys = this.keys();
    return keys.length === 0 ? 0 : add(keys[keys.length - 1]!, 1);
  }

  #spread(dense: string[]): void {
    this.#sparse = new Map<Int, string>(dense.entries());
    this.#dense = undefined;
    this.#keys = undefined;
  }
}
