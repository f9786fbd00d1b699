// How a host directory is accessed without ever leaving its root. The directory is opened by its whole path, and what
// was opened must then be at exactly that path: if any component is, or has just become, a symbolic link, the real
// path differs and the operation fails. Entries are named relative to the open directory (/proc/self/fd/N/name), so
// that a later swap of a parent directory changes nothing.

import { Buffer } from "node:buffer";
import fs from "node:fs";
import { decode, encode, O_PATH, sysError } from "../../abi/index.ts";
import { toSyscallError } from "../node-errors.ts";

const { O_DIRECTORY, O_NOFOLLOW } = fs.constants;
const hasDescriptorPaths = fs.existsSync("/proc/self/fd");

/** The path as the host's bytes. */
export function hostPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encode(path));
}

export function joinHost(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/**
 * Calls `act` with a path for the directory at `path` (absolute, without links) that cannot be diverted.
 * @throws ENOENT the directory is no longer there, or is reached through a link
 */
export function inDirectory<T>(path: string, act: (base: string) => T): T {
  try {
    return hasDescriptorPaths ? byDescriptor(path, act) : byRealPath(path, act);
  } catch (error) {
    throw toSyscallError(error);
  }
}

/**
 * The same for many calls on one directory, which stays open until the next turn of the event loop and is verified
 * each time.
 */
export class HostAnchor {
  #path = "";
  #fd = -1;
  #isBusy = false;

  inDirectory<T>(path: string, act: (base: string) => T): T {
    if (this.#isBusy || !hasDescriptorPaths) return inDirectory(path, act);
    this.#isBusy = true;
    try {
      return act(this.#reach(path));
    } catch (error) {
      throw toSyscallError(error);
    } finally {
      this.#isBusy = false;
    }
  }

  #reach(path: string): string {
    if (this.#fd >= 0) {
      const base = baseOf(this.#fd);
      if (this.#path === path && targetOf(base, path) === path) return base;
      this.#close();
    } else setImmediate(() => this.#close());
    this.#fd = openVerified(path);
    this.#path = path;
    return baseOf(this.#fd);
  }

  #close(): void {
    if (this.#fd < 0) return;
    fs.closeSync(this.#fd);
    this.#fd = -1;
  }
}

function byDescriptor<T>(path: string, act: (base: string) => T): T {
  const fd = openVerified(path);
  try {
    return act(baseOf(fd));
  } finally {
    fs.closeSync(fd);
  }
}

const baseOf = (fd: number): string => `/proc/self/fd/${fd}`;

/** Opens the directory and verifies that it is at exactly that path. */
function openVerified(path: string): number {
  const fd = fs.openSync(hostPath(path), O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (targetOf(baseOf(fd), path) === path) return fd;
  fs.closeSync(fd);
  throw sysError("ENOENT");
}

/** What Node puts in place of bytes that are not UTF-8 when it decodes a name. */
const REPLACEMENT = "\ufffd";

/** Whether a name decoded by Node may also stand for other names. */
export const isAmbiguous = (name: string): boolean => name.includes(REPLACEMENT);

/** The text of a link; exact if it could be `expected`. */
function targetOf(link: string, expected: string): string {
  const target = fs.readlinkSync(link);
  return isAmbiguous(target) || isAmbiguous(expected) ? decode(fs.readlinkSync(link, "buffer")) : target;
}

/** Where descriptors have no paths (outside of Linux), a swap between check and use remains possible. */
function byRealPath<T>(path: string, act: (base: string) => T): T {
  if (fs.realpathSync(path) !== path) throw sysError("ENOENT");
  return act(path);
}
