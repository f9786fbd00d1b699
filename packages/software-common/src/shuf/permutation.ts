/** Swaps beyond which a table of all places is smaller than a map of the moved ones. */
const SPARSE = 8;
const FILLED_BETWEEN_PAUSES = 1 << 16;

/** The numbers 0 … length-1 as they are drawn one by one: Fisher–Yates, remembering only what was moved. */
export class Permutation {
  readonly #moved: Map<number, number> | Uint32Array;

  private constructor(moved: Map<number, number> | Uint32Array) {
    this.#moved = moved;
  }

  /** To draw `count` of `length` numbers; `pause` is asked while the table is filled. */
  static async of(
    length: number,
    count: number,
    pause: () => Promise<void> | undefined,
  ): Promise<Permutation> {
    if (count < length / SPARSE) return new Permutation(new Map());
    const table = new Uint32Array(length);
    for (let i = 0; i < length; i++) {
      table[i] = i;
      if (i % FILLED_BETWEEN_PAUSES !== 0) continue;
      const waiting = pause();
      if (waiting) await waiting;
    }
    return new Permutation(table);
  }

  /** The number at `from`, which must be `at` or after it; the one at `at` takes its place. */
  draw(at: number, from: number): number {
    const moved = this.#moved;
    if (moved instanceof Uint32Array) {
      const drawn = moved[from]!;
      moved[from] = moved[at]!;
      return drawn;
    }
    const drawn = moved.get(from) ?? from;
    const first = moved.get(at) ?? at;
    moved.delete(at);
    if (from !== at) moved.set(from, first);
    return drawn;
  }
}
