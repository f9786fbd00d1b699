// Calling functions. Source: POSIX XCU 2.9.5; bash(1) "FUNCTIONS".

import type { Co } from "../co.ts";
import { ShellError } from "../errors.ts";
import { type Frame, type Shell, type ShellFunction, UNWIND } from "../shell.ts";
import { runCommand } from "./command.ts";
import { onFreshStack } from "./fresh-stack.ts";
import { runDebugTrap, runReturnTrap } from "./run-traps.ts";

/** Deeper nesting is an error; bash would crash. */
const MAX_DEPTH = 10_000;
/** After this many calls, execution continues on a fresh stack of the host. */
const CALLS_PER_STACK = 16;

/** @param scoped the caller has opened the call's scope, with temporary variables in it */
export function* runFunction(
  shell: Shell,
  fn: ShellFunction,
  name: string,
  args: string[],
  scoped = false,
): Co<number> {
  checkDepth(shell, name);
  if (shell.frames.length % CALLS_PER_STACK !== CALLS_PER_STACK - 1)
    return yield* call(shell, fn, name, args, scoped);
  return (yield onFreshStack(call(shell, fn, name, args, scoped))) as number;
}

function checkDepth(shell: Shell, name: string): void {
  const limit = Number(shell.vars.get("FUNCNEST") ?? 0) || MAX_DEPTH;
  const depth = shell.frames.length;
  if (depth >= limit) {
    throw new ShellError(`${name}: maximum function nesting level exceeded (${limit})`, 1, "discard");
  }
}

function* call(shell: Shell, fn: ShellFunction, name: string, args: string[], scoped: boolean): Co<number> {
  const { positional, loopDepth, localScope } = shell;
  const frame: Frame = { name, source: fn.source, callLine: shell.line, args, savedOptions: undefined };
  shell.frames.push(frame);
  shell.positional = args;
  shell.loopDepth = 0;
  if (!scoped) shell.vars.pushScope();
  shell.localScope = shell.vars.scope;
  const debug = shell.traps.commands.get("DEBUG");
  const hidesDebug = debug !== undefined && !shell.set.functrace && !fn.traced;
  if (hidesDebug) shell.traps.debugging = false;
  const inherits = shell.set.functrace || fn.traced;
  const returnTrap = inherits ? undefined : shell.traps.commands.get("RETURN");
  if (returnTrap !== undefined) shell.traps.commands.delete("RETURN");
  try {
    if (shell.traps.debugging) yield* runDebugTrap(shell);
    let status = yield* runCommand(shell, fn.definition.body);
    if (shell.unwinding === UNWIND.RETURN) {
      shell.unwinding = UNWIND.NONE;
      status = shell.status;
    }
    if (shell.traps.commands.has("RETURN")) yield* runReturnTrap(shell);
    return status;
  } finally {
    if (returnTrap !== undefined && !shell.traps.commands.has("RETURN")) {
      shell.traps.commands.set("RETURN", returnTrap);
    }
    if (hidesDebug) shell.traps.debugging = shell.traps.commands.has("DEBUG");
    if (!scoped) shell.vars.popScope();
    shell.localScope = localScope;
    shell.loopDepth = loopDepth;
    shell.positional = positional;
    shell.frames.pop();
    if (frame.savedOptions) Object.assign(shell.set, frame.savedOptions);
    shell.line = frame.callLine;
    shell.lastArgument = args[args.length - 1] ?? name;
  }
}
