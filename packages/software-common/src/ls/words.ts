// The words that options of ls take.

import type { Proc } from "@agentos/kernel/program";
import { invalidChoice } from "../shared/choice.ts";

const FORMATS = {
  verbose: "long",
  long: "long",
  commas: "commas",
  horizontal: "across",
  across: "across",
  vertical: "columns",
  "single-column": "single",
} as const;

const SORTS = {
  none: "none",
  time: "time",
  size: "size",
  extension: "extension",
  version: "version",
  width: "width",
} as const;

const TIMES = {
  atime: "atimeNs",
  access: "atimeNs",
  use: "atimeNs",
  ctime: "ctimeNs",
  status: "ctimeNs",
  birth: "birthtimeNs",
  creation: "birthtimeNs",
} as const;

const INDICATORS = { none: "none", slash: "slash", "file-type": "file-type", classify: "classify" } as const;

const QUOTINGS = {
  literal: "literal",
  shell: "shell",
  "shell-always": "shell-always",
  "shell-escape": "shell-escape",
  "shell-escape-always": "shell-escape-always",
  c: "c",
  "c-maybe": "c",
  escape: "escape",
  locale: "c",
  clocale: "c",
} as const;

const WHEN = {
  always: "always",
  yes: "always",
  force: "always",
  never: "never",
  no: "never",
  none: "never",
  auto: "auto",
  tty: "auto",
  "if-tty": "auto",
} as const;

const WORDS = {
  "--format": FORMATS,
  "--sort": SORTS,
  "--time": TIMES,
  "--indicator-style": INDICATORS,
  "--quoting-style": QUOTINGS,
  "--color": WHEN,
  "--classify": WHEN,
  "--hyperlink": WHEN,
} as const;

type Words = typeof WORDS;
type Meaning<K extends keyof Words> = Words[K][keyof Words[K]];

/** What a word, or an unambiguous beginning of one, means to an option. @throws UsageError */
export function word<K extends keyof Words>(proc: Proc, option: K, text: string): Meaning<K> {
  const table: Readonly<Record<string, string>> = WORDS[option];
  if (Object.hasOwn(table, text)) return table[text] as Meaning<K>;
  const meanings = new Set(Object.keys(table).flatMap((name) => (name.startsWith(text) ? table[name]! : [])));
  const [meaning] = meanings;
  if (meaning !== undefined && meanings.size === 1) return meaning as Meaning<K>;
  throw invalidChoice(proc, text, option, synonyms(table));
}

/** The meaning of QUOTING_STYLE, if it is one. */
export function quotingStyle(text: string | undefined): Meaning<"--quoting-style"> | undefined {
  return text !== undefined && Object.hasOwn(QUOTINGS, text)
    ? QUOTINGS[text as keyof typeof QUOTINGS]
    : undefined;
}

/** Words of one meaning stand in one line of the message; quoting styles each in their own. */
function synonyms(table: Readonly<Record<string, string>>): string[][] {
  const groups: string[][] = [];
  let previous: string | undefined;
  for (const [name, meaning] of Object.entries(table)) {
    if (meaning === previous && table !== QUOTINGS) groups.at(-1)!.push(name);
    else groups.push([name]);
    previous = meaning;
  }
  return groups;
}
