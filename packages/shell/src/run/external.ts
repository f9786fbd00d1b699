// Commands that are files: fork, redirect, exec. Source: POSIX XCU 2.9.1.6.

import { encode, isSysError, S_IFDIR, S_IFMT, type SyscallError } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import type { Assignment, SimpleCommand } from "../ast.ts";
import { type Co, drive, wait } from "../co.ts";
import { printCommand } from "../print/printer.ts";
import type { Shell } from "../shell.ts";
import { traceCommand } from "../trace.ts";
import { assign } from "./assign.ts";
import { runForeground } from "./foreground.ts";
import { runFunction } from "./function.ts";
import { findCommand } from "./lookup.ts";
import { makeRedirects, type Step, type Undo, undoRedirects } from "./redirect.ts";
import { runScriptFile } from "./source.ts";
import { runSubshellCommand } from "./subshell.ts";

export function* runExternal(
  shell: Shell,
  name: string,
  args: string[],
  steps: readonly Step[],
  assignments: readonly Assignment[],
  command?: SimpleCommand,
): Co<number> {
  const { xtrace } = shell.set;
  if (assignments.length === 0) return yield* execute(shell, name, args, steps, command);
  shell.vars.pushScope();
  try {
    shell.keepsLocale = true;
    for (const assignment of assignments)
      yield* assign(shell, assignment, { temporary: true, trace: xtrace });
    shell.keepsLocale = false;
    if (xtrace) yield* traceCommand(shell, [name, ...args]);
    return yield* execute(shell, name, args, steps, command);
  } finally {
    shell.vars.popScope();
    shell.keepsLocale = false;
  }
}

function* execute(
  shell: Shell,
  name: string,
  args: string[],
  steps: readonly Step[],
  command: SimpleCommand | undefined,
): Co<number> {
  const path = yield* findCommand(shell, name);
  if (path === undefined) return yield* notFound(shell, name, args, steps);
  const argv = [name, ...args];
  const env = shell.vars.environmentFor(path);
  if (command !== undefined && shell.tail === command && mayReplace(shell)) {
    if (!(yield* makeRedirects(shell, steps, shell.proc))) return 1;
    return yield* replace(shell, shell.proc, path, argv, env);
  }
  const describe = () => (command ? printCommand(command) : argv.join(" "));
  if (steps.length === 0 && !shell.set.monitor) {
    try {
      const pid = yield* wait(shell.proc.spawn(path, argv, { env }));
      return yield* runForeground(shell, pid, describe);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.code === "ENOEXEC")
        return yield* runForeground(shell, forkScript(shell, path, argv, steps), describe);
      return yield* cannotExecute(shell, shell.proc, path, error);
    }
  }
  const pid = shell.proc.fork((child) => drive(redirectAndReplace(shell, child, path, argv, env, steps)));
  return yield* runForeground(shell, pid, describe);
}

/** Traps that are still to run need this process. */
function mayReplace(shell: Shell): boolean {
  return shell.traps.commands.size === 0 && !shell.interactive && shell.frames.length === shell.subshellDepth;
}

function* redirectAndReplace(
  shell: Shell,
  child: Proc,
  path: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  steps: readonly Step[],
): Co<number> {
  if (shell.set.monitor) shell.takeTerminal(child);
  if (!(yield* makeRedirects(shell, steps, child))) return 1;
  return yield* replace(shell, child, path, argv, env);
}

/** exec(2), answering a status only when the file cannot be run. */
export function* replace(
  shell: Shell,
  proc: Proc,
  path: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): Co<number> {
  try {
    shell.replaced = proc === shell.proc;
    return yield* wait(proc.exec(path, argv, env));
  } catch (error) {
    if (!isSysError(error)) throw error;
    shell.replaced = false;
    if (error.code === "ENOEXEC") return yield* interpret(shell, proc, path, argv);
    return yield* cannotExecute(shell, proc, path, error);
  }
}

/** A file without magic number is a script for this shell, if it looks like text. */
function* interpret(shell: Shell, proc: Proc, path: string, argv: readonly string[]): Co<number> {
  try {
    return yield* wait(proc.exec("/bin/sh", ["sh", path, ...argv.slice(1)], shell.vars.environment()));
  } catch (error) {
    if (isSysError(error)) return yield* cannotExecute(shell, proc, path, error);
    throw error;
  }
}

function forkScript(shell: Shell, path: string, argv: readonly string[], steps: readonly Step[]): number {
  return shell.fork(function* (child) {
    return yield* runSubshellCommand(child, function* () {
      if (!(yield* makeRedirects(child, steps, child.proc))) return 1;
      return yield* runScriptFile(child, path, argv.slice(1));
    });
  });
}

function* cannotExecute(shell: Shell, proc: Proc, path: string, error: SyscallError): Co<number> {
  if (error.code === "ENOENT") {
    shell.complain(`${path}: No such file or directory`, proc);
    return 127;
  }
  if (error.code === "EACCES" && (yield* isDirectory(proc, path)))
    shell.complain(`${path}: Is a directory`, proc);
  else if (error.code === "EAGAIN") shell.complain(`fork: retry: ${error.message}`, proc);
  else shell.complain(`${path}: ${error.message}`, proc);
  return error.code === "EAGAIN" ? 254 : 126;
}

function* isDirectory(proc: Proc, path: string): Co<boolean> {
  const stat = yield* wait(proc.statIfExists(path));
  return stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR;
}

function* notFound(shell: Shell, name: string, args: string[], steps: readonly Step[]): Co<number> {
  const undo: Undo = [];
  try {
    if (!(yield* makeRedirects(shell, steps, shell.proc, undo))) return 1;
    const handler = shell.functions.get("command_not_found_handle");
    if (handler) return yield* runFunction(shell, handler, "command_not_found_handle", [name, ...args]);
    const written = shell.proc.write(2, encode(`${shell.prefix()}${name}: command not found\n`));
    if (written instanceof Promise) yield written;
  } catch (error) {
    if (!isSysError(error)) throw error;
  } finally {
    yield* undoRedirects(shell, undo);
  }
  return 127;
}
