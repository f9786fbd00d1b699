// Asynchronous lists. Source: POSIX XCU 2.9.3.1.

import { O_RDONLY, SIGNALS } from "@agentos/kernel/abi";
import type { AndOr } from "../ast.ts";
import { type Co, wait } from "../co.ts";
import { moveTo } from "../expand/substitution.ts";
import { printAndOr } from "../print/printer.ts";
import type { Shell } from "../shell.ts";
import { runSubshellAndOr } from "./subshell.ts";

export function* startBackground(shell: Shell, command: AndOr): Co<number> {
  const { monitor } = shell.set;
  yield* shell.breathe();
  let pid: number;
  try {
    pid = shell.fork(function* (child) {
      if (monitor) child.proc.setpgid(0, 0);
      else yield* detach(child);
      return yield* runSubshellAndOr(child, command);
    });
  } catch (error) {
    return shell.forkFailed(error);
  }
  if (monitor) shell.joinGroup(pid, pid);
  const text = printAndOr(command);
  const job = shell.jobs.add([{ pid, status: undefined, text }], monitor ? pid : 0, text, true);
  shell.lastBackground = pid;
  if (shell.interactive) shell.report(`[${job.id}] ${pid}\n`);
  shell.status = 0;
  return 0;
}

/** Without job control a background command has no input and ignores the keyboard's signals. */
function* detach(child: Shell): Co<void> {
  yield* moveTo(child, yield* wait(child.proc.open("/dev/null", O_RDONLY)), 0);
  for (const signal of [SIGNALS.SIGINT, SIGNALS.SIGQUIT]) {
    if (!child.traps.commands.has(signal)) child.proc.sigaction(signal, "ignore");
  }
}
