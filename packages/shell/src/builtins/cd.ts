// cd and pwd. Source: POSIX XCU cd; bash(1).

import { isSysError, S_IFDIR, S_IFMT } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

function* runCd(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "cd", args, "LPe@");
  if (typeof options === "number") return options;
  const { operands, order } = options;
  if (operands.length > 1) return shell.fail("cd", "too many arguments");
  const last = order.findLast(({ letter }) => letter === "L" || letter === "P")?.letter;
  const physical = last ? last === "P" : shell.set.physical;
  const wanted = directoryOf(shell, operands[0]);
  if (typeof wanted === "number") return wanted;
  const { path, announce } = yield* throughCdPath(shell, wanted, operands[0] ?? "");
  const failure = yield* changeDirectory(shell, path, physical);
  if (failure !== undefined) return shell.fail("cd", `${path}: ${failure}`);
  return announce || operands[0] === "-" ? yield* shell.print("cd", `${shell.cwd}\n`) : 0;
}

function directoryOf(shell: Shell, operand: string | undefined): string | number {
  if (operand === undefined) return shell.vars.get("HOME") ?? shell.fail("cd", "HOME not set");
  if (operand === "-") return shell.vars.get("OLDPWD") ?? shell.fail("cd", "OLDPWD not set");
  return operand;
}

function* throughCdPath(
  shell: Shell,
  path: string,
  operand: string,
): Co<{ path: string; announce: boolean }> {
  const search = shell.vars.get("CDPATH");
  if (!search || operand === "" || operand === "-" || /^\.{0,2}\/|^\.{1,2}$/.test(path))
    return { path, announce: false };
  for (const base of search.split(":")) {
    const candidate = base === "" ? path : `${base.replace(/\/$/, "")}/${path}`;
    const stat = yield* wait(shell.proc.statIfExists(candidate));
    if (stat && (stat.mode & S_IFMT) === S_IFDIR) return { path: candidate, announce: base !== "" };
  }
  return { path, announce: false };
}

/** Changes the directory, and sets PWD and OLDPWD. @returns the reason if that failed */
function* changeDirectory(shell: Shell, path: string, physical: boolean): Co<string | undefined> {
  if (path === "") {
    shell.vars.set("OLDPWD", shell.cwd);
    return undefined;
  }
  const logical = resolveDots(path.startsWith("/") ? path : `${shell.cwd}/${path}`);
  const old = shell.cwd;
  const reason = yield* tryDirectory(shell, physical ? path : logical);
  if (reason === undefined) shell.cwd = physical ? shell.proc.cwd : logical;
  // If the working directory was renamed, its old path is gone, but relative paths still work.
  else if (physical || (yield* tryDirectory(shell, path)) !== undefined) return reason;
  else shell.cwd = shell.proc.cwd;
  shell.vars.set("OLDPWD", shell.vars.get("PWD") ?? old);
  shell.vars.set("PWD", shell.cwd);
  return undefined;
}

function* tryDirectory(shell: Shell, path: string): Co<string | undefined> {
  try {
    yield* wait(shell.proc.chdir(path));
    return undefined;
  } catch (error) {
    if (isSysError(error)) return error.message;
    throw error;
  }
}

/** Resolves dots lexically, without looking at symbolic links: "a/../b/./c" → "b/c". */
function resolveDots(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  const root = path.startsWith("//") && !path.startsWith("///") ? "//" : "/";
  return root + names.join("/");
}

export const cd: Builtin = { name: "cd", run: runCd };

export const pwd: Builtin = {
  name: "pwd",
  *run(shell, args) {
    const options = parseOptions(shell, "pwd", args, "LP");
    if (typeof options === "number") return options;
    const last = options.order.at(-1)?.letter;
    const physical = last ? last === "P" : shell.set.physical;
    return yield* shell.print("pwd", `${physical ? shell.proc.cwd : shell.cwd}\n`);
  },
};
