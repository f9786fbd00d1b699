// The one door: every system call of a Program passes here. A call by a dead process throws ProcessExit; one by a
// stopped process waits until it is continued, unless it is a call that never waits; metered calls yield when the time
// slice is used up.

import { Gate } from "./process/gate.ts";
import type { Process } from "./process/process.ts";
import { workingDirectory } from "./process/working-directory.ts";
import type { Proc } from "./program/proc.ts";
import { scheduler } from "./scheduler.ts";
import type { CallName, Syscall } from "./syscalls/syscall.ts";
import { table } from "./syscalls/table.ts";

/** Called for each system call with its result, or with what it threw. */
export type Trace = (process: Process, name: CallName, args: readonly unknown[], result: unknown) => void;

/** A row whose argument types are erased: the table has checked them. */
type Row = Omit<Syscall, "run"> & {
  run(p: Process, a?: unknown, b?: unknown, c?: unknown, d?: unknown): unknown;
};

/** The system calls of one image of a process. Its methods are generated from the table. */
class ProcHandle {
  readonly process: Process;
  constructor(process: Process) {
    this.process = process;
  }
  get pid(): number {
    return this.process.pid;
  }
  get ppid(): number {
    return this.process.ppid;
  }
  get pgid(): number {
    return this.process.group.id;
  }
  get sid(): number {
    return this.process.group.session.id;
  }
  get uid(): number {
    return this.process.uid;
  }
  get euid(): number {
    return this.process.caller.uid;
  }
  get gid(): number {
    return this.process.gid;
  }
  get egid(): number {
    return this.process.caller.gid;
  }
  get groups(): readonly number[] {
    return this.process.caller.groups;
  }
  get argv(): readonly string[] {
    return this.process.argv;
  }
  get env(): Map<string, string> {
    return this.process.env;
  }
  get cwd(): string {
    return workingDirectory(this.process);
  }
  get exe(): string {
    return this.process.exe;
  }
}

for (const row of Object.values(table) as unknown as Row[]) {
  Object.defineProperty(ProcHandle.prototype, row.name, { value: row.metered ? metered(row) : direct(row) });
}

type Method = (this: ProcHandle, a?: unknown, b?: unknown, c?: unknown, d?: unknown) => unknown;

function direct(row: Row): Method {
  return function call(this: ProcHandle, a, b, c, d) {
    const p = this.process;
    if (p.gate === Gate.dead) throw p.exit;
    try {
      const result = row.run(p, a, b, c, d);
      if (result instanceof Promise) result.catch(ignore);
      if (p.isDead) throw p.exit;
      if (p.kernel.trace) p.kernel.trace(p, row.name, [a, b, c, d], result);
      return result;
    } catch (error) {
      if (p.kernel.trace) p.kernel.trace(p, row.name, [a, b, c, d], error);
      throw p.isDead ? p.exit : error;
    }
  };
}

/** A program that was killed may be gone before its pending calls fail. */
const ignore = (): void => {};

function metered(row: Row): Method {
  const run = direct(row);
  return function call(this: ProcHandle, a, b, c, d) {
    const p = this.process;
    if (p.gate === Gate.stopped) return afterPause(p, () => run.call(this, a, b, c, d));
    const result = run.call(this, a, b, c, d);
    if (!scheduler.isProbablyExpired() || result instanceof Promise) return result;
    p.charge();
    return afterPause(p, () => result);
  };
}

function afterPause(p: Process, next: () => unknown): Promise<unknown> {
  const later = p.pause().then(next);
  later.catch(ignore);
  return later;
}

/** The handle through which a Program makes its calls. */
export function createProc(process: Process): Proc {
  return new ProcHandle(process) as unknown as Proc;
}
