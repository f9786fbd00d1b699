// Brace expansion: {a,b}, {1..9}, {a..z..2}. It works on the source alone; quoted text and expansions are not looked
// into.

import type { ParameterPart, Word, WordPart } from "../ast.ts";
import { ShellError } from "../errors.ts";

/** One unquoted character, or a part that brace expansion does not look into. */
type Atom = string | WordPart;

/** More words than this are refused, as bash refuses them when it runs out of memory. */
const MAX_WORDS = 1_200_000;
const SEQUENCE = /^(?:([+-]?\d+)\.\.([+-]?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.([+-]?\d+))?$/;

/** Whether the word may have braces to expand. */
export function hasBraces(word: Word): boolean {
  let open = false;
  let separator = false;
  for (const part of word.parts) {
    if (part.type === "literal") {
      if (part.text.includes("{")) open = true;
      if (part.text.includes(",") || part.text.includes("..")) separator = true;
    }
  }
  return open && separator;
}

export interface Sequence {
  before: string;
  after: string;
  first: number;
  last: number;
  step: number;
  width: number;
}

/** A word that consists of one numeric sequence and plain text around it: the form that may produce many words. */
export function numberSequence(word: Word): Sequence | undefined {
  const only = word.parts[0];
  if (word.parts.length !== 1 || only?.type !== "literal") return undefined;
  const match = /^([\w./-]*)\{([+-]?\d{1,15})\.\.([+-]?\d{1,15})(?:\.\.([+-]?\d{1,9}))?\}([\w./-]*)$/.exec(
    only.text,
  );
  if (!match) return undefined;
  const [, before, firstText, lastText, stepText, after] = match as string[] as [
    string,
    string,
    string,
    string,
    string | undefined,
    string,
  ];
  const [first, last] = [Number(firstText), Number(lastText)];
  const step = Math.abs(Number(stepText ?? 1)) || 1;
  const width = isPadded(firstText, lastText) ? Math.max(firstText.length, lastText.length) : 0;
  if (Math.abs(last - first) / step > MAX_WORDS)
    throw new ShellError("brace expansion: cannot allocate memory");
  return { before, after, first, last, step: last < first ? -step : step, width };
}

/** The text of the sequence's number `index`; undefined past its end. */
export function sequenceText(sequence: Sequence, index: number): string | undefined {
  const value = sequence.first + index * sequence.step;
  if (sequence.step > 0 ? value > sequence.last : value < sequence.last) return undefined;
  return sequence.before + padded(value, sequence.width) + sequence.after;
}

/** The words that brace expansion makes of a word; the word itself if it has no braces. */
export function* expandBraces(word: Word): Generator<Word> {
  if (!hasBraces(word)) return yield word;
  const atoms: Atom[] = [];
  for (const part of word.parts) {
    if (part.type === "literal") atoms.push(...part.text);
    else atoms.push(part);
  }
  const expansion = parse(atoms);
  if (!expansion) return yield word;
  if (countOf(expansion) > MAX_WORDS) throw new ShellError("brace expansion: cannot allocate memory");
  for (const result of resultsOf(expansion)) yield toWord(result, word.line);
}

/** The first pair of braces to be expanded, and what is around it. */
interface Expansion {
  before: Atom[];
  alternatives: (Expansion | Atom[])[] | TextSequence;
  after: Expansion | Atom[];
}

/** {1..9} and {a..z}. */
interface TextSequence {
  count: number;
  text(index: number): string;
}

function parse(atoms: readonly Atom[]): Expansion | undefined {
  for (let open = atoms.indexOf("{"); open >= 0; open = atoms.indexOf("{", open + 1)) {
    const close = matching(atoms, open);
    if (close < 0) continue;
    const alternatives = alternativesOf(atoms.slice(open + 1, close));
    if (!alternatives) continue;
    const rest = atoms.slice(close + 1);
    return { before: atoms.slice(0, open), alternatives, after: parse(rest) ?? rest };
  }
  return undefined;
}

function countOf(part: Expansion | Atom[]): number {
  if (Array.isArray(part)) return 1;
  const { alternatives } = part;
  const own = Array.isArray(alternatives)
    ? alternatives.reduce((sum, alternative) => sum + countOf(alternative), 0)
    : alternatives.count;
  return own * countOf(part.after);
}

function* resultsOf(part: Expansion | Atom[]): Generator<Atom[]> {
  if (Array.isArray(part)) return yield part;
  for (const middle of middlesOf(part.alternatives)) {
    for (const after of resultsOf(part.after)) yield [...part.before, ...middle, ...after];
  }
}

function* middlesOf(alternatives: Expansion["alternatives"]): Generator<Atom[]> {
  if (Array.isArray(alternatives)) for (const alternative of alternatives) yield* resultsOf(alternative);
  else for (let i = 0; i < alternatives.count; i++) yield [alternatives.text(i)];
}

/** The index of the brace that closes the one at `open`; -1 if none does. */
function matching(atoms: readonly Atom[], open: number): number {
  let depth = 0;
  for (let at = open; at < atoms.length; at++) {
    if (atoms[at] === "{") depth++;
    else if (atoms[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

function alternativesOf(inside: Atom[]): Expansion["alternatives"] | undefined {
  const pieces = splitAtCommas(inside);
  if (pieces.length > 1) return pieces.map((piece) => parse(piece) ?? piece);
  if (!inside.every((atom) => typeof atom === "string")) return undefined;
  return textSequence(inside.join(""));
}

function splitAtCommas(inside: readonly Atom[]): Atom[][] {
  const pieces: Atom[][] = [[]];
  let depth = 0;
  for (const atom of inside) {
    if (atom === "{") depth++;
    else if (atom === "}") depth--;
    if (atom === "," && depth === 0) pieces.push([]);
    else pieces[pieces.length - 1]!.push(atom);
  }
  return pieces;
}

function textSequence(text: string): TextSequence | undefined {
  const match = SEQUENCE.exec(text);
  if (!match) return undefined;
  const [, firstNumber, lastNumber, firstLetter, lastLetter, stepText] = match;
  const numeric = firstNumber !== undefined;
  const first = numeric ? Number(firstNumber) : firstLetter!.charCodeAt(0);
  const last = numeric ? Number(lastNumber) : lastLetter!.charCodeAt(0);
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return undefined;
  const step = Math.abs(Number(stepText ?? 1)) || 1;
  const count = Math.floor(Math.abs(last - first) / step) + 1;
  const width =
    numeric && isPadded(firstNumber, lastNumber!) ? Math.max(firstNumber.length, lastNumber!.length) : 0;
  const direction = last < first ? -step : step;
  return {
    count,
    text(index) {
      const value = first + index * direction;
      return numeric ? padded(value, width) : refuseBackquote(String.fromCharCode(value));
    },
  };
}

/** Between upper and lower case lies "`", which bash then reads as the beginning of a substitution. */
function refuseBackquote(text: string): string {
  if (text === "`") throw new ShellError('bad substitution: no closing "`" in `');
  return text;
}

const isPadded = (...texts: string[]): boolean => texts.some((text) => /^[+-]?0\d/.test(text));

function padded(value: number, width: number): string {
  if (value >= 0) return String(value).padStart(width, "0");
  return `-${String(-value).padStart(width - 1, "0")}`;
}

function toWord(atoms: readonly Atom[], line: number): Word {
  const parts: WordPart[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") parts.push({ type: "literal", text });
    text = "";
  };
  for (const atom of atoms) {
    const last = text === "" ? parts[parts.length - 1] : undefined;
    if (typeof atom !== "string") {
      flush();
      parts.push(atom);
    } else if (last && isOpenName(last) && /\w/.test(atom)) {
      parts[parts.length - 1] = { ...last, name: last.name + atom, text: last.text + atom };
    } else text += atom;
  }
  flush();
  const source = parts.map((part) => (part.type === "literal" ? part.text : "")).join("");
  return { parts: withTilde(parts), text: source, line };
}

/** $name without braces: as braces are expanded first, text that ends up behind it becomes part of the name. */
function isOpenName(part: WordPart): part is ParameterPart {
  return part.type === "parameter" && !part.braced && /^[A-Za-z_]/.test(part.name);
}

/** A tilde that brace expansion has moved to the beginning of a word counts. */
function withTilde(parts: WordPart[]): WordPart[] {
  const first = parts[0];
  if (first?.type !== "literal" || !first.text.startsWith("~")) return parts;
  const slash = first.text.indexOf("/");
  const user = slash < 0 ? first.text.slice(1) : first.text.slice(1, slash);
  if (slash < 0 && parts.length > 1) return parts;
  const rest = slash < 0 ? "" : first.text.slice(slash);
  return [
    { type: "tilde", user },
    ...(rest === "" ? [] : [{ type: "literal" as const, text: rest }]),
    ...parts.slice(1),
  ];
}
