// fs.cp and fs.cpSync. Checks and texts: Node's lib/internal/fs/cp/cp.js.

import type { SystemErrors } from "../errors.ts";
import type { Internals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import { toKernel } from "../text.ts";

function cpError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

export function createCopying(kernel: KernelClient, errors: SystemErrors): Internals {
  const kindOf = (path: unknown): number => kernel.ask<number>("moduleStat", toKernel(path));
  const copyTree = (from: unknown, to: unknown, options: readonly unknown[]): void => {
    const { errno } = kernel.call("copyTree", toKernel(from), toKernel(to), options.map(Boolean));
    if (errno < 0) throw errors.create(errno, { syscall: "cp", path: from, dest: to });
  };

  return {
    cpSyncCheckPaths(from: string, to: string, _dereference: boolean, recursive: boolean): void {
      const source = kindOf(from);
      const target = kindOf(to);
      if (source < 0) throw errors.create(source, { syscall: "cp", path: from });
      if (source === 1 && !recursive) {
        throw cpError("ERR_FS_EISDIR", `Recursive option not enabled, cannot copy a directory: ${from}`);
      }
      if (source === 1 && target === 0) {
        throw cpError(
          "ERR_FS_CP_DIR_TO_NON_DIR",
          `Cannot overwrite non-directory ${to} with directory ${from}`,
        );
      }
      if (source === 0 && target === 1) {
        throw cpError(
          "ERR_FS_CP_NON_DIR_TO_DIR",
          `Cannot overwrite directory ${to} with non-directory ${from}`,
        );
      }
      if (source === 1 && `${to}/`.startsWith(`${from}/`)) {
        throw cpError("ERR_FS_CP_EINVAL", `Cannot copy ${from} to a subdirectory of self ${to}`);
      }
      const parent = to.slice(0, Math.max(0, to.lastIndexOf("/")));
      if (parent !== "") kernel.call("mkdirs", parent, 0o777);
    },

    cpSyncOverrideFile(from: string, to: string, mode: number, preserveTimestamps: boolean): void {
      const { errno } = kernel.call("copyFile", toKernel(from), toKernel(to), mode);
      if (errno < 0) throw errors.create(errno, { syscall: "cp", path: from, dest: to });
      const { value } = kernel.call("stat", toKernel(from));
      const times = value as Float64Array;
      if (preserveTimestamps) kernel.call("utimes", toKernel(to), times[10]!, times[12]!);
    },

    cpSyncCopyDir: (from: string, to: string, ...options: unknown[]) => copyTree(from, to, options),

    CpDirJob: class CpDirJob {
      readonly #args: readonly unknown[];
      ondone: ((error: unknown, kind?: number, path?: string) => void) | undefined;

      constructor(...args: unknown[]) {
        this.#args = args;
      }

      run(): void {
        const [from, to, ...options] = this.#args;
        const flags = options.slice(0, 5).map(Boolean);
        kernel.request("copyTree", [toKernel(from), toKernel(to), flags], (errno) => {
          this.ondone!(errno < 0 ? errors.create(errno, { syscall: "cp", path: from, dest: to }) : null);
        });
      }
    },
  };
}
