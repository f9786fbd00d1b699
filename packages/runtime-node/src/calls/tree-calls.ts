// Operations on whole trees, each of which is one native call in Node's fs.

import {
  F_OK,
  isDirectory,
  isRegular,
  isSymlink,
  isSysError,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  type Stat,
  sysError,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { integer, list, path } from "./arguments.ts";
import { writeAll } from "./descriptor-calls.ts";
import { direntType } from "./path-calls.ts";

const COPYFILE_EXCL = 1;
const CHUNK = 1 << 20;

export function treeCalls(proc: Proc): Record<string, GuestCall> {
  return {
    copyFile: (from, to, mode) => copyFile(proc, path(from), path(to), integer(mode)),
    copyTree: (from, to, options) => copyTree(proc, path(from), path(to), copyOptions(options)),
    rm: (target, recursive) => remove(proc, path(target), recursive === true),
    readdirRecursive: (directory) => listTree(proc, path(directory)),
  };
}

async function copyFile(proc: Proc, from: string, to: string, mode: number): Promise<undefined> {
  const input = await proc.open(from, O_RDONLY | O_CLOEXEC);
  try {
    const stat = await proc.fstat(input);
    if (!isRegular(stat.mode)) throw sysError(isDirectory(stat.mode) ? "EISDIR" : "EINVAL");
    const already = await proc.statIfExists(to);
    const isItself = already && already.ino === stat.ino && already.dev === stat.dev;
    if (isItself && !(mode & COPYFILE_EXCL)) return undefined;
    const exclusive = mode & COPYFILE_EXCL ? O_EXCL : O_TRUNC;
    const output = await proc.open(to, O_WRONLY | O_CREAT | O_CLOEXEC | exclusive, stat.mode & 0o7777);
    try {
      const buffer = new Uint8Array(Math.min(CHUNK, Math.max(stat.size, 4096)));
      for (let count = await proc.read(input, buffer); count > 0; count = await proc.read(input, buffer)) {
        await writeAll(proc, output, buffer.subarray(0, count));
      }
      await proc.fchmod(output, stat.mode & 0o7777);
    } finally {
      await proc.close(output);
    }
  } finally {
    await proc.close(input);
  }
  return undefined;
}

interface CopyOptions {
  force: boolean;
  dereference: boolean;
  errorOnExist: boolean;
  verbatimSymlinks: boolean;
  preserveTimestamps: boolean;
}

function copyOptions(value: Value): CopyOptions {
  const [force, dereference, errorOnExist, verbatimSymlinks, preserveTimestamps] = list(value).map(
    (option) => option === true,
  ) as [boolean, boolean, boolean, boolean, boolean];
  return { force, dereference, errorOnExist, verbatimSymlinks, preserveTimestamps };
}

/** Why a link is not copied: the code of Node's error and the two paths that its message names. */
type Refusal = [code: string, first: string, second: string];

/** Copies the contents of a directory, as Node's fs.cp does. @throws EEXIST */
async function copyTree(proc: Proc, from: string, to: string, options: CopyOptions): Promise<Value> {
  const { mode } = await proc.stat(from);
  const there = await proc.statIfExists(to);
  if (!there) await proc.mkdir(to, mode & 0o7777);
  else if (!isDirectory(there.mode)) throw sysError("EEXIST");
  for (const { name } of await proc.readdir(from)) {
    const pause = proc.yield();
    if (pause) await pause;
    const refusal = await copyEntry(proc, `${from}/${name}`, `${to}/${name}`, options);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

async function copyEntry(proc: Proc, from: string, to: string, options: CopyOptions): Promise<Value> {
  const stat = options.dereference ? await proc.stat(from) : await proc.lstat(from);
  if (isDirectory(stat.mode)) return copyTree(proc, from, to, options);
  if (isSymlink(stat.mode)) return copyLink(proc, from, to, options);
  if (!isRegular(stat.mode)) return undefined;
  if (await proc.access(to, F_OK)) {
    if (!options.force && options.errorOnExist) throw sysError("EEXIST");
    if (!options.force) return undefined;
  }
  await copyFile(proc, from, to, 0);
  if (options.preserveTimestamps) await proc.utimes(to, stat.atimeNs, stat.mtimeNs);
  return undefined;
}

/** Replaces an existing link even without `force`, unless the target of one is inside the target of the other. */
async function copyLink(
  proc: Proc,
  from: string,
  to: string,
  { verbatimSymlinks }: CopyOptions,
): Promise<Refusal | undefined> {
  const written = await proc.readlink(from);
  const target = await linkTarget(proc, from, written);
  const there = await lstatIfExists(proc, to);
  if (there && !isSymlink(there.mode)) throw sysError("EEXIST");
  if (there) {
    const current = await linkTarget(proc, to, await proc.readlink(to));
    if (isWithin(current, target) && (await isDirectoryAt(proc, target))) return ["EINVAL", target, current];
    if (isWithin(target, current) && (await isDirectoryAt(proc, to)))
      return ["SYMLINK_TO_SUBDIRECTORY", current, target];
    await proc.unlink(to);
  }
  await proc.symlink(verbatimSymlinks ? written : target, to);
  return undefined;
}

async function linkTarget(proc: Proc, link: string, written: string): Promise<string> {
  if (written.startsWith("/")) return written;
  const directory = await proc.realpath(link.slice(0, link.lastIndexOf("/")) || "/");
  return normalize(`${directory}/${written}`);
}

function normalize(absolute: string): string {
  const parts: string[] = [];
  for (const part of absolute.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

const isWithin = (inner: string, outer: string): boolean => `${inner}/`.startsWith(`${outer}/`);

async function isDirectoryAt(proc: Proc, path: string): Promise<boolean> {
  const stat = await proc.statIfExists(path);
  return stat !== undefined && isDirectory(stat.mode);
}

async function lstatIfExists(proc: Proc, path: string): Promise<Stat | undefined> {
  try {
    return await proc.lstat(path);
  } catch (error) {
    if (isSysError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** @throws EISDIR a directory, without `recursive` */
async function remove(proc: Proc, target: string, recursive: boolean): Promise<undefined> {
  const { mode } = await proc.lstat(target);
  if (!isDirectory(mode)) await proc.unlink(target);
  else if (recursive) await removeDirectory(proc, target);
  else throw sysError("EISDIR");
  return undefined;
}

async function removeDirectory(proc: Proc, directory: string): Promise<void> {
  for (const { name, type } of await proc.readdir(directory)) {
    const pause = proc.yield();
    if (pause) await pause;
    const inside = `${directory}/${name}`;
    if (type === S_IFDIR) await removeDirectory(proc, inside);
    else await proc.unlink(inside);
  }
  await proc.rmdir(directory);
}

/** The most entries in a listing: links that lead upwards make a tree infinite. */
const LARGEST_LISTING = 1 << 20;

/**
 * [names, types, counts per directory, directories], breadth first, as readdirRecursive of Node 26 answers. Links to
 * directories are followed; links that lead upwards only until the path contains too many of them.
 * @throws ENOMEM more than 2^20 entries
 */
async function listTree(proc: Proc, root: string): Promise<Value> {
  const names: string[] = [];
  const types: number[] = [];
  const counts: number[] = [];
  const directories = [""];
  for (let i = 0; i < directories.length; i++) {
    const pause = proc.yield();
    if (pause) await pause;
    const directory = directories[i]!;
    const entries = await proc.readdir(directory === "" ? root : `${root}/${directory}`);
    counts.push(entries.length);
    if (names.length + entries.length > LARGEST_LISTING) throw sysError("ENOMEM");
    for (const { name, type } of entries) {
      const relative = directory === "" ? name : `${directory}/${name}`;
      names.push(relative);
      types.push(direntType(type));
      if (type === S_IFDIR || (type === S_IFLNK && (await leadsToDirectory(proc, `${root}/${relative}`))))
        directories.push(relative);
    }
  }
  return [names, Uint8Array.from(types), counts, directories];
}

async function leadsToDirectory(proc: Proc, link: string): Promise<boolean> {
  try {
    return await isDirectoryAt(proc, link);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}
