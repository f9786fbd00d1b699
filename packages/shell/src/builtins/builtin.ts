import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";

/**
 * One builtin command. `run` answers with its exit status: at once if it never waits (`[`, `:`, `let`), otherwise as a
 * generator. Messages go through `shell.fail` and output through `shell.print`. A SyscallError that it does not catch
 * is reported as `name: strerror`, with status 1.
 */
export interface Builtin {
  readonly name: string;
  /** A POSIX special builtin: its assignments persist and its errors end a posix-mode shell. */
  readonly special?: boolean;
  /** Arguments of the form name=value expand as assignments do: declare, export, local, readonly, typeset, alias. */
  readonly declaration?: boolean;
  /** As `help name` shows it, without the name: "[-neE] [arg ...]". */
  readonly usage?: string;
  /** @param args the words after the name @param name what it was called by ("[" or "test") */
  run(shell: Shell, args: string[], name: string): number | Co<number>;
}
