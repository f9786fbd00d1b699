// fs.cp and fs.cpSync. Checks and messages follow Node's src/node_file.cc, CpSyncCheckPaths and CpSyncCopyDir.

import type { SystemErrors } from "../../errors.ts";
import type { Internals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { toKernel } from "../../text.ts";

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
/** Types of files that cannot be copied. */
const SPECIAL: ReadonlyMap<number, [code: string, text: string]> = new Map([
  [0o140000, ["SOCKET", "a socket file"]],
  [0o010000, ["FIFO_PIPE", "a FIFO pipe"]],
  [0o020000, ["UNKNOWN", "an unknown file type"]],
  [0o060000, ["UNKNOWN", "an unknown file type"]],
]);

interface File {
  type: number;
  /** Identifies the inode. */
  identity: string;
}

function cpError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code: `ERR_FS_${code}` });
}

function linkError([code, first, second]: readonly string[]): Error {
  const text =
    code === "EINVAL"
      ? `Cannot copy ${first} to a subdirectory of self ${second}`
      : `cannot overwrite ${first} with ${second}`;
  return cpError(`CP_${code}`, text);
}

const parentOf = (path: string): string =>
  path.slice(0, Math.max(0, path.replace(/\/+$/, "").lastIndexOf("/")));

export function createCopying(kernel: KernelClient, errors: SystemErrors): Internals {
  const look = (path: string, call: "stat" | "lstat" = "stat"): File | number => {
    const { errno, value } = kernel.call(call, toKernel(path));
    if (errno < 0) return errno;
    const [dev, mode, , , , , , ino] = value as Float64Array;
    return { type: mode! & S_IFMT, identity: `${dev}:${ino}` };
  };
  const isSame = (path: string, { identity }: File): boolean => {
    const file = look(path);
    return typeof file !== "number" && file.identity === identity;
  };
  const isInside = (path: string, directory: File): boolean => {
    for (let at = parentOf(path); at !== ""; at = parentOf(at)) if (isSame(at, directory)) return true;
    return false;
  };
  const failure = (errno: number, from: unknown, to: unknown): Error =>
    errors.create(errno, { syscall: "cp", path: from, dest: to });
  const copyTree = (from: unknown, to: unknown, options: readonly unknown[]): void => {
    const { errno, value } = kernel.call("copyTree", toKernel(from), toKernel(to), options.map(Boolean));
    if (errno < 0) throw failure(errno, from, to);
    if (value !== undefined) throw linkError(value as string[]);
  };

  return {
    cpSyncCheckPaths(from: string, to: string, dereference: boolean, recursive: boolean): void {
      const call = dereference ? "stat" : "lstat";
      const source = look(from);
      if (typeof source === "number") throw errors.create(source, { syscall: call, path: from });
      const isDirectory = source.type === S_IFDIR;
      const target = look(to, call);
      if (typeof target !== "number") {
        if (isSame(to, source)) throw cpError("CP_EINVAL", `src and dest cannot be the same ${to}`);
        if (isDirectory && target.type !== S_IFDIR)
          throw cpError("CP_DIR_TO_NON_DIR", `Cannot overwrite non-directory ${to} with directory ${from}`);
        if (!isDirectory && target.type === S_IFDIR)
          throw cpError("CP_NON_DIR_TO_DIR", `Cannot overwrite directory ${to} with non-directory ${from}`);
      }
      const shown = from.endsWith("/") ? from : `${from}/`;
      if (isDirectory && isInside(to, source))
        throw cpError("CP_EINVAL", `Cannot copy ${shown} to a subdirectory of self ${to}`);
      if (isDirectory && !recursive)
        throw cpError("EISDIR", `Recursive option not enabled, cannot copy a directory: ${shown}`);
      const special = SPECIAL.get(source.type);
      if (special !== undefined) throw cpError(`CP_${special[0]}`, `Cannot copy ${special[1]}: ${to}`);
      const parent = parentOf(to);
      if (parent !== "") kernel.call("mkdirs", toKernel(parent), 0o777);
    },

    cpSyncOverrideFile(from: string, to: string, mode?: number, preserveTimestamps?: boolean): void {
      kernel.call("unlink", toKernel(to));
      const { errno } = kernel.call("copyFile", toKernel(from), toKernel(to), mode ?? 0);
      if (errno < 0) throw failure(errno, from, to);
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
        kernel.operate("FSREQCALLBACK", "copyTree", [toKernel(from), toKernel(to), flags], (errno, value) => {
          if (errno < 0) this.ondone!(failure(errno, from, to));
          else this.ondone!(value === undefined ? null : linkError(value as string[]));
        });
      }
    },
  };
}
