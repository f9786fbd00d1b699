import { utf8SequenceLength } from "@agentos/kernel/abi";
import { displayWidth } from "../shared/display-width.ts";

export interface CharacterScan {
  add(chunk: Uint8Array): void;
  finish(): { lines: number; words: number; chars: number; bytes: number; longest: number };
}

const NEWLINE = 10;
const TAB = 9;

/** Lines, words, characters and the longest line's width of a stream; characters may straddle chunks. */
export class CharacterCounter implements CharacterScan {
  readonly #utf8: boolean;
  #lines = 0;
  #words = 0;
  #chars = 0;
  #longest = 0;
  #column = 0;
  #inWord = false;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(utf8: boolean) {
    this.#utf8 = utf8;
  }

  add(chunk: Uint8Array): void {
    if (this.#rest.length > 0) {
      const joined = new Uint8Array(this.#rest.length + chunk.length);
      joined.set(this.#rest);
      joined.set(chunk, this.#rest.length);
      this.#rest = new Uint8Array(0);
      this.#scan(joined, true);
    } else this.#scan(chunk, true);
  }

  finish(): { lines: number; words: number; chars: number; bytes: number; longest: number } {
    this.#scan(this.#rest, false);
    this.#endLine();
    return { lines: this.#lines, words: this.#words, chars: this.#chars, bytes: 0, longest: this.#longest };
  }

  #scan(bytes: Uint8Array, more: boolean): void {
    const end = bytes.length;
    for (let i = 0; i < end; ) {
      const byte = bytes[i]!;
      if (byte < 0x80) {
        this.#chars++;
        this.#ascii(byte);
        i++;
        continue;
      }
      if (!this.#utf8) {
        this.#chars++;
        this.#startWord();
        i++;
        continue;
      }
      const length = utf8SequenceLength(bytes, i, end);
      if (length === 0 && more && end - i < 4) {
        this.#rest = bytes.slice(i);
        return;
      }
      if (length > 0) this.#wide(bytes, i, length);
      i += length || 1;
    }
  }

  #ascii(byte: number): void {
    if (byte > 32) {
      if (byte < 127) {
        this.#startWord();
        this.#column++;
      }
      return;
    }
    if (byte === 32) this.#column++;
    else if (byte === TAB) this.#column += 8 - (this.#column % 8);
    else if (byte === NEWLINE || byte === 12 || byte === 13) {
      if (byte === NEWLINE) this.#lines++;
      this.#endLine();
    } else if (byte !== 11) return;
    this.#inWord = false;
  }

  #wide(bytes: Uint8Array, at: number, length: number): void {
    this.#chars++;
    const code = codePoint(bytes, at, length);
    const width = displayWidth(code);
    if (width > 0) this.#column += width;
    if (isWideSpace(code)) this.#inWord = false;
    else if (width >= 0) this.#startWord();
  }

  #startWord(): void {
    if (this.#inWord) return;
    this.#inWord = true;
    this.#words++;
  }

  #endLine(): void {
    if (this.#column > this.#longest) this.#longest = this.#column;
    this.#column = 0;
  }
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let code = bytes[at]! & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i]! & 0x3f);
  return code;
}

/** iswspace and the no-break spaces that wc also takes for separators. */
function isWideSpace(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x2060 ||
    code === 0x3000
  );
}
