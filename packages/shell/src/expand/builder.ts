// What the pieces of an expanded word are collected into: fields, one string, or a pattern.

import type { Ifs } from "../ifs.ts";

/** Receives the pieces of a word, from left to right. */
export interface Builder {
  /** How many fields are complete. */
  readonly count: number;
  /** Source text outside quotes: never split, but its pattern characters count. */
  literal(text: string): void;
  /** Text that is taken as it is. */
  quoted(text: string): void;
  /** The result of an expansion outside quotes: split, and its pattern characters count. */
  split(text: string): void;
  /** A piece of pattern syntax with the text it stands for: an extended glob. */
  pattern(pattern: string, text: string): void;
  /** Between two elements of $@ (or, when `star`, of $*). */
  nextElement(star: boolean, quoted: boolean): void;
}

const SPECIAL = /[*?[\]\\!^\-|()@+{}]/g;

/** A pattern that matches exactly `text`. */
export function escapePattern(text: string): string {
  return text.replace(SPECIAL, "\\$&");
}

const GLOB = /[*?[]/;
const EXTENDED_GLOB = /[*?[]|[@+!]\(/;

export interface Field {
  text: string;
  /** Set if the field is to be expanded to file names. */
  pattern: string | undefined;
}

/** Collects the arguments of a command: any number of fields. */
export class FieldBuilder implements Builder {
  readonly fields: Field[] = [];
  readonly #ifs: Ifs;
  readonly #glob: RegExp;
  #text = "";
  #pattern = "";
  #isPattern = false;
  #started = false;
  /** White space has just ended a field; one other separator may still belong to it. */
  #afterWhite = false;

  constructor(ifs: Ifs, extglob = false) {
    this.#ifs = ifs;
    this.#glob = extglob ? EXTENDED_GLOB : GLOB;
  }

  get count(): number {
    return this.fields.length;
  }

  literal(text: string): void {
    this.#text += text;
    this.#pattern += text;
    if (this.#glob.test(text)) this.#isPattern = true;
    this.#started = true;
    this.#afterWhite = false;
  }

  quoted(text: string): void {
    this.#text += text;
    this.#pattern += escapePattern(text);
    this.#started = true;
    this.#afterWhite = false;
  }

  pattern(pattern: string, text: string): void {
    this.#text += text;
    this.#pattern += pattern;
    this.#isPattern = true;
    this.#started = true;
  }

  split(text: string): void {
    if (text === "") return;
    if (!this.#ifs.splits(text)) {
      this.literal(text);
      return;
    }
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!;
      const white = this.#ifs.isWhite(char);
      if (!white && !this.#ifs.isOther(char)) continue;
      if (at > from) this.literal(text.slice(from, at));
      from = at + 1;
      this.#separate(white);
    }
    if (from < text.length) this.literal(text.slice(from));
  }

  #separate(white: boolean): void {
    if (white) {
      if (this.#started) {
        this.#finish();
        this.#afterWhite = true;
      }
    } else if (this.#afterWhite) {
      this.#afterWhite = false;
    } else {
      this.#started = true;
      this.#finish();
    }
  }

  nextElement(_star: boolean, quoted: boolean): void {
    // Outside quotes, the elements are treated as if they were joined by the first separator and then split.
    if (!quoted && this.#ifs.isOther(this.#ifs.joiner)) this.#started = true;
    if (this.#started) this.#finish();
    this.#afterWhite = false;
  }

  #finish(): void {
    this.fields.push({ text: this.#text, pattern: this.#isPattern ? this.#pattern : undefined });
    this.#text = "";
    this.#pattern = "";
    this.#isPattern = false;
    this.#started = false;
  }

  /** Ends the last field. */
  done(): Field[] {
    if (this.#started) this.#finish();
    return this.fields;
  }
}

/** For places without splitting and pathname expansion: one string. */
export class StringBuilder implements Builder {
  readonly count = 0;
  text = "";
  readonly #joiner: string;

  constructor(ifs: Ifs) {
    this.#joiner = ifs.joiner;
  }

  literal(text: string): void {
    this.text += text;
  }
  quoted(text: string): void {
    this.text += text;
  }
  split(text: string): void {
    this.text += text;
  }
  pattern(_pattern: string, text: string): void {
    this.text += text;
  }
  nextElement(star: boolean): void {
    this.text += star ? this.#joiner : " ";
  }
}

/** For patterns and regular expressions: quoted text is escaped. */
export class PatternBuilder implements Builder {
  readonly count = 0;
  text = "";
  readonly #escape: (text: string) => string;
  readonly #joiner: string;

  constructor(ifs: Ifs, quote: (text: string) => string = escapePattern) {
    this.#escape = quote;
    this.#joiner = ifs.joiner;
  }

  literal(text: string): void {
    this.text += text;
  }
  quoted(text: string): void {
    this.text += this.#escape(text);
  }
  split(text: string): void {
    this.text += text;
  }
  pattern(pattern: string): void {
    this.text += pattern;
  }
  nextElement(star: boolean): void {
    this.text += star ? this.#joiner : " ";
  }
}
