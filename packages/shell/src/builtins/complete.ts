// complete, compgen and compopt. @see bash(1) Programmable Completion

import type { Co } from "../co.ts";
import { type CompletionSpec, generate } from "../interactive/completion-spec.ts";
import { quoteSingle } from "../quote.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { type BuiltinOptions, parseOptions, usage, usageError } from "./options.ts";

const LETTERS: Readonly<Record<string, string>> = {
  a: "alias",
  b: "builtin",
  c: "command",
  d: "directory",
  e: "export",
  f: "file",
  g: "group",
  j: "job",
  k: "keyword",
  s: "service",
  u: "user",
  v: "variable",
};

const ACTIONS = new Set([
  ...Object.values(LETTERS),
  "arrayvar",
  "binding",
  "disabled",
  "enabled",
  "function",
  "helptopic",
  "hostname",
  "running",
  "setopt",
  "shopt",
  "signal",
  "stopped",
]);

const OPTIONS = new Set([
  "bashdefault",
  "default",
  "dirnames",
  "filenames",
  "noquote",
  "nosort",
  "nospace",
  "plusdirs",
]);

const SPEC_LETTERS = "abcdefgjksuvo:A:G:W:F:C:X:P:S:";
/** The names under which -D, -E and -I keep their specifications. */
const SPECIAL: Readonly<Record<string, string>> = { D: "-D", E: "-E", I: "-I" };

function specOf(shell: Shell, name: string, { order, values }: BuiltinOptions): CompletionSpec | number {
  const spec: CompletionSpec = { actions: new Set(), options: new Set() };
  for (const { letter, value } of order) {
    if (letter in LETTERS) spec.actions.add(LETTERS[letter]!);
    else if (letter === "A") {
      if (!ACTIONS.has(value!)) return shell.fail(name, `${value}: invalid action name`, 2);
      spec.actions.add(value!);
    } else if (letter === "o") {
      if (!OPTIONS.has(value!)) return shell.fail(name, `${value}: invalid option name`, 2);
      spec.options.add(value!);
    }
  }
  spec.glob = values.get("G");
  spec.words = values.get("W");
  spec.functionName = values.get("F");
  spec.commandText = values.get("C");
  spec.filter = values.get("X");
  spec.prefix = values.get("P");
  spec.suffix = values.get("S");
  return spec;
}

// ── complete ───────────────────────────────────────────────────────────

function* runComplete(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "complete", args, `prDEI${SPEC_LETTERS}`);
  if (typeof options === "number") return options;
  const { flags } = options;
  const special = Object.keys(SPECIAL).filter((letter) => flags.has(letter));
  const names = special.length > 0 ? special.map((letter) => SPECIAL[letter]!) : options.operands;
  if (flags.has("r")) return remove(shell, names);
  const lists = flags.has("p") || args.length === 0;
  if (lists) return yield* list(shell, names);
  const spec = specOf(shell, "complete", options);
  if (typeof spec === "number") return spec;
  if (names.length === 0) return usage(shell, "complete");
  for (const name of names) shell.completions.set(name, spec);
  return 0;
}

function remove(shell: Shell, names: string[]): number {
  if (names.length === 0) shell.completions.clear();
  let status = 0;
  for (const name of names) {
    if (!shell.completions.delete(name))
      status = shell.fail("complete", `${name}: no completion specification`);
  }
  return status;
}

function* list(shell: Shell, names: string[]): Co<number> {
  let status = 0;
  let output = "";
  for (const name of names.length > 0 ? names : shell.completions.keys()) {
    const spec = shell.completions.get(name);
    if (spec === undefined) status = shell.fail("complete", `${name}: no completion specification`);
    else output += printed(name, spec);
  }
  return (yield* shell.print("complete", output)) || status;
}

function printed(name: string, spec: CompletionSpec): string {
  const words = ["complete"];
  for (const option of [...spec.options].sort()) words.push(`-o ${option}`);
  const letterOf = (action: string) => Object.keys(LETTERS).find((letter) => LETTERS[letter] === action);
  for (const action of spec.actions) {
    const letter = letterOf(action);
    words.push(letter === undefined ? `-A ${action}` : `-${letter}`);
  }
  const quoted = {
    G: spec.glob,
    W: spec.words,
    P: spec.prefix,
    S: spec.suffix,
    X: spec.filter,
    C: spec.commandText,
  };
  for (const [letter, value] of Object.entries(quoted)) {
    if (value !== undefined) words.push(`-${letter} ${quoteSingle(value)}`);
  }
  if (spec.functionName !== undefined) words.push(`-F ${spec.functionName}`);
  words.push(name);
  return `${words.join(" ")}\n`;
}

// ── compgen and compopt ────────────────────────────────────────────────

function* runCompgen(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "compgen", args, SPEC_LETTERS);
  if (typeof options === "number") return options;
  const spec = specOf(shell, "compgen", options);
  if (typeof spec === "number") return spec;
  const word = options.operands[0] ?? "";
  const context = { line: "", point: 0, words: ["compgen", word], current: 1, word };
  const found = yield* generate(shell, spec, context);
  const status = yield* shell.print("compgen", found.map((candidate) => `${candidate}\n`).join(""));
  return status || (found.length > 0 ? 0 : 1);
}

function runCompopt(shell: Shell, args: string[]): number {
  const changes: { option: string; on: boolean }[] = [];
  const names: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === "-o" || word === "+o") {
      const option = args[++at] ?? "";
      if (!OPTIONS.has(option)) return usageError(shell, "compopt", `${option}: invalid option name`);
      changes.push({ option, on: word === "-o" });
    } else if (/^-[DEI]+$/.test(word)) names.push(...[...word.slice(1)].map((letter) => SPECIAL[letter]!));
    else if (word.startsWith("-") && word.length > 1)
      return usageError(shell, "compopt", `${word}: invalid option`);
    else names.push(word);
  }
  const specs = names.length > 0 ? names.map((name) => shell.completions.get(name)) : [shell.completing];
  if (names.length === 0 && shell.completing === undefined) {
    return shell.fail("compopt", "not currently executing completion function");
  }
  let status = 0;
  for (const [at, spec] of specs.entries()) {
    if (spec === undefined) status = shell.fail("compopt", `${names[at]}: no completion specification`);
    else for (const { option, on } of changes) spec.options[on ? "add" : "delete"](option);
  }
  return status;
}

export const complete: Builtin = { name: "complete", run: runComplete };
export const compgen: Builtin = { name: "compgen", run: runCompgen };
export const compopt: Builtin = { name: "compopt", run: runCompopt };
