// dirs, pushd and popd. The stack's top is always the working directory. @see bash(1) Directory Stack

import { isSysError } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { usageError } from "./options.ts";

interface StackArguments {
  flags: Set<string>;
  /** The index that +N or -N means; out of range if there is no such entry. */
  index: number | undefined;
  /** As it was written. */
  indexText: string;
  directory: string | undefined;
}

function parse(
  shell: Shell,
  name: string,
  args: readonly string[],
  letters: string,
): StackArguments | number {
  const parsed: StackArguments = { flags: new Set(), index: undefined, indexText: "", directory: undefined };
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const size = shell.dirStack.length + 1;
    if (/^[+-]\d+$/.test(word)) {
      const count = Number(word.slice(1));
      parsed.index = word[0] === "+" ? count : size - 1 - count;
      parsed.indexText = word;
    } else if (word === "--") {
      parsed.directory = args[at + 1];
      break;
    } else if (word.startsWith("-") && word.length > 1) {
      const bad = [...word.slice(1)].find((letter) => !letters.includes(letter));
      if (bad !== undefined) {
        const number = name === "dirs" ? `-${bad}: invalid option` : `${word}: invalid number`;
        return usageError(shell, name, number);
      }
      for (const letter of word.slice(1)) parsed.flags.add(letter);
    } else if (name === "dirs") return usageError(shell, name, `${word}: invalid argument`);
    else if (parsed.directory !== undefined) return shell.fail(name, "too many arguments");
    else parsed.directory = word;
  }
  return parsed;
}

function entries(shell: Shell): string[] {
  return [shell.cwd, ...shell.dirStack];
}

function outOfRange(shell: Shell, name: string, { indexText }: StackArguments): number {
  if (shell.dirStack.length === 0) return shell.fail(name, "directory stack empty");
  return shell.fail(name, `${indexText}: directory stack index out of range`);
}

function shorten(shell: Shell, directory: string): string {
  const home = shell.vars.get("HOME");
  if (home === undefined || home === "" || home === "/") return directory;
  if (directory === home) return "~";
  return directory.startsWith(`${home}/`) ? `~${directory.slice(home.length)}` : directory;
}

// ── dirs ───────────────────────────────────────────────────────────────

function* runDirs(shell: Shell, args: string[]): Co<number> {
  const parsed = parse(shell, "dirs", args, "clpv");
  if (typeof parsed === "number") return parsed;
  if (parsed.flags.has("c")) {
    shell.dirStack = [];
    return 0;
  }
  return yield* list(shell, parsed);
}

function* list(shell: Shell, parsed: StackArguments): Co<number> {
  const { flags, index } = parsed;
  const show = (directory: string) => (flags.has("l") ? directory : shorten(shell, directory));
  const all = entries(shell).map(show);
  if (index !== undefined) {
    const entry = all[index];
    return entry === undefined ? outOfRange(shell, "dirs", parsed) : yield* shell.print("dirs", `${entry}\n`);
  }
  if (flags.has("v")) {
    const rows = all.map((directory, at) => `${String(at).padStart(2)}  ${directory}\n`);
    return yield* shell.print("dirs", rows.join(""));
  }
  return yield* shell.print("dirs", `${all.join(flags.has("p") ? "\n" : " ")}\n`);
}

function* listQuietly(shell: Shell): Co<number> {
  return yield* list(shell, { flags: new Set(), index: undefined, indexText: "", directory: undefined });
}

// ── pushd and popd ─────────────────────────────────────────────────────

function* runPushd(shell: Shell, args: string[]): Co<number> {
  const parsed = parse(shell, "pushd", args, "n");
  if (typeof parsed === "number") return parsed;
  const stay = parsed.flags.has("n");
  const { index, directory } = parsed;
  if (directory !== undefined && directory !== "-") {
    if (stay) shell.dirStack.unshift(directory);
    else if (!(yield* moveTo(shell, "pushd", directory, [shell.cwd, ...shell.dirStack]))) return 1;
    return yield* listQuietly(shell);
  }
  const all = entries(shell);
  if (index === undefined && directory === undefined && all.length < 2) {
    return shell.fail("pushd", "no other directory");
  }
  const at = index ?? 1;
  if (directory === undefined && all[at] === undefined) return outOfRange(shell, "pushd", parsed);
  let rotated = [...all.slice(at), ...all.slice(0, at)];
  if (index === undefined) rotated = [all[1]!, all[0]!, ...all.slice(2)];
  if (directory === "-") rotated = [shell.vars.get("OLDPWD") ?? shell.cwd, ...all];
  if (stay) shell.dirStack = rotated.slice(1);
  else if (!(yield* moveTo(shell, "pushd", rotated[0]!, rotated.slice(1)))) return 1;
  return yield* listQuietly(shell);
}

function* runPopd(shell: Shell, args: string[]): Co<number> {
  const parsed = parse(shell, "popd", args, "n");
  if (typeof parsed === "number") return parsed;
  if (parsed.directory !== undefined)
    return usageError(shell, "popd", `${parsed.directory}: invalid argument`);
  if (shell.dirStack.length === 0) return shell.fail("popd", "directory stack empty");
  const index = parsed.index ?? 0;
  const all = entries(shell);
  if (all[index] === undefined) return outOfRange(shell, "popd", parsed);
  if (index > 0) shell.dirStack.splice(index - 1, 1);
  else if (parsed.flags.has("n")) shell.dirStack.shift();
  else if (!(yield* moveTo(shell, "popd", all[1]!, shell.dirStack.slice(1)))) return 1;
  return yield* listQuietly(shell);
}

/** Changes directory and, if that worked, the rest of the stack. */
function* moveTo(shell: Shell, name: string, directory: string, rest: string[]): Co<boolean> {
  try {
    yield* wait(shell.proc.chdir(directory));
  } catch (error) {
    if (!isSysError(error)) throw error;
    shell.fail(name, `${directory}: ${error.message}`);
    return false;
  }
  const previous = shell.cwd;
  shell.cwd = directory.startsWith("/") ? normalize(directory) : normalize(`${previous}/${directory}`);
  shell.vars.set("OLDPWD", previous);
  shell.vars.set("PWD", shell.cwd);
  shell.dirStack = rest;
  return true;
}

/** The logical path without "." and "..". */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

export const dirs: Builtin = { name: "dirs", run: runDirs };
export const pushd: Builtin = { name: "pushd", run: runPushd };
export const popd: Builtin = { name: "popd", run: runPopd };
