// coproc: a background command with pipes to its input and from its output.

import { isSysError } from "@agentos/kernel/abi";
import type { CompoundCommand } from "../ast.ts";
import { type Co, wait } from "../co.ts";
import { endsCommand } from "../errors.ts";
import { moveTo } from "../expand/substitution.ts";
import { printCommand } from "../print/printer.ts";
import type { Shell } from "../shell.ts";
import { runCommand } from "./command.ts";
import { runSubshellCommand } from "./subshell.ts";

export function* startCoprocess(shell: Shell, node: CompoundCommand & { type: "coproc" }): Co<number> {
  const { name, body } = node;
  const [theirInput, toThem] = shell.proc.pipe();
  const [fromThem, theirOutput] = shell.proc.pipe();
  const reader = yield* setAside(shell, fromThem);
  const writer = yield* setAside(shell, toThem);
  const pid = shell.fork(function* (child) {
    for (const fd of [reader, writer]) yield* wait(child.proc.close(fd));
    yield* moveTo(child, theirInput, 0);
    yield* moveTo(child, theirOutput, 1);
    return yield* runSubshellCommand(child, () => runCommand(child, body), body);
  });
  for (const fd of [theirInput, theirOutput]) yield* wait(shell.proc.close(fd));
  shell.vars.setArray(name, [String(reader), String(writer)]);
  shell.vars.set(`${name}_PID`, String(pid));
  shell.lastBackground = pid;
  const text = `coproc ${name} ${printCommand(body)}`;
  shell.jobs.add([{ pid, status: undefined, text }], 0, text, true);
  shell.jobs.whenEnded.set(pid, () => forget(shell, name, [reader, writer]));
  return 0;
}

/** When it has ended, its descriptors and variables go. */
function forget(shell: Shell, name: string, descriptors: readonly number[]): void {
  for (const fd of descriptors) {
    try {
      void shell.proc.close(fd);
    } catch (error) {
      if (!isSysError(error, "EBADF")) throw error;
    }
  }
  for (const variable of [name, `${name}_PID`]) {
    try {
      shell.vars.unset(variable);
    } catch (error) {
      if (!endsCommand(error)) throw error;
    }
  }
}

/** Moves a descriptor out of the way of scripts, closed on exec. */
function* setAside(shell: Shell, fd: number): Co<number> {
  const moved = shell.proc.dup(fd, 60, true);
  yield* wait(shell.proc.close(fd));
  return moved;
}
