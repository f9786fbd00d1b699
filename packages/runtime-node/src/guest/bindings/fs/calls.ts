// The functions of Node's fs binding that are a single call to the kernel. Signatures: Node's lib/fs.js and
// lib/internal/fs/promises.js.

import type { Value } from "@agentos/kernel/channel/guest";
import { fromKernel, toKernel } from "../../text.ts";

type Arguments = readonly unknown[];

export interface FsCall {
  /** The kernel's name for the call, if it differs from the binding's. */
  call?: string | ((a: Arguments) => string);
  /** The name in error messages, if it differs from the binding's. */
  syscall?: string;
  /** The index of the request among the arguments; -1: always synchronous. */
  request: number;
  args(a: Arguments): Value[];
  /** Whether the first argument is a descriptor. */
  fd?: true;
  /** The indexes of the arguments that an error names. */
  path?: number;
  dest?: number;
  /** The path in an error message, if it is not an argument. */
  named?(a: Arguments): string;
  /** The index of a mode for access(2) or copyFile(). */
  mode?: number;
  /** The result of the binding's function. @default undefined */
  result?(value: Value, a: Arguments): unknown;
}

const same = (value: Value): unknown => value;
const numbers = (a: Arguments): Value[] => a as Value[];

/** A position: a number or a bigint; null and -1 mean the file's own. */
export const position = (value: unknown): number =>
  typeof value === "number" || typeof value === "bigint" ? Number(value) : -1;

/** @param rest indexes of arguments after the path that go to the kernel; all are numbers, 0 if left out */
function onPath(request: number, rest: readonly number[] = [], more: Partial<FsCall> = {}): FsCall {
  const args = (a: Arguments): Value[] => [toKernel(a[0]), ...rest.map((i) => (a[i] ?? 0) as Value)];
  return { request, args, path: 0, ...more };
}

function onFd(request: number, rest: readonly number[] = [], more: Partial<FsCall> = {}): FsCall {
  return { request, fd: true, args: (a) => numbers([a[0], ...rest.map((i) => a[i])]), ...more };
}

function onTwoPaths(request: number, more: Partial<FsCall> = {}): FsCall {
  return { request, args: (a) => [toKernel(a[0]), toKernel(a[1])], path: 0, dest: 1, ...more };
}

function readdirResult(value: Value, [, encoding, withTypes]: Arguments): unknown {
  const [names, types] = value as [Value[], Uint8Array];
  const decoded = names.map((name) => fromKernel(name, encoding));
  return withTypes ? [decoded, Array.from(types)] : decoded;
}

function treeResult(value: Value, [, encoding, withTypes]: Arguments): unknown {
  const [names, types, counts, directories] = value as [Value[], Uint8Array, number[], Value[]];
  const decode = (list: Value[]): unknown[] => list.map((name) => fromKernel(name, encoding));
  if (!withTypes) return decode(names);
  const last = names.map((name) => (name as string).slice((name as string).lastIndexOf("/") + 1));
  return [decode(last), new Uint8Array(types), Uint32Array.from(counts), decode(directories)];
}

export const FS_CALLS: Readonly<Record<string, FsCall>> = {
  open: onPath(3, [1, 2], { result: same }),
  close: onFd(1),
  access: onPath(2, [1], { mode: 1 }),
  statfs: onPath(2, [], { result: (value, [, bigint]) => (bigint ? bigints(value as Float64Array) : value) }),
  ftruncate: onFd(2, [1]),
  fsync: onFd(1),
  fdatasync: onFd(1, [], { call: "fsync" }),
  readdir: onPath(3, [], { syscall: "scandir", result: readdirResult }),
  readdirRecursive: onPath(3, [], { syscall: "scandir", result: treeResult }),
  mkdir: onPath(3, [1], {
    call: ([, , recursive]) => (recursive ? "mkdirs" : "mkdir"),
    result: (value) => (value === undefined ? undefined : fromKernel(value, "utf8")),
  }),
  mkdtemp: onPath(2, [], {
    named: ([prefix]) => `${String(prefix)}XXXXXX`,
    result: (value, [, encoding]) => fromKernel(value, encoding),
  }),
  rmdir: onPath(1),
  unlink: onPath(1),
  rename: onTwoPaths(2),
  link: onTwoPaths(2),
  symlink: onTwoPaths(3),
  copyFile: {
    ...onTwoPaths(3, { syscall: "copyfile", mode: 2 }),
    args: (a) => [toKernel(a[0]), toKernel(a[1]), (a[2] ?? 0) as Value],
  },
  readlink: onPath(2, [], { result: (value, [, encoding]) => fromKernel(value, encoding) }),
  realpath: onPath(2, [], { result: (value, [, encoding]) => fromKernel(value, encoding) }),
  chmod: onPath(2, [1]),
  fchmod: onFd(2, [1]),
  chown: onPath(3, [1, 2]),
  fchown: onFd(3, [1, 2]),
  lchown: onPath(3, [1, 2]),
  utimes: onPath(3, [1, 2], { syscall: "utime" }),
  futimes: onFd(3, [1, 2], { syscall: "futime" }),
  lutimes: onPath(3, [1, 2], { syscall: "lutime" }),
};

export const bigints = (values: Float64Array): BigInt64Array =>
  BigInt64Array.from(values, (value) => BigInt(Math.trunc(value)));
