// Maps the characters of a text to the few classes that a pattern distinguishes, decoding the text's encoding at the
// same time. Positions in the text are UTF-16 units (bytes, for byte encodings).

import { wordSet } from "./char-class.ts";
import { type CharSet, contains } from "./char-set.ts";
import type { RegexProgram } from "./program.ts";
import type { RegexOptions } from "./syntax.ts";

/** What an assertion can see of a neighbouring character. */
export const KIND = { edge: 0, newline: 1, word: 2, other: 3 } as const;
export const KINDS = 4;

type Encoding = NonNullable<RegexOptions["encoding"]>;

export class Alphabet {
  readonly encoding: Encoding;
  /** The class of each character below U+0080. */
  readonly ascii = new Uint16Array(128);
  readonly size: number;
  /** The KIND of each class. If the pattern has no assertions, everything, including the edges, is of one kind. */
  readonly kinds: Uint8Array;
  readonly edgeKind: number;
  /** By set of the program: whether it holds the class. */
  readonly members: Uint8Array[];
  /** Units of the character that classAt or classBefore looked at last. */
  width = 1;
  readonly #starts: number[];

  constructor(program: RegexProgram, encoding: Encoding) {
    this.encoding = encoding;
    const words: CharSet = program.hasAsserts ? wordSet(encoding === "latin1" || !usesWords(program)) : [];
    const newline: CharSet = program.hasAsserts ? [10, 10] : [];
    this.#starts = boundaries([...program.sets, words, newline]);
    this.size = this.#starts.length;
    for (let code = 0; code < 128; code++) this.ascii[code] = this.#search(code);
    this.members = program.sets.map((set) =>
      Uint8Array.from(this.#starts, (code) => Number(contains(set, code))),
    );
    this.edgeKind = program.hasAsserts ? KIND.edge : KIND.other;
    this.kinds = Uint8Array.from(this.#starts, (code) =>
      contains(newline, code) ? KIND.newline : contains(words, code) ? KIND.word : KIND.other,
    );
  }

  classOf(code: number): number {
    return code < 128 ? this.ascii[code]! : this.#search(code);
  }

  /** The class of the character at `i`; `width` is its length. */
  classAt(text: string, i: number): number {
    const unit = text.charCodeAt(i);
    this.width = 1;
    if (unit < 128) return this.ascii[unit]!;
    if (this.encoding === "latin1") return this.#search(unit);
    if (this.encoding === "utf8") return this.#search(this.#utf8At(text, i, unit));
    const code = text.codePointAt(i)!;
    if (code > 0xffff) this.width = 2;
    return this.#search(code);
  }

  /** The class of the character that ends before `i` > 0; `width` is its length. */
  classBefore(text: string, i: number): number {
    const unit = text.charCodeAt(i - 1);
    this.width = 1;
    if (unit < 128) return this.ascii[unit]!;
    if (this.encoding === "latin1") return this.#search(unit);
    if (this.encoding === "utf8") return this.#search(this.#utf8Before(text, i, unit));
    if ((unit & 0xfc00) === 0xdc00 && i > 1) {
      const code = text.codePointAt(i - 2)!;
      if (code > 0xffff) {
        this.width = 2;
        return this.#search(code);
      }
    }
    return this.#search(unit);
  }

  kindAt(text: string, i: number): number {
    return i >= text.length ? this.edgeKind : this.kinds[this.classAt(text, i)]!;
  }

  kindBefore(text: string, i: number): number {
    return i <= 0 ? this.edgeKind : this.kinds[this.classBefore(text, i)]!;
  }

  #search(code: number): number {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #utf8At(text: string, i: number, first: number): number {
    const length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length === 0 || i + length > text.length) return 0xdc00 + first;
    let code = first & (0x7f >> length);
    for (let k = 1; k < length; k++) {
      const unit = text.charCodeAt(i + k);
      if ((unit & 0xc0) !== 0x80) return 0xdc00 + first;
      code = (code << 6) | (unit & 0x3f);
    }
    const overlong = length === 3 ? code < 0x800 : length === 4 && code < 0x10000;
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 0xdc00 + first;
    this.width = length;
    return code;
  }

  #utf8Before(text: string, i: number, last: number): number {
    for (let length = 2; length <= 4 && length <= i; length++) {
      const unit = text.charCodeAt(i - length);
      if ((unit & 0xc0) === 0x80) continue;
      const code = this.#utf8At(text, i - length, unit);
      if (this.width === length) return code;
      break;
    }
    this.width = 1;
    return 0xdc00 + last;
  }
}

const FIRST_WORD_ASSERT = 4;

function usesWords(program: RegexProgram): boolean {
  return program.op.some((op, i) => op === 3 && program.arg[i]! >= FIRST_WORD_ASSERT);
}

function boundaries(sets: CharSet[]): number[] {
  const starts = new Set([0]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      starts.add(set[i]!);
      starts.add(set[i + 1]! + 1);
    }
  }
  return [...starts].sort((a, b) => a - b);
}
