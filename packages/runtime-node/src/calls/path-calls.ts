// A guest's calls on files by name.

import {
  andThen,
  type DirEntry,
  isDirectory,
  isSysError,
  type MaybePromise,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
  sysError,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { integer, path, real, text } from "./arguments.ts";
import { statFields, statFsFields } from "./stat-fields.ts";

/** Converts seconds, as Node passes them, with libuv's rounding. @throws EINVAL */
export function nanoseconds(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw sysError("EINVAL");
  const whole = Math.trunc(seconds);
  return BigInt(whole) * 1_000_000_000n + BigInt(Math.trunc((seconds - whole) * 1e9));
}

/** libuv's type of directory entry, from the S_IFMT bits. */
export function direntType(type: number): number {
  return DIRENT_TYPES.get(type) ?? 0;
}

const DIRENT_TYPES = new Map([
  [S_IFREG, 1],
  [S_IFDIR, 2],
  [S_IFLNK, 3],
  [S_IFIFO, 4],
  [S_IFSOCK, 5],
  [S_IFCHR, 6],
  [S_IFBLK, 7],
]);

const namesAndTypes = (entries: readonly DirEntry[]): Value => [
  entries.map(({ name }) => name),
  Uint8Array.from(entries, ({ type }) => direntType(type)),
];

/** The result of Node's internalModuleStat: 0 file, 1 directory, or a negative errno. */
function moduleStat(proc: Proc, file: string): MaybePromise<number> {
  return andThen(proc.statIfExists(file), (stat) => (stat ? (isDirectory(stat.mode) ? 1 : 0) : -2));
}

/** access(2), failing with the errno that tells why. */
function access(proc: Proc, file: string, mode: number): MaybePromise<undefined> {
  return andThen(proc.access(file, mode), (allowed) => {
    if (allowed) return undefined;
    return andThen(proc.stat(file), () => {
      throw sysError("EACCES");
    });
  });
}

export function pathCalls(proc: Proc): Record<string, GuestCall> {
  return {
    stat: (file) => andThen(proc.stat(path(file)), statFields),
    lstat: (file) => andThen(proc.lstat(path(file)), statFields),
    statIfExists: (file) => andThen(proc.statIfExists(path(file)), (stat) => stat && statFields(stat)),
    statfs: (file) => andThen(proc.statfs(path(file)), statFsFields),
    access: (file, mode) => access(proc, path(file), integer(mode)),
    moduleStat: (file) => moduleStat(proc, path(file)),
    readdir: (directory) => andThen(proc.readdir(path(directory)), namesAndTypes),
    mkdir: (directory, mode) => proc.mkdir(path(directory), integer(mode)),
    mkdirs: (directory, mode) => makeDirectories(proc, path(directory), integer(mode)),
    mkdtemp: (prefix) => makeTemporary(proc, text(prefix)),
    rmdir: (directory) => proc.rmdir(path(directory)),
    unlink: (file) => proc.unlink(path(file)),
    rename: (from, to) => proc.rename(path(from), path(to)),
    link: (existing, file) => proc.link(path(existing), path(file)),
    symlink: (target, file) => proc.symlink(path(target), path(file)),
    readlink: (file) => proc.readlink(path(file)),
    realpath: (file) => proc.realpath(path(file)),
    chmod: (file, mode) => proc.chmod(path(file), integer(mode)),
    chown: (file, uid, gid) => proc.chown(path(file), integer(uid), integer(gid)),
    lchown: (file, uid, gid) => proc.chown(path(file), integer(uid), integer(gid), false),
    utimes: (file, atime, mtime) =>
      proc.utimes(path(file), nanoseconds(real(atime)), nanoseconds(real(mtime))),
    lutimes: (file, atime, mtime) =>
      proc.utimes(path(file), nanoseconds(real(atime)), nanoseconds(real(mtime)), false),
  };
}

/** mkdir -p; directories that somebody else creates meanwhile are fine. @returns the first directory created */
async function makeDirectories(proc: Proc, directory: string, mode: number): Promise<string | undefined> {
  const missing = [directory];
  let first: string | undefined;
  for (let at = missing.at(-1); at !== undefined; at = missing.at(-1)) {
    try {
      await proc.mkdir(at, mode);
      first ??= at;
      missing.pop();
    } catch (error) {
      const parent = at.replace(/\/+[^/]*\/*$/, "") || (at.startsWith("/") ? "/" : ".");
      if (isSysError(error, "ENOENT") && parent !== at) missing.push(parent);
      else if (isSysError(error, "EEXIST") && isDirectory((await proc.stat(at)).mode)) missing.pop();
      else throw error;
    }
  }
  return first;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const MOST_TRIES = 100;

async function makeTemporary(proc: Proc, prefix: string): Promise<string> {
  const random = new Uint8Array(6);
  for (let tries = 0; ; tries++) {
    proc.random(random);
    const name = prefix + Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join("");
    try {
      await proc.mkdir(name, 0o700);
      return name;
    } catch (error) {
      if (!isSysError(error, "EEXIST") || tries >= MOST_TRIES) throw error;
    }
  }
}
