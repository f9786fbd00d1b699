/** A line that says what is being waited for, while standard error is a terminal that can take it back. */
export class StatusLine implements Disposable {
  readonly #stream = process.stderr;
  #shown = false;

  show(text: string): void {
    if (!this.#stream.isTTY || process.env.TERM === "dumb") return;
    this.clear();
    this.#stream.write(text.slice(0, (this.#stream.columns || 80) - 1));
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
