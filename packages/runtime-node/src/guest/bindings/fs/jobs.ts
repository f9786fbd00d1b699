// Node 26: whole-file reads and writes as one job.

import type { Value } from "@agentos/kernel/channel/guest";
import { bytesOf } from "../../bytes.ts";
import type { SystemErrors } from "../../errors.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { toKernel } from "../../text.ts";
import { type FileReads, LARGEST_EVENT, LARGEST_PIECE, writeLater } from "./pieces.ts";

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

/** The type that async_hooks show for them. */
const TYPE = "FSREQCALLBACK";

export function createJobs(kernel: KernelClient, errors: SystemErrors, reads: FileReads) {
  return {
    ReadFileJob: createReadFileJob(kernel, errors, reads),
    WriteFileJob: createWriteFileJob(kernel, errors),
  };
}

function openError(errors: SystemErrors, errno: number, path: unknown): Error {
  const syscall = errors.code(errno) === "EISDIR" ? "read" : "open";
  return errors.create(errno, { syscall, path });
}

function createReadFileJob(kernel: KernelClient, errors: SystemErrors, reads: FileReads) {
  return class ReadFileJob {
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
      const args = [toKernel(this.#path), this.#flags, LARGEST_EVENT];
      reads.request(TYPE, "readFile", args, (errno, value) => {
        if (errno >= 0) {
          const data = Buffer.from(value as Uint8Array);
          this.ondone!(null, data, -1, data.length);
        } else if (errors.code(errno) === "EFBIG") this.#open();
        else this.ondone!(openError(errors, errno, this.#path));
      });
      return undefined;
    }

    /** For a large file Node gets its descriptor and size, and reads it in pieces. */
    #open(): void {
      kernel.operate(TYPE, "open", [toKernel(this.#path), this.#flags, 0], (failed, opened) => {
        if (failed < 0) return this.ondone!(openError(errors, failed, this.#path));
        const fd = opened as number;
        kernel.operate(TYPE, "fstat", [fd], (errno, stat) => {
          const [, mode, , , , , , , size] = errno < 0 ? [] : (stat as Float64Array);
          const isRegular = ((mode ?? 0) & S_IFMT) === S_IFREG;
          this.ondone!(null, undefined, fd, isRegular ? size! : 0);
        });
      });
    }
  };
}

function createWriteFileJob(kernel: KernelClient, errors: SystemErrors) {
  return class WriteFileJob {
    readonly #path: unknown;
    readonly #bytes: Uint8Array;
    readonly #flags: number;
    readonly #mode: number;
    ondone: ((error: unknown) => void) | undefined;

    constructor(path: unknown, flags: number, mode: number, data: ArrayBufferView) {
      this.#path = path;
      this.#bytes = bytesOf(data);
      this.#flags = flags;
      this.#mode = mode;
    }

    run(): undefined {
      const path = toKernel(this.#path);
      const args = [path, this.#bytes, this.#flags, this.#mode];
      if (this.#bytes.length > LARGEST_PIECE) this.#open(path);
      else kernel.operate(TYPE, "writeFile", args, this.#finish);
      return undefined;
    }

    readonly #finish = (errno: number): void => {
      if (errno < 0) this.ondone!(openError(errors, errno, this.#path));
      else this.ondone!(null);
    };

    #open(path: Value): void {
      kernel.operate(TYPE, "open", [path, this.#flags, this.#mode], (errno, fd) => {
        if (errno < 0) this.#finish(errno);
        else this.#write(fd as number, 0);
      });
    }

    #write(fd: number, at: number): void {
      writeLater(kernel, TYPE, fd, this.#bytes.subarray(at), -1, (count) => {
        if (count > 0 && at + count < this.#bytes.length) this.#write(fd, at + count);
        else
          kernel.operate(TYPE, "close", [fd], () => {
            if (count < 0) this.ondone!(errors.create(count, { syscall: "write" }));
            else this.ondone!(null);
          });
      });
    }
  };
}
