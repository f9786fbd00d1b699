import { isSysError } from "@agentos/kernel/abi";
import { errorText, type Proc, warn } from "@agentos/kernel/program";
import { quote } from "./quote.ts";
import { findCommand } from "./search-path.ts";

/** POSIX's exit statuses of utilities that run others. */
const CANNOT_INVOKE = 126;
const NOT_FOUND = 127;

/** Reports why a command could not be run; answers the exit status for it. */
export async function reportFailure(
  proc: Proc,
  command: string,
  error: unknown,
  what = "failed to run command ",
): Promise<number> {
  await warn(proc, `${what}${quote(proc, command)}: ${errorText(error)}`);
  return isSysError(error, "ENOENT") ? NOT_FOUND : CANNOT_INVOKE;
}

/** Replaces this process with a command found through PATH; returns only if that fails. @throws as exec does */
export async function execCommand(
  proc: Proc,
  argv: readonly string[],
  env: ReadonlyMap<string, string> = proc.env,
): Promise<never> {
  return proc.exec(await findCommand(proc, argv[0]!, env.get("PATH")), argv, env);
}

/** A child running a command found through PATH. @throws as spawn does */
export async function spawnCommand(proc: Proc, argv: readonly string[]): Promise<number> {
  return proc.spawn(await findCommand(proc, argv[0]!, proc.env.get("PATH")), argv);
}
