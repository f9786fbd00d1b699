const NEWLINE = 10;

/** Breaks a stream into lines of a fixed length; 0 means one line without an end. */
export class LineWrapper {
  readonly #columns: number;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  wrap(text: Uint8Array): Uint8Array {
    if (this.#columns === 0 || text.length === 0) return text;
    const out = new Uint8Array(text.length + Math.ceil((this.#column + text.length) / this.#columns));
    let length = 0;
    for (let at = 0; at < text.length; ) {
      if (this.#column === this.#columns) {
        out[length++] = NEWLINE;
        this.#column = 0;
      }
      const count = Math.min(this.#columns - this.#column, text.length - at);
      out.set(text.subarray(at, at + count), length);
      length += count;
      at += count;
      this.#column += count;
    }
    return out.subarray(0, length);
  }

  /** The end of the last line. */
  finish(): Uint8Array {
    return this.#columns > 0 && this.#column > 0 ? Uint8Array.of(NEWLINE) : new Uint8Array(0);
  }
}
