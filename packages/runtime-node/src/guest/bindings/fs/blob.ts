// fs.openAsBlob. Deviation: reads the file at once; Node reads it when the blob is read, and fails if it has changed
// since.

import type { SystemErrors } from "../../errors.ts";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { toKernel } from "../../text.ts";

export function installBlob(node: NodeInternals, kernel: KernelClient, errors: SystemErrors): void {
  node.module("internal/blob").createBlobFromFilePath = function createBlobFromFilePath(
    path: unknown,
    options: unknown,
  ): Blob {
    const { errno, value } = kernel.call("readFile", toKernel(path), 0);
    if (errno < 0) throw errors.create(errno, { syscall: "stat", path }, createBlobFromFilePath);
    return new Blob([value as Uint8Array<ArrayBuffer>], options as { type: string });
  };
}
