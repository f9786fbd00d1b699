// What a name means when it is used as a command, for type, command -v and completion.

import type { Co } from "../co.ts";
import { printFunction } from "../print/printer.ts";
import { quoteSingle } from "../quote.ts";
import { isExecutable, searchPath, searchPathAll } from "../run/lookup.ts";
import type { Shell } from "../shell.ts";
import { findBuiltin } from "./table.ts";

export const KEYWORDS = [
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "case",
  "esac",
  "for",
  "select",
  "while",
  "until",
  "do",
  "done",
  "in",
  "function",
  "time",
  "{",
  "}",
  "!",
  "[[",
  "]]",
  "coproc",
];

export interface Meaning {
  kind: "alias" | "keyword" | "function" | "builtin" | "file";
  /** The path of a file. */
  path?: string;
  hashed?: boolean;
}

export interface MeaningOptions {
  /** Every meaning, not only the first. */
  all: boolean;
  functions: boolean;
  /** Look for files only. */
  filesOnly: boolean;
  /** Where to look for files. */
  path?: string;
  /** If nothing else is found, accept files that cannot be executed, as `type` does. */
  anyFile?: boolean;
}

/** The meanings of a name, in the order in which the shell would look for them. */
export function* meaningsOf(shell: Shell, name: string, options: MeaningOptions): Co<Meaning[]> {
  const found: Meaning[] = [];
  if (!options.filesOnly) {
    if (shell.shopt.expand_aliases && shell.aliases.has(name)) found.push({ kind: "alias" });
    if (KEYWORDS.includes(name)) found.push({ kind: "keyword" });
    if (options.functions && shell.functions.has(name)) found.push({ kind: "function" });
    if (findBuiltin(name) && !shell.disabledBuiltins.has(name)) found.push({ kind: "builtin" });
  }
  if (found.length > 0 && !options.all) return found.slice(0, 1);
  return [...found, ...(yield* filesOf(shell, name, options))];
}

function* filesOf(shell: Shell, name: string, options: MeaningOptions): Co<Meaning[]> {
  if (name.includes("/")) return (yield* isExecutable(shell, name)) ? [{ kind: "file", path: name }] : [];
  if (options.all) return (yield* searchPathAll(shell, name)).map((path) => ({ kind: "file", path }));
  const hashed = options.path === undefined ? shell.hash.get(name) : undefined;
  if (hashed) return [{ kind: "file", path: hashed.path, hashed: true }];
  const path = yield* searchPath(shell, name, options.path);
  return path !== undefined && (options.anyFile || (yield* isExecutable(shell, path)))
    ? [{ kind: "file", path }]
    : [];
}

/** A meaning as `type` prints it. */
export function describeMeaning(shell: Shell, name: string, meaning: Meaning): string {
  switch (meaning.kind) {
    case "alias":
      return `${name} is aliased to \`${shell.aliases.get(name)}'\n`;
    case "keyword":
      return `${name} is a shell keyword\n`;
    case "function":
      return `${name} is a function\n${printFunction(shell.functions.get(name)!.definition)}\n`;
    case "builtin":
      return shell.set.posix && findBuiltin(name)?.special
        ? `${name} is a special shell builtin\n`
        : `${name} is a shell builtin\n`;
    case "file":
      return meaning.hashed
        ? `${name} is hashed (${meaning.path})\n`
        : `${name} is ${absolute(shell, meaning.path!)}\n`;
  }
}

/** A meaning as `command -v` prints it: what could be typed instead. */
export function nameMeaning(shell: Shell, name: string, meaning: Meaning): string {
  if (meaning.kind === "alias") return `alias ${name}=${quoteSingle(shell.aliases.get(name)!)}\n`;
  return meaning.kind === "file" ? `${absolute(shell, meaning.path!)}\n` : `${name}\n`;
}

function absolute(shell: Shell, path: string): string {
  if (path.startsWith("/")) return path;
  return path.startsWith("./") ? `${shell.cwd}/${path.slice(2)}` : path;
}
