import type { ErrnoCode } from "@agentos/vfs/abi";
import type { Process } from "../process/process.ts";
import type { Proc } from "../program/proc.ts";

/** The names of those members of Proc that are calls. */
export type CallName = {
  [K in keyof Proc]-?: Proc[K] extends (...args: never[]) => unknown ? K : never;
}[keyof Proc];

/** One system call: a row of the table. */
export interface Syscall<N extends CallName = CallName> {
  readonly name: N;
  /** The errnos of the call itself, in addition to those of the file systems and files it works on. */
  readonly errors: readonly ErrnoCode[];
  /** How it deviates from Linux. Absent: not that we know of. */
  readonly partial?: string;
  /** Whether the call is charged to the time slice, as calls are that move data or may be made in endless loops. */
  readonly metered: boolean;
  run(p: Process, ...args: Parameters<Proc[N]>): ReturnType<Proc[N]>;
}

interface SyscallDefinition<N extends CallName> {
  name: N;
  errors?: readonly ErrnoCode[];
  partial?: string;
  metered?: boolean;
  run(p: Process, ...args: Parameters<Proc[N]>): ReturnType<Proc[N]>;
}

export function syscall<const N extends CallName>(definition: SyscallDefinition<N>): Syscall<N> {
  return { errors: [], metered: false, ...definition };
}
