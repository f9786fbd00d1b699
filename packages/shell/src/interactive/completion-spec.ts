// What programmable completion generates. @see bash(1) Programmable Completion

import { isSysError, S_IFDIR, S_IFMT, SIGRTMAX, signalName } from "@agentos/kernel/abi";
import { KEYWORDS } from "../builtins/describe-command.ts";
import { BUILTIN_NAMES } from "../builtins/usage.ts";
import { type Co, wait } from "../co.ts";
import { compileCached } from "../expand/pattern.ts";
import { substituteCommand } from "../expand/substitution.ts";
import { expandWords } from "../expand/word.ts";
import { SET_OPTIONS, SHOPT_OPTIONS } from "../options.ts";
import { parse } from "../parser/parser.ts";
import { quoteSingle } from "../quote.ts";
import { runFunction } from "../run/function.ts";
import { readSource } from "../run/source.ts";
import type { Shell } from "../shell.ts";
import { EXPORT } from "../variable.ts";

export interface CompletionSpec {
  actions: Set<string>;
  /** -o */
  options: Set<string>;
  glob?: string;
  words?: string;
  functionName?: string;
  commandText?: string;
  filter?: string;
  prefix?: string;
  suffix?: string;
}

/** What is being completed: COMP_LINE and the like. */
export interface CompletionContext {
  line: string;
  point: number;
  words: string[];
  /** The index of the word in `words`. */
  current: number;
  word: string;
}

/** All candidates of a specification for the word. */
export function* generate(shell: Shell, spec: CompletionSpec, context: CompletionContext): Co<string[]> {
  const { word } = context;
  let found: string[] = [];
  for (const action of spec.actions) {
    const candidates = yield* candidatesOf(shell, action, word);
    found.push(...candidates.filter((candidate) => candidate.startsWith(word)));
  }
  if (spec.glob !== undefined) {
    const fields = yield* expandText(shell, spec.glob);
    found.push(...fields.filter((field) => field.startsWith(word)));
  }
  if (spec.words !== undefined) {
    const fields = yield* expandText(shell, spec.words);
    found.push(...fields.filter((field) => field.startsWith(word)));
  }
  if (spec.functionName !== undefined)
    found.push(...(yield* callFunction(shell, spec.functionName, context)));
  if (spec.commandText !== undefined) found.push(...(yield* callCommand(shell, spec.commandText, context)));
  if (spec.filter !== undefined) found = filtered(found, spec.filter, word);
  if (spec.prefix !== undefined || spec.suffix !== undefined) {
    found = found.map((candidate) => (spec.prefix ?? "") + candidate + (spec.suffix ?? ""));
  }
  if (found.length === 0 && (spec.options.has("default") || spec.options.has("bashdefault"))) {
    return yield* fileNames(shell, word, false);
  }
  if (found.length === 0 && spec.options.has("dirnames")) return yield* fileNames(shell, word, true);
  return found;
}

/** -X: drops what matches; with "!" what does not. "&" stands for the word. */
function filtered(found: string[], filter: string, word: string): string[] {
  const negated = filter.startsWith("!");
  const text = (negated ? filter.slice(1) : filter).replaceAll(/\\?&/g, (match) =>
    match === "&" ? word : "&",
  );
  const pattern = compileCached(text, true, false);
  return found.filter((candidate) => pattern.matches(candidate) === negated);
}

function* expandText(shell: Shell, text: string): Co<string[]> {
  const command = parse(`: ${text}\n`).items[0]?.command.first.commands[0];
  if (command?.type !== "simple") return text.split(/\s+/).filter((field) => field !== "");
  return yield* expandWords(shell, command.words.slice(1));
}

function* callFunction(shell: Shell, name: string, context: CompletionContext): Co<string[]> {
  const definition = shell.functions.get(name);
  if (definition === undefined) return [];
  shell.vars.set("COMP_LINE", context.line);
  shell.vars.set("COMP_POINT", String(context.point));
  shell.vars.set("COMP_CWORD", String(context.current));
  shell.vars.setArray("COMP_WORDS", context.words);
  shell.vars.setArray("COMPREPLY", []);
  const status = shell.status;
  const previous = context.words[context.current - 1] ?? "";
  yield* runFunction(shell, definition, name, [context.words[0] ?? "", context.word, previous]);
  shell.status = status;
  const reply = shell.vars.find("COMPREPLY");
  const found = reply?.indexed
    ? [...reply.indexed.values()]
    : reply?.value !== undefined
      ? [reply.value]
      : [];
  for (const variable of ["COMP_LINE", "COMP_POINT", "COMP_CWORD", "COMP_WORDS", "COMPREPLY"]) {
    shell.vars.unset(variable);
  }
  return found;
}

function* callCommand(shell: Shell, text: string, context: CompletionContext): Co<string[]> {
  const previous = context.words[context.current - 1] ?? "";
  const args = [context.words[0] ?? "", context.word, previous].map(quoteSingle).join(" ");
  const output = yield* substituteCommand(shell, parse(`${text} ${args}\n`));
  return output.split("\n").filter((line) => line !== "");
}

// ── actions ────────────────────────────────────────────────────────────

function* candidatesOf(shell: Shell, action: string, word: string): Co<string[]> {
  switch (action) {
    case "alias":
      return [...shell.aliases.keys()].sort();
    case "arrayvar":
      return [...shell.vars.names()]
        .filter((name) => shell.vars.lookup(name)?.indexed || shell.vars.lookup(name)?.assoc)
        .sort();
    case "builtin":
    case "helptopic":
      return [...BUILTIN_NAMES].sort();
    case "enabled":
      return BUILTIN_NAMES.filter((name) => !shell.disabledBuiltins.has(name));
    case "disabled":
      return [...shell.disabledBuiltins];
    case "command":
      return yield* commandNames(shell, word);
    case "directory":
      return yield* fileNames(shell, word, true);
    case "file":
      return yield* fileNames(shell, word, false);
    case "export":
      return exportedNames(shell);
    case "function":
      return [...shell.functions.keys()].sort();
    case "job":
    case "running":
    case "stopped":
      return shell.jobs
        .all()
        .filter((job) => action === "job" || job.state === action)
        .map((job) => job.text.split(" ", 1)[0]!);
    case "keyword":
      return KEYWORDS;
    case "setopt":
      return Object.keys(SET_OPTIONS);
    case "shopt":
      return [...SHOPT_OPTIONS];
    case "signal":
      return signalNames();
    case "group":
      return yield* namesInFile(shell, "/etc/group");
    case "user":
      return yield* namesInFile(shell, "/etc/passwd");
    case "hostname":
      return [shell.proc.uname().nodename, "localhost"];
    case "variable":
      return [...shell.vars.names()].sort();
    default:
      return [];
  }
}

function exportedNames(shell: Shell): string[] {
  return [...shell.vars.names()].filter((name) => (shell.vars.lookup(name)!.flags & EXPORT) !== 0).sort();
}

function signalNames(): string[] {
  const names: string[] = [];
  for (let number = 1; number <= SIGRTMAX; number++) {
    const name = signalName(number);
    if (name !== undefined) names.push(name);
  }
  return names;
}

function* namesInFile(shell: Shell, path: string): Co<string[]> {
  try {
    const text = yield* readSource(shell, path);
    return text.split("\n").flatMap((line) => (line === "" ? [] : [line.split(":", 1)[0]!]));
  } catch (error) {
    if (!isSysError(error)) throw error;
    return [];
  }
}

/** Everything that can be run under a name. */
export function* commandNames(shell: Shell, word: string): Co<string[]> {
  if (word.includes("/")) return yield* fileNames(shell, word, false);
  const names = new Set<string>([
    ...shell.aliases.keys(),
    ...KEYWORDS,
    ...shell.functions.keys(),
    ...BUILTIN_NAMES,
  ]);
  for (const directory of (shell.vars.get("PATH") ?? "").split(":")) {
    for (const name of yield* entriesOf(shell, directory === "" ? "." : directory)) names.add(name);
  }
  return [...names].filter((name) => name.startsWith(word)).sort();
}

function* entriesOf(shell: Shell, directory: string): Co<string[]> {
  try {
    return (yield* wait(shell.proc.readdir(directory))).map((entry) => entry.name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return [];
  }
}

/** Files whose path begins with the word; a leading ~ is kept as written. */
export function* fileNames(shell: Shell, word: string, directoriesOnly: boolean): Co<string[]> {
  const slash = word.lastIndexOf("/") + 1;
  const shown = word.slice(0, slash);
  const start = word.slice(slash);
  const home = shell.vars.get("HOME") ?? "";
  const real = shown.startsWith("~/") ? home + shown.slice(1) : shown;
  const found: string[] = [];
  for (const name of (yield* entriesOf(shell, real === "" ? "." : real)).sort()) {
    if (!name.startsWith(start) || (name.startsWith(".") && !start.startsWith("."))) continue;
    if (!directoriesOnly || (yield* isDirectory(shell, real + name))) found.push(shown + name);
  }
  return found;
}

export function* isDirectory(shell: Shell, path: string): Co<boolean> {
  const home = shell.vars.get("HOME") ?? "";
  const real = path.startsWith("~/") ? home + path.slice(1) : path;
  try {
    const stat = yield* wait(shell.proc.statIfExists(real));
    return stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}
