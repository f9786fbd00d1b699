import { SIGNALS } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import { type Shell, UNWIND } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

function* runSuspend(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "suspend", args, "f");
  if (typeof options === "number") return options;
  if (!options.flags.has("f")) {
    if (shell.loginShell) return shell.fail("suspend", "cannot suspend a login shell");
    if (!shell.set.monitor) return shell.fail("suspend", "cannot suspend: no job control");
  }
  shell.proc.kill(shell.proc.pid, SIGNALS.SIGSTOP);
  yield* shell.breathe();
  return 0;
}

function runLogout(shell: Shell, args: string[]): number {
  if (!shell.loginShell) return shell.fail("logout", "not login shell: use `exit'");
  const [code] = args;
  shell.unwinding = UNWIND.EXIT;
  shell.status = code !== undefined && /^-?\d+$/.test(code) ? Number(code) & 0xff : shell.status;
  return shell.status;
}

export const suspend: Builtin = { name: "suspend", run: runSuspend };
export const logout: Builtin = { name: "logout", run: runLogout };
