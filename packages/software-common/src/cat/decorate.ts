import { bytesFromLatin1 } from "@agentos/kernel/abi";

export interface Decoration {
  number: "none" | "nonblank" | "all";
  squeeze: boolean;
  ends: boolean;
  tabs: boolean;
  nonprinting: boolean;
}

const NEWLINE = 10;
const RETURN = 13;

/**
 * Applies cat's options to a stream: line numbers and blank lines carry over from chunk to chunk and from file to
 * file.
 */
export class LineDecorator {
  readonly #shown: readonly string[];
  readonly #decoration: Decoration;
  #line = 0;
  #atStart = true;
  #blank = 0;
  /** With -E alone a carriage return before the newline shows as ^M; it waits for the next byte. */
  #heldReturn = false;

  constructor(decoration: Decoration) {
    this.#decoration = decoration;
    this.#shown = Array.from({ length: 256 }, (_, byte) => shownByte(byte, decoration));
  }

  get plain(): boolean {
    const { number, squeeze, ends, tabs, nonprinting } = this.#decoration;
    return number === "none" && !squeeze && !ends && !tabs && !nonprinting;
  }

  chunk(bytes: Uint8Array): Uint8Array {
    const { ends, nonprinting } = this.#decoration;
    const holdReturns = ends && !nonprinting;
    let out = "";
    for (const byte of bytes) {
      if (this.#heldReturn) {
        this.#heldReturn = false;
        out += byte === NEWLINE ? "^M" : "\r";
      }
      if (byte === NEWLINE) {
        out += this.#newline();
        continue;
      }
      if (this.#atStart) out += this.#startLine(false);
      if (byte === RETURN && holdReturns) this.#heldReturn = true;
      else out += this.#shown[byte]!;
    }
    return bytesFromLatin1(out);
  }

  #newline(): string {
    const { squeeze, ends } = this.#decoration;
    let out = "";
    if (this.#atStart) {
      if (squeeze && this.#blank > 0) return "";
      this.#blank++;
      out = this.#startLine(true);
    }
    this.#atStart = true;
    return `${out}${ends ? "$" : ""}\n`;
  }

  #startLine(blank: boolean): string {
    this.#atStart = false;
    if (!blank) this.#blank = 0;
    const { number } = this.#decoration;
    if (number === "none" || (blank && number === "nonblank")) return "";
    return `${String(++this.#line).padStart(6)}\t`;
  }
}

function shownByte(byte: number, { tabs, nonprinting }: Decoration): string {
  if (byte === 9) return tabs ? "^I" : "\t";
  if (!nonprinting) return String.fromCharCode(byte);
  if (byte >= 128) return `M-${controlNotation(byte - 128)}`;
  return controlNotation(byte);
}

function controlNotation(code: number): string {
  if (code === 127) return "^?";
  return code < 32 ? `^${String.fromCharCode(code + 64)}` : String.fromCharCode(code);
}
