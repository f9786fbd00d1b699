import { type Decimal, ZERO } from "../shared/decimal.ts";

/** Beyond this many elements a program is stopped; GNU's own bound is 2^24 - 1 for each array. */
const MOST_CELLS = 2 ** 20;

/** An array of numbers, 0 where nothing was stored. Copies share their cells until one of them changes. */
export class CellArray {
  #cells: Map<number, Decimal>;
  #shared = false;

  constructor(cells = new Map<number, Decimal>()) {
    this.#cells = cells;
  }

  get(index: number): Decimal {
    return this.#cells.get(index) ?? ZERO;
  }

  /** @returns false if there are too many */
  set(index: number, value: Decimal): boolean {
    if (this.#shared) this.#cells = new Map(this.#cells);
    this.#shared = false;
    this.#cells.set(index, value);
    return this.#cells.size <= MOST_CELLS;
  }

  copy(): CellArray {
    const copy = new CellArray(this.#cells);
    this.#shared = copy.#shared = true;
    return copy;
  }
}
