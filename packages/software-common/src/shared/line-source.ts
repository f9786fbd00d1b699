import { LineReader, type Proc } from "@agentos/kernel/program";

/** Lines of an input one at a time, as latin1 strings without their ends. */
export class LineSource {
  readonly #reader: LineReader;
  #batch: readonly string[] = [];
  #at = 0;

  constructor(proc: Proc, fd: number, delimiter = 10) {
    this.#reader = new LineReader(proc, fd, delimiter);
  }

  /** undefined at the end. */
  async next(): Promise<string | undefined> {
    if (this.#at === this.#batch.length) {
      this.#batch = (await this.#reader.next()) ?? [];
      this.#at = 0;
    }
    return this.#batch[this.#at++];
  }
}
