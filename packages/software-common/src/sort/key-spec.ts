// -k's argument: F[.C][OPTS][,F[.C][OPTS]], and what keys mean. Source: GNU coreutils manual, "sort invocation".

export interface Ordering {
  numeric: boolean;
  general: boolean;
  human: boolean;
  month: boolean;
  version: boolean;
  random: boolean;
  dictionary: boolean;
  printable: boolean;
  fold: boolean;
  reverse: boolean;
  skipStart: boolean;
  skipEnd: boolean;
}

export interface Key extends Ordering {
  /** Zero-based; undefined: from the start of the line. */
  startField: number | undefined;
  startChar: number;
  /** Zero-based; undefined: to the end of the line. */
  endField: number | undefined;
  /** 0: the whole end field. */
  endChar: number;
}

export const noOrdering = (): Ordering => ({
  numeric: false,
  general: false,
  human: false,
  month: false,
  version: false,
  random: false,
  dictionary: false,
  printable: false,
  fold: false,
  reverse: false,
  skipStart: false,
  skipEnd: false,
});

export const wholeLineKey = (ordering: Ordering): Key => ({
  ...ordering,
  startField: undefined,
  startChar: 0,
  endField: undefined,
  endChar: 0,
});

const LETTERS: Readonly<Record<string, keyof Ordering>> = {
  n: "numeric",
  g: "general",
  h: "human",
  M: "month",
  V: "version",
  R: "random",
  d: "dictionary",
  i: "printable",
  f: "fold",
  r: "reverse",
};

/** Sets the ordering that letter stands for; `side` says whose blanks `b` skips. False for an unknown letter. */
export function applyLetter(ordering: Ordering, letter: string, side: "start" | "end" | "both"): boolean {
  if (letter === "b") {
    if (side !== "end") ordering.skipStart = true;
    if (side !== "start") ordering.skipEnd = true;
    return true;
  }
  const name = LETTERS[letter];
  if (name === undefined) return false;
  ordering[name] = true;
  return true;
}

/** Says what is wrong with a key: `reason: invalid … specification 'text'`. */
export class KeySpecError {
  readonly reason: string;
  readonly kind: "field" | "count";
  readonly text: string;
  constructor(reason: string, kind: "field" | "count", text: string) {
    this.reason = reason;
    this.kind = kind;
    this.text = text;
  }
}

class SpecScanner {
  readonly text: string;
  at = 0;
  constructor(text: string) {
    this.text = text;
  }

  number(ifMissing: string): number {
    const start = this.at;
    while (this.at < this.text.length && /\d/.test(this.text[this.at]!)) this.at++;
    if (this.at === start) throw new KeySpecError(ifMissing, "count", this.text.slice(start));
    return Math.min(Number(this.text.slice(start, this.at)), Number.MAX_SAFE_INTEGER);
  }

  accept(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  letters(key: Key, side: "start" | "end"): void {
    while (this.at < this.text.length && applyLetter(key, this.text[this.at]!, side)) this.at++;
  }

  fail(reason: string): never {
    throw new KeySpecError(reason, "field", this.text);
  }
}

/** @throws KeySpecError */
export function parseKey(text: string): Key {
  const key = wholeLineKey(noOrdering());
  const scanner = new SpecScanner(text);
  const field = scanner.number("invalid number at field start");
  if (field === 0) scanner.fail("field number is zero");
  key.startField = field - 1;
  if (scanner.accept(".")) {
    const char = scanner.number("invalid number after '.'");
    if (char === 0) scanner.fail("character offset is zero");
    key.startChar = char - 1;
  }
  scanner.letters(key, "start");
  if (scanner.accept(",")) {
    const end = scanner.number("invalid number after ','");
    if (end === 0) scanner.fail("field number is zero");
    key.endField = end - 1;
    if (scanner.accept(".")) key.endChar = scanner.number("invalid number after '.'");
    scanner.letters(key, "end");
  }
  if (scanner.at < text.length) scanner.fail("stray character in field spec");
  return key;
}

/** The obsolete form: +F[.C][OPTS] [-F[.C][OPTS]], zero-based. undefined if `start` is not of that form. */
export function parseObsoleteKey(start: string, end: string | undefined): Key | undefined {
  const from = /^\+(\d+)(?:\.(\d+))?([a-zA-Z]*)$/.exec(start);
  if (from === null) return undefined;
  const key = wholeLineKey(noOrdering());
  key.startField = Number(from[1]);
  key.startChar = Number(from[2] ?? 0);
  for (const letter of from[3]!) if (!applyLetter(key, letter, "start")) return undefined;
  const to = end === undefined ? null : /^-(\d+)(?:\.(\d+))?([a-zA-Z]*)$/.exec(end);
  if (to !== null) {
    key.endChar = Number(to[2] ?? 0);
    const field = Number(to[1]);
    key.endField = key.endChar === 0 ? field - 1 : field;
    for (const letter of to[3]!) if (!applyLetter(key, letter, "end")) return undefined;
    if (key.endField < 0) return { ...key, endField: 0, endChar: 0, startField: Number.MAX_SAFE_INTEGER };
  }
  return key;
}

const SETTINGS = Object.keys(noOrdering()) as (keyof Ordering)[];

/** Whether the key says anything about how to compare, `r` aside. */
export function hasOrdering(key: Ordering): boolean {
  return SETTINGS.some((name) => name !== "reverse" && key[name]);
}

/** The letters of a combination that makes no sense ("dn"), or undefined. */
export function incompatibleLetters(key: Ordering): string | undefined {
  const kinds =
    Number(key.numeric) +
    Number(key.general) +
    Number(key.human) +
    Number(key.month) +
    Number(key.version || key.random || key.dictionary || key.printable);
  if (kinds <= 1) return undefined;
  const shown: [boolean, string][] = [
    [key.dictionary, "d"],
    [key.fold, "f"],
    [key.general, "g"],
    [key.human, "h"],
    [key.printable && !key.dictionary, "i"],
    [key.month, "M"],
    [key.numeric, "n"],
    [key.random, "R"],
    [key.version, "V"],
  ];
  return shown.map(([on, letter]) => (on ? letter : "")).join("");
}
