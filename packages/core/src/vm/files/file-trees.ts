// Calls that walk directory trees.

import { basename, join, matchesGlob } from "node:path/posix";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isDirectory, isRegular, isSymlink, isSysError, type Stat, sysError } from "@agentos/kernel/abi";
import type { Entry } from "../calls.ts";
import type { VmFiles } from "./app-file.ts";
import { readWhole, writeFile } from "./file-content.ts";

const DIRECTORY_MODE = 0o755;

export async function makeDirectory(vm: VmFiles, path: string, mode = DIRECTORY_MODE): Promise<void> {
  const { namespace, caller } = vm;
  await namespace.mkdir(caller, path, mode);
  await namespace.chown(caller, path, vm.uid, vm.gid);
}

/** mkdir -p */
export async function makeDirectories(vm: VmFiles, path: string, mode?: number): Promise<void> {
  try {
    await makeDirectory(vm, path, mode);
  } catch (error) {
    if (isSysError(error, "ENOENT") && join(path, "..") !== path) {
      await makeDirectories(vm, join(path, ".."), mode);
      await makeDirectories(vm, path, mode);
    } else if (
      !isSysError(error, "EEXIST") ||
      !isDirectory((await vm.namespace.stat(vm.caller, path)).mode)
    ) {
      throw error;
    }
  }
}

/** Lists parents before their contents. `exclude` holds globs for names, or for paths below `path`. */
export async function readTree(
  vm: VmFiles,
  path: string,
  maxDepth: number,
  exclude: readonly string[],
): Promise<Entry[]> {
  const found: Entry[] = [];
  const isExcluded = (name: string) =>
    exclude.some((pattern) => matchesGlob(name, pattern) || matchesGlob(basename(name), pattern));
  const visit = async (below: string, depth: number): Promise<void> => {
    for (const entry of await vm.namespace.readdir(vm.caller, join(path, below))) {
      const name = join(below, entry.name);
      if (isExcluded(name)) continue;
      found.push({ name, type: entry.type });
      if (isDirectory(entry.type) && depth < maxDepth) await visit(name, depth + 1);
    }
  };
  await visit("", 1);
  return found;
}

/** rm or rm -r; unlike rm, also removes an empty directory. */
export async function remove(vm: VmFiles, path: string, recursive: boolean): Promise<void> {
  const { namespace, caller } = vm;
  const place = await namespace.lookup(caller, path, { follow: false });
  if (!place.isDirectory) return namespace.unlink(caller, path);
  if (recursive) await empty({ ...vm, caller: { ...caller, cwd: place } }, { untilPause: REMOVALS_PER_TURN });
  return namespace.rmdir(caller, path);
}

const REMOVALS_PER_TURN = 256;

/** Empties the working directory, by relative names: absolute paths may become longer than PATH_MAX. */
async function empty(vm: VmFiles, turn: { untilPause: number }): Promise<void> {
  const { namespace, caller } = vm;
  for (const { name, type } of await namespace.readdir(caller, ".")) {
    if (--turn.untilPause <= 0) {
      turn.untilPause = REMOVALS_PER_TURN;
      await nextTurn();
    }
    if (!isDirectory(type)) {
      await namespace.unlink(caller, name);
      continue;
    }
    const cwd = await namespace.lookup(caller, name, { follow: false });
    await empty({ ...vm, caller: { ...caller, cwd } }, turn);
    await namespace.rmdir(caller, name);
  }
}

/** rename(2); across file systems, copies and then removes. */
export async function move(vm: VmFiles, from: string, to: string): Promise<void> {
  try {
    await vm.namespace.rename(vm.caller, from, to);
  } catch (error) {
    if (!isSysError(error, "EXDEV")) throw error;
    await copy(vm, from, to);
    await remove(vm, from, true);
  }
}

/** cp -a, for the contents of files, directories and symbolic links. */
export async function copy(vm: VmFiles, from: string, to: string): Promise<void> {
  const { namespace, caller } = vm;
  const stat = await namespace.lstat(caller, from);
  if (isDirectory(stat.mode)) {
    const target = await namespace.realpath(caller, join(to, ".."));
    const source = await namespace.realpath(caller, from);
    if (`${join(target, basename(to))}/`.startsWith(`${source}/`)) throw sysError("EINVAL");
    await copyDirectory(vm, from, to);
  } else if (isSymlink(stat.mode)) {
    await namespace.symlink(caller, await namespace.readlink(caller, from), to);
    await namespace.chown(caller, to, vm.uid, vm.gid, { follow: false });
  } else if (isRegular(stat.mode)) {
    await writeFile(vm, { path: to, data: await readWhole(vm, from), mode: stat.mode & 0o7777 });
  } else {
    await copySpecial(vm, to, stat);
  }
}

async function copyDirectory(vm: VmFiles, from: string, to: string): Promise<void> {
  const { namespace, caller } = vm;
  await makeDirectories(vm, to, (await namespace.stat(caller, from)).mode & 0o7777);
  for (const { name } of await namespace.readdir(caller, from))
    await copy(vm, join(from, name), join(to, name));
}

async function copySpecial(vm: VmFiles, to: string, stat: Stat): Promise<void> {
  await vm.namespace.mknod(vm.caller, to, stat.mode, stat.rdev);
  await vm.namespace.chown(vm.caller, to, vm.uid, vm.gid);
}
