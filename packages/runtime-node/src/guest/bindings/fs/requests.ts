// The objects by which Node's fs asks for an answer later.

import type { KernelClient } from "../../kernel-client.ts";

/** Node's request for a callback. An instance of Node's own class would count as an active native request for ever. */
export class FSReqCallback {
  readonly bigint: boolean;
  oncomplete: ((error: unknown, value?: unknown) => void) | undefined;

  constructor(bigint = false) {
    this.bigint = bigint;
  }

  /** Node 26: cancels the request. Here the answer comes nevertheless, and is the same. */
  cancel(): void {}
}

/** The native side of the FileHandle in fs/promises. */
export function createFileHandleClass(kernel: KernelClient, fail: (errno: number, syscall: string) => Error) {
  return class FileHandle {
    fd: number;
    /** Where a stream begins to read and how much it reads; -1: at the current position, to the end. */
    readonly offset: number;
    readonly length: number;

    constructor(fd: number, offset = -1, length = -1) {
      this.fd = fd;
      this.offset = offset;
      this.length = length;
    }

    getAsyncId(): number {
      return 0;
    }

    close(): Promise<void> {
      const fd = this.releaseFD();
      return new Promise((resolve, reject) => {
        kernel.operate("FILEHANDLECLOSEREQ", "close", [fd], (errno) => {
          if (errno < 0) reject(fail(errno, "close"));
          else resolve();
        });
      });
    }

    closeSync(): void {
      const { errno } = kernel.call("close", this.releaseFD());
      if (errno < 0) throw fail(errno, "close");
    }

    releaseFD(): number {
      const { fd } = this;
      this.fd = -1;
      return fd;
    }
  };
}
