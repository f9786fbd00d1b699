// One key of all lines, parsed once: what the comparisons of a sort run on.

import { compareVersions } from "../shared/version-compare.ts";
import { compareDecimals, type Decimal, readDecimal } from "./decimal.ts";
import type { Key } from "./key-spec.ts";
import { foldText, keyTextOf } from "./key-text.ts";

/** Compares two lines by their numbers. */
export type Compare = (a: number, b: number) => number;

/** Grows with the lines; `compare` is asked for once all are there. */
export interface KeyColumn {
  add(line: string): void;
  /** Approximate bytes held per line. */
  readonly weight: number;
  compare(): Compare;
}

class NumberList {
  values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }
}

type TextOf = ((line: string) => string) | undefined;

function textColumn(key: Key, textOf: TextOf): KeyColumn {
  const texts: string[] = [];
  return {
    weight: 24,
    add(line) {
      texts.push(foldText(textOf === undefined ? line : textOf(line), key));
    },
    compare: () => (a, b) => {
      const left = texts[a]!;
      const right = texts[b]!;
      return left < right ? -1 : left === right ? 0 : 1;
    },
  };
}

function versionColumn(key: Key, textOf: TextOf): KeyColumn {
  const texts: string[] = [];
  return {
    weight: 24,
    add(line) {
      texts.push(foldText(textOf === undefined ? line : textOf(line), key));
    },
    compare: () => (a, b) => compareVersions(texts[a]!, texts[b]!),
  };
}

const UNITS = "KMGTPEZY";

function unitOrder(text: string, number: Decimal): number {
  if (number.value === 0) return 0;
  const letter = text[number.end] ?? "";
  const order = letter === "k" ? 1 : letter === "" ? 0 : UNITS.indexOf(letter) + 1;
  return /^[ \t]*-/.test(text) ? -order : order;
}

function numericColumn(textOf: TextOf, human: boolean): KeyColumn {
  const numbers = new NumberList();
  const units = new NumberList();
  const texts: string[] = [];
  const scratch: Decimal = { value: 0, end: 0 };
  let exact = true;
  return {
    weight: human ? 40 : 32,
    add(line) {
      const text = textOf === undefined ? line : textOf(line);
      readDecimal(text, scratch);
      if (Number.isNaN(scratch.value)) exact = false;
      numbers.push(scratch.value);
      texts.push(text);
      if (human) units.push(unitOrder(text, scratch));
    },
    compare() {
      const { values } = numbers;
      const byNumber: Compare = exact
        ? (a, b) => values[a]! - values[b]!
        : (a, b) => {
            const difference = values[a]! - values[b]!;
            return Number.isNaN(difference) ? compareDecimals(texts[a]!, texts[b]!) : difference;
          };
      if (!human) return byNumber;
      const order = units.values;
      return (a, b) => order[a]! - order[b]! || byNumber(a, b);
    },
  };
}

const FLOAT =
  /^[ \t\n\v\f\r]*([-+]?)(?:(inf(?:inity)?|nan)|(0x(?:[\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p[-+]?\d+)?)|((?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))/i;

/** strtold(3) of a text's start; undefined where there is no number. */
function readFloat(text: string): number | undefined {
  const match = FLOAT.exec(text);
  if (match === null) return undefined;
  const [, sign, word, hex, decimal] = match;
  let value: number;
  if (word !== undefined) value = /^n/i.test(word) ? Number.NaN : Number.POSITIVE_INFINITY;
  else value = hex === undefined ? Number(decimal) : readHexFloat(hex);
  return sign === "-" ? -value : value;
}

function readHexFloat(text: string): number {
  const [mantissa = "", exponent = "0"] = text.slice(2).toLowerCase().split("p");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return Number.parseInt(`${whole}${fraction}` || "0", 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}

/** -g: texts without a number first, then NaN, then by value. */
function generalColumn(textOf: TextOf): KeyColumn {
  const values = new NumberList();
  const ranks = new NumberList();
  return {
    weight: 16,
    add(line) {
      const value = readFloat(textOf === undefined ? line : textOf(line));
      ranks.push(value === undefined ? 0 : Number.isNaN(value) ? 1 : 2);
      values.push(value === undefined || Number.isNaN(value) ? 0 : value);
    },
    compare() {
      const rank = ranks.values;
      const number = values.values;
      return (a, b) => {
        if (rank[a] !== rank[b]) return rank[a]! - rank[b]!;
        return number[a]! < number[b]! ? -1 : number[a]! > number[b]! ? 1 : 0;
      };
    },
  };
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

function derivedColumn(derive: (text: string) => number, textOf: TextOf): KeyColumn {
  const values = new NumberList();
  return {
    weight: 8,
    add: (line) => values.push(derive(textOf === undefined ? line : textOf(line))),
    compare() {
      const number = values.values;
      return (a, b) => number[a]! - number[b]!;
    },
  };
}

const monthOf = (text: string): number =>
  MONTHS.indexOf(
    text
      .replace(/^[ \t]+/, "")
      .slice(0, 3)
      .toUpperCase(),
  );

/** A hash for -R: equal texts stay together, their order changes with the seed. */
function hashWith(seed: number): (text: string) => number {
  return (text) => {
    let high = seed >>> 0;
    let low = (seed ^ 0x9e3779b9) >>> 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low + code, 0x85ebca6b) ^ (low >>> 13);
    }
    high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d);
    return (high >>> 0) * 2 ** 21 + ((low >>> 0) & 0x1fffff);
  };
}

export function keyColumn(key: Key, separator: string | undefined, seed: number): KeyColumn {
  const textOf = keyTextOf(key, separator);
  if (key.numeric || key.human) return numericColumn(textOf, key.human);
  if (key.general) return generalColumn(textOf);
  if (key.month) return derivedColumn(monthOf, textOf);
  const folding = key.fold || key.dictionary || key.printable;
  if (key.random) {
    const hash = hashWith(seed);
    return derivedColumn(folding ? (text) => hash(foldText(text, key)) : hash, textOf);
  }
  return key.version ? versionColumn(key, textOf) : textColumn(key, textOf);
}
