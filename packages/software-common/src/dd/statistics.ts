const POWERS = ["", "k", "M", "G", "T", "P", "E"];

/** Two or more significant digits: "1.0 kB", "12 MB". */
function human(bytes: number, base: 1000 | 1024): string {
  let power = 0;
  let value = bytes;
  for (; value >= base && power < POWERS.length - 1; power++) value /= base;
  const digits = power > 0 && value < 10 ? value.toFixed(1) : String(Math.round(value));
  const unit = base === 1000 ? POWERS[power] : POWERS[power] === "k" ? "K" : POWERS[power];
  return `${digits} ${unit}${base === 1024 && power > 0 ? "i" : ""}B`;
}

/** dd's account: whole and partial blocks, bytes, time. */
export class Statistics {
  readonly #startMs: number;
  readonly #in = { whole: 0, partial: 0 };
  readonly #out = { whole: 0, partial: 0 };
  #bytes = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  get started(): boolean {
    return this.#in.whole + this.#in.partial > 0;
  }

  read(length: number, blockSize: number): void {
    this.#in[length === blockSize ? "whole" : "partial"]++;
  }

  wrote(length: number, blockSize: number): void {
    this.#out[length === blockSize ? "whole" : "partial"]++;
    this.#bytes += length;
  }

  report(nowMs: number, status: "all" | "noxfer"): string {
    const records = `${this.#in.whole}+${this.#in.partial} records in\n${this.#out.whole}+${this.#out.partial} records out\n`;
    if (status === "noxfer") return records;
    const seconds = Math.max(nowMs - this.#startMs, 0.001) / 1000;
    const bytes = this.#bytes;
    let total = bytes === 1 ? "1 byte" : `${bytes} bytes`;
    if (bytes >= 1000) total += ` (${human(bytes, 1000)}${bytes >= 1024 ? `, ${human(bytes, 1024)}` : ""})`;
    return `${records}${total} copied, ${Number(seconds.toPrecision(6))} s, ${human(bytes / seconds, 1000)}/s\n`;
  }
}
