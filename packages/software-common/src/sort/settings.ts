import { osStringToLatin1, type Proc } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import {
  applyLetter,
  hasOrdering,
  incompatibleLetters,
  type Key,
  KeySpecError,
  noOrdering,
  type Ordering,
  parseKey,
  parseObsoleteKey,
  wholeLineKey,
} from "./key-spec.ts";
import { SortFailure } from "./sort-inputs.ts";

export interface SortSettings {
  keys: Key[];
  separator: string | undefined;
  reverse: boolean;
  unique: boolean;
  /** Equal keys keep their order instead of comparing whole lines. */
  stable: boolean;
  merge: boolean;
  check: "report" | "quiet" | undefined;
  output: string | undefined;
  delimiter: number;
  seed: number;
}

const KIND_OF_WORD: Readonly<Record<string, string>> = {
  "general-numeric": "g",
  "human-numeric": "h",
  month: "M",
  numeric: "n",
  random: "R",
  natural: "V",
};

const LETTER_OF_OPTION: Readonly<Record<string, string>> = {
  ignoreBlanks: "b",
  dictionary: "d",
  fold: "f",
  general: "g",
  printable: "i",
  month: "M",
  human: "h",
  numeric: "n",
  random: "R",
  reverse: "r",
  natural: "V",
};

function keyOf(proc: Proc, text: string): Key {
  try {
    return parseKey(text);
  } catch (error) {
    if (!(error instanceof KeySpecError)) throw error;
    const what = error.kind === "field" ? "invalid field specification" : "invalid count at start of";
    throw new SortFailure(`${error.reason}: ${what} ${quote(proc, error.text)}`);
  }
}

function separatorOf(proc: Proc, value: string, previous: string | undefined): string {
  if (value === "") throw new SortFailure("empty tab");
  const text = value === "\\0" ? "\0" : osStringToLatin1(value);
  if (text.length > 1) throw new SortFailure(`multi-character tab ${quote(proc, value)}`);
  if (previous !== undefined && previous !== text) throw new SortFailure("incompatible tabs");
  return text;
}

function wordOf(proc: Proc, value: string, option: string, words: readonly string[]): string {
  const found = words.filter((word) => word.startsWith(value));
  if (words.includes(value)) return value;
  if (found.length === 1) return found[0]!;
  const kind = found.length > 1 ? "ambiguous" : "invalid";
  const lines = words.map((word) => `  - ${quote(proc, word)}`).join("\n");
  throw new SortFailure(
    `${kind} argument ${quote(proc, value)} for ${quote(proc, option)}\nValid arguments are:\n${lines}`,
    true,
  );
}

function checkCompatible(key: Ordering): void {
  const letters = incompatibleLetters(key);
  if (letters !== undefined) throw new SortFailure(`options '-${letters}' are incompatible`);
}

function checkMode(proc: Proc, value: string | true): SortSettings["check"] {
  if (value === true) return "report";
  return wordOf(proc, value, "--check", ["quiet", "silent", "diagnose-first"]) === "diagnose-first"
    ? "report"
    : "quiet";
}

/** What the options, in the order given, ask for. @throws SortFailure */
export function settingsOf(
  proc: Proc,
  order: readonly { name: string; value: string | true }[],
): SortSettings {
  const global = noOrdering();
  const settings: SortSettings = {
    keys: [],
    separator: undefined,
    reverse: false,
    unique: false,
    stable: false,
    merge: false,
    check: undefined,
    output: undefined,
    delimiter: 10,
    seed: randomSeed(proc),
  };
  for (const { name, value } of order) applyOption(proc, name, value, settings, global);
  completeKeys(settings, global);
  return settings;
}

function applyOption(
  proc: Proc,
  name: string,
  value: string | true,
  settings: SortSettings,
  global: Ordering,
): void {
  const letter = LETTER_OF_OPTION[name];
  if (letter !== undefined) applyLetter(global, letter, "both");
  else if (value === true) applyFlag(name, settings);
  if (name === "check") settings.check = checkMode(proc, value);
  if (value === true) return;
  if (name === "key") settings.keys.push(keyOf(proc, value));
  else if (name === "obsoleteKey") {
    const [start = "", end] = value.split(" ");
    settings.keys.push(parseObsoleteKey(start, end)!);
  } else if (name === "sort") {
    applyLetter(global, KIND_OF_WORD[wordOf(proc, value, "--sort", Object.keys(KIND_OF_WORD))]!, "both");
  } else if (name === "separator") settings.separator = separatorOf(proc, value, settings.separator);
  else if (name === "output") {
    if (settings.output !== undefined && settings.output !== value) {
      throw new SortFailure("multiple output files specified");
    }
    settings.output = value;
  }
}

function applyFlag(name: string, settings: SortSettings): void {
  if (name === "checkQuietly") settings.check = "quiet";
  else if (name === "unique") settings.unique = true;
  else if (name === "stable") settings.stable = true;
  else if (name === "merge") settings.merge = true;
  else if (name === "zero") settings.delimiter = 0;
}

/** Keys without an ordering of their own take the global one; without any key the whole line is one. */
function completeKeys(settings: SortSettings, global: Ordering): void {
  settings.keys = settings.keys.map((key) => (hasOrdering(key) || key.reverse ? key : { ...key, ...global }));
  if (settings.keys.length === 0 && hasOrdering(global)) settings.keys = [wholeLineKey(global)];
  for (const key of [...settings.keys, global]) checkCompatible(key);
  settings.reverse = global.reverse;
}

function randomSeed(proc: Proc): number {
  const bytes = new Uint8Array(4);
  proc.random(bytes);
  return new DataView(bytes.buffer).getUint32(0);
}
