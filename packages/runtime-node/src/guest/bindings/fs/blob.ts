// fs.openAsBlob: the file's content of now. Deviation: Node reads when the blob is read, and fails if the file has changed.

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
