// child_process.spawn, exec and fork. Callers: Node's lib/internal/child_process.js.

import type { Value } from "@agentos/kernel/channel/guest";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { toKernel } from "../../text.ts";
import { EventHandle } from "../event-handle.ts";

const IGNORE = -1;
const PIPE = -2;
const NO_PROCESS = -3;

/** One descriptor of a child, as Node describes it. */
export interface StdioEntry {
  type: "ignore" | "pipe" | "overlapped" | "inherit" | "fd" | "wrap";
  fd?: number;
  handle?: { fd: number; open(fd: number): number };
}

/** A descriptor of this process, or what the kernel's spawn is to create. */
export function stdioKind({ type, fd, handle }: StdioEntry): number {
  if (type === "ignore") return IGNORE;
  if (type === "wrap") return handle!.fd;
  return type === "pipe" || type === "overlapped" ? PIPE : fd!;
}

const texts = (list: readonly unknown[] | undefined): Value[] | undefined => list?.map(toKernel);

export function installProcessWrap(node: NodeInternals, kernel: KernelClient): void {
  const children = new Map<number, Process>();
  const later = setImmediate;

  class Process extends EventHandle {
    /** Undefined until there is a child. */
    declare pid: number;
    onexit: ((code: number, signal: string) => void) | undefined;

    constructor() {
      super(kernel, "PROCESSWRAP");
    }

    spawn(
      file: string,
      args: readonly string[] | undefined,
      cwd: string | undefined,
      envPairs: readonly string[] | undefined,
      stdio: readonly StdioEntry[] = [],
      flags = 0,
    ): number {
      const { errno, value } = kernel.call(
        "spawn",
        toKernel(file),
        texts(args ?? [file]),
        cwd ? toKernel(cwd) : undefined,
        texts(envPairs),
        stdio.map(stdioKind),
        flags,
      );
      if (errno < 0) return errno;
      const [pid, ends] = value as [number, number[]];
      ends.forEach((end, i) => {
        if (end >= 0) stdio[i]!.handle!.open(end);
      });
      if (pid < 0) return pid;
      this.pid = pid;
      children.set(pid, this);
      this.setActive(true);
      return 0;
    }

    kill(signal: number): number {
      const { errno } = kernel.call("kill", this.pid, signal);
      // A child that has ended still exists until that is reported: on Linux, as a zombie.
      return errno === NO_PROCESS && this.isActive ? 0 : errno;
    }

    exited(code: number, signal: string): void {
      children.delete(this.pid);
      this.setActive(false);
      const { onexit } = this;
      if (onexit) this.tell(() => onexit.call(this, code, signal));
    }

    close(callback?: () => void): void {
      children.delete(this.pid);
      this.end(callback);
    }
  }

  kernel.on("childExit", (pid, code, signal) => {
    const child = children.get(pid as number);
    // Delayed by one round trip to the kernel: what the child wrote must arrive first, even if it ended at once.
    if (child) kernel.request("ids", [], () => later(() => child.exited(code as number, signal as string)));
  });
  node.binding("process_wrap").Process = Process;
}
