// Running trap commands: between commands, with $? kept. Source: POSIX XCU trap; bash(1) "trap".

import type { Co } from "../co.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { runText } from "./source.ts";
import type { TrapKey } from "./traps.ts";

/** How deep traps run inside traps, as bash nests them; further signals wait until the inner ones have returned. */
const MAX_NESTED_TRAPS = 64;

/** Runs traps of signals that came. */
export function* runPendingTraps(shell: Shell): Co<void> {
  const { traps } = shell;
  while (traps.hasPending && traps.nesting < MAX_NESTED_TRAPS && traps.fatal === undefined) {
    for (const signal of traps.takePending()) {
      const command = traps.commands.get(signal);
      if (command) yield* runTrap(shell, signal, command);
    }
    if (shell.unwinding !== UNWIND.NONE) return;
  }
  if (shell.traps.fatal === undefined) return;
  shell.status = 128 + shell.traps.fatal;
  shell.unwinding = UNWIND.EXIT;
}

/** The names, in messages, of traps that are not for signals. */
const TRAP_NAMES: ReadonlyMap<TrapKey, string> = new Map([
  ["EXIT", "exit trap"],
  ["ERR", "error trap"],
  ["DEBUG", "debug trap"],
  ["RETURN", "return trap"],
]);

/** Runs a trap command; its own status, while $? afterwards is what it was before. */
function* runTrap(shell: Shell, key: TrapKey, command: string): Co<number> {
  const { status, pipeStatus, unwinding, unwindLoops, lastArgument, line, describing } = shell;
  shell.unwinding = UNWIND.NONE;
  shell.traps.running.add(key);
  shell.traps.nesting++;
  const result = yield* runText(shell, command, {
    line: key === "EXIT" || typeof key === "number" ? 1 : line,
    origin: TRAP_NAMES.get(key) ?? "trap",
  });
  shell.traps.nesting--;
  shell.describing = describing;
  shell.traps.running.delete(key);
  if (shell.unwinding === UNWIND.NONE) {
    shell.status = status;
    shell.pipeStatus = pipeStatus;
    shell.unwinding = unwinding;
    shell.unwindLoops = unwindLoops;
    shell.lastArgument = lastArgument;
    shell.line = line;
  }
  return result;
}

/** The EXIT trap, once, when the shell ends; the status to end with. */
export function* runExitTrap(shell: Shell, status: number): Co<number> {
  const last = yield* runLastTrap(shell, status);
  shell.traps.dieOfSignal();
  return last;
}

function* runLastTrap(shell: Shell, status: number): Co<number> {
  if (shell.traps.hasPending) yield* runPendingTraps(shell);
  if (shell.unwinding === UNWIND.EXIT) status = shell.status;
  shell.unwinding = UNWIND.NONE;
  const command = shell.traps.commands.get("EXIT");
  if (!command) return status;
  shell.traps.commands.delete("EXIT");
  shell.status = status;
  yield* runTrap(shell, "EXIT", command);
  // `exit n` in the trap decides; runTrap has put back $? otherwise.
  return shell.status;
}

export function* runErrTrap(shell: Shell, status: number): Co<void> {
  const command = shell.traps.commands.get("ERR");
  if (!command || shell.traps.running.has("ERR")) return;
  if (shell.frames.length > 0 && !shell.set.errtrace && isInFunction(shell)) return;
  shell.status = status;
  yield* runTrap(shell, "ERR", command);
}

function isInFunction(shell: Shell): boolean {
  return shell.frames.slice(shell.subshellDepth).some((frame) => frame.name !== "source");
}

/** Before each command; false when extdebug is on and the trap failed, so that the command is left out. */
export function* runDebugTrap(shell: Shell, node?: Shell["describing"]): Co<boolean> {
  const command = shell.traps.commands.get("DEBUG");
  if (!command || shell.traps.running.has("DEBUG")) return true;
  if (node) shell.describing = node;
  shell.traps.debugging = false;
  const result = yield* runTrap(shell, "DEBUG", command);
  shell.traps.debugging = shell.traps.commands.has("DEBUG");
  return shell.unwinding === UNWIND.NONE && !(shell.shopt.extdebug && result !== 0);
}

export function* runReturnTrap(shell: Shell): Co<void> {
  const command = shell.traps.commands.get("RETURN");
  if (command && !shell.traps.running.has("RETURN")) yield* runTrap(shell, "RETURN", command);
}
