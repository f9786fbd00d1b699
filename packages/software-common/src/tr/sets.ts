// tr's strings: ranges, classes, repeats, escapes. Source: GNU coreutils manual, "Character sets".

export interface SetError {
  before: string;
  text?: string;
  after?: string;
}

export class TrError extends Error {
  readonly reason: SetError;
  constructor(reason: SetError) {
    super(reason.before);
    this.reason = reason;
  }
}

const fail = (before: string, text?: string, after?: string): never => {
  throw new TrError({ before, text, after });
};

const inRanges = (...ranges: [number, number][]): number[] => {
  const out: number[] = [];
  for (const [first, last] of ranges) for (let code = first; code <= last; code++) out.push(code);
  return out;
};

const CLASSES: Readonly<Record<string, number[]>> = {
  alnum: inRanges([48, 57], [65, 90], [97, 122]),
  alpha: inRanges([65, 90], [97, 122]),
  blank: [9, 32],
  cntrl: inRanges([0, 31], [127, 127]),
  digit: inRanges([48, 57]),
  graph: inRanges([33, 126]),
  lower: inRanges([97, 122]),
  print: inRanges([32, 126]),
  punct: inRanges([33, 47], [58, 64], [91, 96], [123, 126]),
  space: inRanges([9, 13], [32, 32]),
  upper: inRanges([65, 90]),
  xdigit: inRanges([48, 57], [65, 70], [97, 102]),
};

type Part =
  | { kind: "chars"; codes: number[] }
  | { kind: "class"; name: string; codes: number[] }
  | { kind: "equivalence"; codes: number[] }
  | { kind: "repeat"; code: number; count: number | undefined };

interface Char {
  code: number;
  escaped: boolean;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };

function readEscapes(text: string): Char[] {
  const out: Char[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\" || i + 1 === text.length) {
      out.push({ code: text.charCodeAt(i), escaped: false });
      continue;
    }
    const octal = /^(?:[0-3][0-7]{0,2}|[0-7]{1,2})/.exec(text.slice(i + 1, i + 4))?.[0];
    if (octal !== undefined) {
      out.push({ code: Number.parseInt(octal, 8), escaped: true });
      i += octal.length;
    } else {
      i++;
      out.push({ code: ESCAPES[text[i]!] ?? text.charCodeAt(i), escaped: true });
    }
  }
  return out;
}

class SetParser {
  readonly #chars: Char[];
  readonly #text: string;
  #at = 0;

  constructor(source: string) {
    this.#chars = readEscapes(source);
    this.#text = this.#chars
      .map(({ code, escaped }) => (escaped ? "\0" : String.fromCharCode(code)))
      .join("");
  }

  parse(): Part[] {
    const parts: Part[] = [];
    while (this.#at < this.#chars.length) parts.push(this.#bracket() ?? this.#range());
    return parts;
  }

  #bracket(): Part | undefined {
    if (this.#text[this.#at] !== "[") return undefined;
    const mark = this.#text[this.#at + 1];
    if (mark === ":" || mark === "=") {
      const end = this.#text.indexOf(`${mark}]`, this.#at + 2);
      if (end >= 0) return mark === ":" ? this.#class(end) : this.#equivalence(end);
    }
    return this.#repeat();
  }

  #class(end: number): Part | undefined {
    const name = this.#text.slice(this.#at + 2, end);
    const codes = CLASSES[name];
    if (codes === undefined) {
      if (this.#text[this.#at + 3] === "*") return this.#repeat();
      return fail("invalid character class ", name);
    }
    this.#at = end + 2;
    return { kind: "class", name, codes };
  }

  #equivalence(end: number): Part | undefined {
    const chars = this.#chars.slice(this.#at + 2, end);
    if (chars.length === 0) {
      return fail("missing equivalence class character '[==]'");
    }
    if (chars.length > 1) {
      if (this.#text[this.#at + 3] === "*") return this.#repeat();
      const text = chars.map(({ code }) => String.fromCharCode(code)).join("");
      return fail(`${text}: equivalence class operand must be a single character`);
    }
    this.#at = end + 2;
    return { kind: "equivalence", codes: [chars[0]!.code] };
  }

  #repeat(): Part | undefined {
    const match = /^\[[\s\S]\*([^\]]*)\]/.exec(this.#text.slice(this.#at));
    if (match === null) return undefined;
    const digits = match[1]!;
    if (!/^\d*$/.test(digits)) return fail("invalid repeat count ", digits, " in [c*n] construct");
    const code = this.#chars[this.#at + 1]!.code;
    const count = Number.parseInt(digits || "0", digits.startsWith("0") ? 8 : 10);
    this.#at += match[0].length;
    return { kind: "repeat", code, count: count === 0 ? undefined : Math.min(count, LONGEST_REPEAT) };
  }

  #range(): Part {
    const first = this.#chars[this.#at]!.code;
    const last = this.#chars[this.#at + 2];
    if (this.#text[this.#at + 1] !== "-" || last === undefined) {
      this.#at++;
      return { kind: "chars", codes: [first] };
    }
    if (last.code < first) {
      const text = `${printable(first)}-${printable(last.code)}`;
      return fail(`range-endpoints of '${text}' are in reverse collating sequence order`);
    }
    this.#at += 3;
    return { kind: "chars", codes: inRanges([first, last.code]) };
  }
}

const LONGEST_REPEAT = 65536;

const printable = (code: number): string =>
  code >= 32 && code < 127 ? String.fromCharCode(code) : `\\${code.toString(8).padStart(3, "0")}`;

const codesOf = (part: Part): number[] =>
  part.kind === "repeat" ? new Array<number>(part.count ?? 0).fill(part.code) : part.codes;

export interface SetOptions {
  complement: boolean;
  delete: boolean;
  squeeze: boolean;
  truncate: boolean;
}

/** The two lists of bytes, after complement, classes and repeats; the second is undefined without a string. */
export interface Sets {
  first: number[];
  second: number[] | undefined;
}

/** @throws TrError */
export function expandSets(firstText: string, secondText: string | undefined, options: SetOptions): Sets {
  const firstParts = new SetParser(firstText).parse();
  const translating = secondText !== undefined && !options.delete;
  if (firstParts.some(({ kind }) => kind === "repeat")) {
    fail("the [c*] repeat construct may not appear in string1");
  }
  let first = firstParts.flatMap(codesOf);
  if (options.complement) first = complementOf(first);
  if (secondText === undefined) return { first, second: undefined };
  const secondParts = new SetParser(secondText).parse();
  fillRepeat(secondParts, first.length, translating);
  if (!translating) return { first, second: secondParts.flatMap(codesOf) };
  checkTranslation(firstParts, secondParts, options);
  const second = secondParts.flatMap(codesOf);
  return pairUp(first, second, options);
}

function complementOf(codes: readonly number[]): number[] {
  const present = new Set(codes);
  return inRanges([0, 255]).filter((code) => !present.has(code));
}

/** [c*] grows until the second list is as long as the first. */
function fillRepeat(parts: readonly Part[], length: number, translating: boolean): void {
  const open = parts.filter((part) => part.kind === "repeat" && part.count === undefined);
  if (open.length > 1) fail("only one [c*] repeat construct may appear in string2");
  const repeat = open[0];
  if (repeat?.kind !== "repeat") return;
  if (!translating) fail("the [c*] construct may appear in string2 only when translating");
  const others = parts.reduce((sum, part) => sum + codesOf(part).length, 0);
  repeat.count = Math.max(0, length - others);
}

function checkTranslation(first: readonly Part[], second: readonly Part[], { complement }: SetOptions): void {
  if (second.some(({ kind }) => kind === "equivalence")) {
    fail("[=c=] expressions may not appear in string2 when translating");
  }
  let at = 0;
  for (const part of second) {
    if (part.kind === "class") {
      if (part.name !== "upper" && part.name !== "lower") {
        fail(
          "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
        );
      }
      if (complement || !classAt(first, at)) fail("misaligned [:upper:] and/or [:lower:] construct");
    }
    at += codesOf(part).length;
  }
}

/** Whether a case class of the first string begins at position `at` of its list. */
function classAt(parts: readonly Part[], at: number): boolean {
  let start = 0;
  for (const part of parts) {
    if (start === at) return part.kind === "class" && (part.name === "upper" || part.name === "lower");
    start += codesOf(part).length;
  }
  return false;
}

function pairUp(first: number[], second: number[], { truncate }: SetOptions): Sets {
  if (truncate) return { first: first.slice(0, second.length), second };
  if (first.length > second.length) {
    const last = second.at(-1);
    if (last === undefined) return fail("when not truncating set1, string2 must be non-empty");
    second = [...second, ...new Array<number>(first.length - second.length).fill(last)];
  }
  return { first, second };
}
