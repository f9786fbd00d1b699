// What runs in a child process of the shell: a list, with its own EXIT trap at the end.

import type { AndOr, Command, List } from "../ast.ts";
import type { Co } from "../co.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { runAndOr, runList } from "./list.ts";
import { runExitTrap } from "./run-traps.ts";

/** Runs a list as the whole work of this process. */
export function* runSubshellBody(child: Shell, body: List): Co<number> {
  prepare(child);
  child.tail = lastSimpleCommand(body);
  return yield* finish(child, yield* runList(child, body));
}

/** Runs `command` as the whole work of this process. */
export function* runSubshellCommand(child: Shell, run: () => Co<number>, command?: Command): Co<number> {
  prepare(child);
  if (command?.type === "simple") child.tail = command;
  return yield* finish(child, yield* run());
}

export function* runSubshellAndOr(child: Shell, andOr: AndOr): Co<number> {
  prepare(child);
  child.tail = lastSimpleCommand({ items: [{ command: andOr, background: false }] });
  return yield* finish(child, yield* runAndOr(child, andOr));
}

function prepare(child: Shell): void {
  child.loopDepth = 0;
  child.set.monitor = false;
  child.subshellDepth = child.frames.length;
  child.forgetInteractive();
}

function* finish(child: Shell, status: number): Co<number> {
  if (child.unwinding === UNWIND.EXIT || child.unwinding === UNWIND.RETURN) status = child.status;
  child.unwinding = UNWIND.NONE;
  status = yield* runExitTrap(child, status);
  return status;
}

/** The simple command after which nothing is left to do: it may replace the process. */
export function lastSimpleCommand(list: List): Command | undefined {
  const item = list.items[list.items.length - 1];
  if (!item || item.background) return undefined;
  const { first, rest } = item.command;
  const pipeline = rest.length > 0 ? rest[rest.length - 1]!.pipeline : first;
  if (pipeline.commands.length !== 1 || pipeline.negated || pipeline.timed) return undefined;
  const command = pipeline.commands[0]!;
  return command.type === "simple" ? command : undefined;
}
