// The file calls of a VM in this process. The app acts as root, but what it creates belongs to the VM's user, so that
// guest programs, which run as that user, can work with it.

import {
  andThen,
  isDirectory,
  isRegular,
  isSysError,
  type MaybePromise,
  sysError,
} from "@agentos/kernel/abi";
import type { FileCalls, Outcome, UserFileCalls } from "../calls.ts";
import type { VmUser } from "../users.ts";
import type { VmFiles } from "./app-file.ts";
import { readFile, readWhole, writeFile } from "./file-content.ts";
import { copy, makeDirectories, makeDirectory, move, readTree, remove } from "./file-trees.ts";

export function fileCalls(vm: VmFiles): FileCalls {
  const { namespace, caller } = vm;
  return {
    readFile: (path, most) => readFile(vm, path, most),
    writeFile: (request) => writeFile(vm, request),
    readFiles: (paths) => Promise.all(paths.map((path) => outcome(() => readWhole(vm, path)))),
    writeFiles: (requests) => Promise.all(requests.map((request) => outcome(() => writeFile(vm, request)))),
    mkdir: (path, recursive, mode) => (recursive ? makeDirectories : makeDirectory)(vm, path, mode),
    readdir: (path) => namespace.readdir(caller, path),
    readdirRecursive: (path, maxDepth, exclude) => readTree(vm, path, maxDepth, exclude),
    stat: (path) => namespace.stat(caller, path),
    lstat: (path) => namespace.lstat(caller, path),
    exists: (path) => exists(vm, path),
    move: (from, to) => move(vm, from, to),
    copy: (from, to) => copy(vm, from, to),
    delete: (path, recursive) => remove(vm, path, recursive),
    symlink: (target, path) =>
      andThen(namespace.symlink(caller, target, path), () =>
        namespace.chown(caller, path, vm.uid, vm.gid, { follow: false }),
      ),
    readlink: (path) => namespace.readlink(caller, path),
    chmod: (path, mode) => namespace.chmod(caller, path, mode),
    utimes: (path, atimeNs, mtimeNs) => namespace.utimes(caller, path, atimeNs, mtimeNs),
    realpath: (path) => namespace.realpath(caller, path),
  };
}

export function userFileCalls(vm: VmFiles, { uid, gid, groups }: VmUser): UserFileCalls {
  const user = { ...vm, caller: vm.namespace.caller({ uid, gid, groups }) };
  return {
    // Reading a device may never end.
    userReadFile: (path, most) =>
      andThen(user.namespace.stat(user.caller, path), ({ mode }) => {
        if (!isRegular(mode)) throw sysError(isDirectory(mode) ? "EISDIR" : "EINVAL");
        return readFile(user, path, most);
      }),
    userWriteFile: (request) => writeFile(user, request),
  };
}

/** As Node's fs.exists: a file that cannot be reached, for whatever reason, does not exist. */
async function exists({ namespace, caller }: VmFiles, path: string): Promise<boolean> {
  try {
    return (await namespace.statIfExists(caller, path)) !== undefined;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

async function outcome<T>(run: () => MaybePromise<T>): Promise<Outcome<T>> {
  try {
    return { value: await run() };
  } catch (error) {
    if (!isSysError(error)) throw error;
    return { errno: error.code };
  }
}
