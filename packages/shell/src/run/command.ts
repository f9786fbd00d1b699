// One command of any kind, with its redirections.

import { isSysError } from "@agentos/kernel/abi";
import type { Command, FunctionDefinition } from "../ast.ts";
import { findBuiltin } from "../builtins/table.ts";
import type { Co } from "../co.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { runCompound } from "./compound.ts";
import { expandRedirects, makeRedirects, type Undo, undoRedirects } from "./redirect.ts";
import { recover, runSimple } from "./simple.ts";

/** Runs a command; its exit status. Failed expansions are reported here, at the innermost command. */
export function* runCommand(shell: Shell, command: Command): Co<number> {
  if (shell.set.noexec) return 0;
  try {
    if (command.type === "simple") return yield* runSimple(shell, command);
    if (command.type === "function") return defineFunction(shell, command);
    const status =
      command.redirects.length === 0
        ? yield* runCompound(shell, command)
        : yield* runRedirected(shell, command, command.redirects);
    shell.status = status;
    return status;
  } catch (error) {
    if (isSysError(error)) return shell.forkFailed(error);
    return recover(shell, error);
  }
}

function* runRedirected(
  shell: Shell,
  command: Exclude<Command, { type: "simple" | "function" }>,
  redirects: Exclude<Command, { type: "function" }>["redirects"],
): Co<number> {
  const undo: Undo = [];
  try {
    const steps = yield* expandRedirects(shell, redirects);
    if (!(yield* makeRedirects(shell, steps, shell.proc, undo))) {
      shell.redirectFailed = true;
      return 1;
    }
    shell.redirectFailed = false;
    return yield* runCompound(shell, command);
  } finally {
    yield* undoRedirects(shell, undo);
  }
}

function defineFunction(shell: Shell, definition: FunctionDefinition): number {
  const { name } = definition;
  const seen = shell.functions.get(name);
  if (seen?.readonly) {
    shell.complain(`${name}: readonly function`);
    shell.status = 1;
    return 1;
  }
  if (shell.set.posix && findBuiltin(name)?.special) {
    shell.complain(`\`${name}': is a special builtin`);
    if (!shell.interactive) shell.unwinding = UNWIND.EXIT;
    shell.status = 2;
    return 2;
  }
  const source =
    shell.frames[shell.frames.length - 1]?.source ?? shell.scriptFile ?? shell.definitionSource();
  shell.functions.set(name, {
    definition,
    source,
    exported: seen?.exported ?? false,
    readonly: false,
    traced: seen?.traced ?? false,
  });
  if (seen?.exported) shell.vars.environmentChanged();
  shell.status = 0;
  return 0;
}
