// Node 26: whole-file reads and writes as one job.

import type { Value } from "@agentos/kernel/channel/guest";
import type { SystemErrors } from "../errors.ts";
import type { KernelClient } from "../kernel-client.ts";
import { toKernel } from "../text.ts";

export function createJobs(kernel: KernelClient, errors: SystemErrors) {
  const openError = (errno: number, path: unknown): Error =>
    errors.code(errno) === "EISDIR"
      ? errors.create(errno, { syscall: "read", path })
      : errors.create(errno, { syscall: "open", path });

  class ReadFileJob {
    readonly #path: unknown;
    readonly #flags: number;
    ondone:
      | ((error: unknown, data?: Buffer, fd?: number, size?: number, closeError?: unknown) => void)
      | undefined;

    constructor(path: unknown, flags: number) {
      this.#path = path;
      this.#flags = flags;
    }

    run(): undefined {
      kernel.operate("FSREQCALLBACK", "readFile", [toKernel(this.#path), this.#flags], (errno, value) => {
        if (errno < 0) this.ondone!(openError(errno, this.#path));
        else {
          const data = Buffer.from(value as Uint8Array);
          this.ondone!(null, data, -1, data.length);
        }
      });
      return undefined;
    }
  }

  class WriteFileJob {
    readonly #path: unknown;
    readonly #args: Value[];
    ondone: ((error: unknown) => void) | undefined;

    constructor(path: unknown, flags: number, mode: number, data: ArrayBufferView) {
      this.#path = path;
      const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
      this.#args = [toKernel(path), bytes, flags, mode];
    }

    run(): undefined {
      kernel.operate("FSREQCALLBACK", "writeFile", this.#args, (errno) => {
        if (errno < 0) this.ondone!(openError(errno, this.#path));
        else this.ondone!(null);
      });
      return undefined;
    }
  }

  return { ReadFileJob, WriteFileJob };
}
