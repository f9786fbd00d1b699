// The characters of the script, over all -e and -f pieces, with what error messages need to say where they are.

import { ScriptError } from "./script.ts";

export interface ScriptPiece {
  /** Latin1. */
  text: string;
  /** The name of the file it came from; undefined for -e. */
  file: string | undefined;
}

export class ScriptSource {
  readonly #pieces: readonly ScriptPiece[];
  #piece = 0;
  #at = 0;

  constructor(pieces: readonly ScriptPiece[]) {
    this.#pieces = pieces;
  }

  /** The next character, "\n" between pieces; "" at the end. */
  peek(): string {
    const piece = this.#pieces[this.#piece];
    if (piece === undefined) return "";
    if (this.#at < piece.text.length) return piece.text[this.#at]!;
    return this.#piece < this.#pieces.length - 1 ? "\n" : "";
  }

  next(): string {
    const char = this.peek();
    const piece = this.#pieces[this.#piece];
    if (piece !== undefined && this.#at >= piece.text.length && char !== "") {
      this.#piece++;
      this.#at = 0;
    } else this.#at++;
    return char;
  }

  skipBlanks(): void {
    while (this.peek() === " " || this.peek() === "\t") this.next();
  }

  skipSpace(): void {
    while (/^[ \t\n\v\f\r;]$/.test(this.peek())) this.next();
  }

  /** The rest of the line, without its end, which is taken too. */
  restOfLine(): string {
    let out = "";
    for (let char = this.next(); char !== "" && char !== "\n"; char = this.next()) out += char;
    return out;
  }

  number(): number {
    let digits = "";
    while (/^\d$/.test(this.peek())) digits += this.next();
    return Number(digits);
  }

  /** What follows in this piece; nothing is taken. */
  restOfPiece(): string {
    return this.#pieces[this.#piece]?.text.slice(this.#at) ?? "";
  }

  /** An error at the current position, in GNU's words. */
  error(message: string, back = 0): ScriptError {
    const piece = this.#pieces[Math.min(this.#piece, this.#pieces.length - 1)]!;
    if (piece.file !== undefined) {
      const line = piece.text.slice(0, this.#at).split("\n").length;
      return new ScriptError(`file ${piece.file} line ${line}: ${message}`);
    }
    const expressions = this.#pieces
      .slice(0, this.#piece + 1)
      .filter(({ file }) => file === undefined).length;
    const char = Math.min(this.#at, piece.text.length) - back;
    return new ScriptError(`-e expression #${expressions}, char ${char}: ${message}`);
  }

  /** An error that GNU reports without a place in the text. */
  errorAtStart(message: string): ScriptError {
    return new ScriptError(`-e expression #1, char 0: ${message}`);
  }
}
