// What all threads of a guest count together, in shared memory: file-system changes that one of them has heard of,
// which the others must know before they hear from that thread in any other way; and the threads themselves.

const CHANGES = 0;
const THREADS = 1;
const MASK = 0xfffff;

const { add, load } = Atomics;

export class SharedCount {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  /** While there is only one thread, nothing needs to be shared. */
  isShared: boolean;

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(8);
    this.#cells = new Int32Array(this.memory);
    this.isShared = memory !== undefined;
  }

  /** 20 bits are enough to distinguish moments that are a few milliseconds apart. */
  get value(): number {
    return this.isShared ? load(this.#cells, CHANGES) & MASK : 0;
  }

  add(): void {
    if (this.isShared) add(this.#cells, CHANGES, 1);
  }

  /** A number for a new thread; the main thread's is 0. */
  nextThread(): number {
    return add(this.#cells, THREADS, 1) + 1;
  }
}
