import type { Value } from "@agentos/kernel/channel/guest";
import type { SystemErrors } from "../../errors.ts";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import type { createStreamClass } from "./stream-handle.ts";

type StreamClass = ReturnType<typeof createStreamClass>;

/** Terminals, for tty.ReadStream and tty.WriteStream. */
export function installTty(
  node: NodeInternals,
  kernel: KernelClient,
  errors: SystemErrors,
  Stream: StreamClass,
): void {
  class TTY extends Stream {
    constructor(fd: number, context: Record<string, unknown>) {
      super();
      this.isBlocking = true;
      if (kernel.ask("isatty", fd)) this.open(fd);
      else
        Object.assign(context, {
          errno: -22,
          code: "EINVAL",
          message: errors.message(-22),
          syscall: "uv_tty_init",
        });
    }

    getWindowSize(into: number[]): number {
      const { errno, value } = kernel.call("windowSize", this.descriptor);
      if (errno < 0) return errno;
      const [columns, rows] = value as readonly Value[];
      into[0] = columns as number;
      into[1] = rows as number;
      return 0;
    }

    /** Node 24 passes a boolean, Node 26 a mode, of which 0 is the normal one. */
    setRawMode(mode: boolean | number): number {
      return kernel.call("setRawMode", this.descriptor, mode !== false && mode !== 0).errno;
    }
  }
  const binding = node.binding("tty_wrap");
  binding.TTY = TTY;
  binding.isTTY = (fd: number) => kernel.ask("isatty", fd) === true;
}
