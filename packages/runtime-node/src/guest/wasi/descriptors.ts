// The open files of a WebAssembly program, and paths below its directories.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../kernel-client.ts";
import { ERRNO, FILETYPE, fromLinux } from "./abi.ts";
import { WasiError } from "./wasi-error.ts";

export interface Descriptor {
  /** The VM's descriptor; -1 for directories, which are identified by path. */
  fd: number;
  filetype: number;
  flags: number;
  rights: bigint;
  inheriting: bigint;
  /** For directories: the real path, without a trailing slash. */
  path: string;
  /** For preopened directories: the program's name for it. */
  preopen?: string;
  /** For regular files: the position of the next read or write. */
  position: bigint | undefined;
  /** For directories: the entries, as of the last time that reading started over. */
  entries?: (readonly [name: string, type: number])[];
}

/** The most descriptors of one program. */
const MOST = 65_536;

export class Descriptors {
  readonly #kernel: KernelClient;
  readonly #open = new Map<number, Descriptor>();

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  /** Makes a call to the kernel. @throws WasiError */
  call(name: string, ...args: Value[]): Value {
    const { errno, value } = this.#kernel.call(name, ...args);
    if (errno < 0) throw new WasiError(fromLinux(errno));
    return value;
  }

  add(descriptor: Descriptor): number {
    let number = 0;
    while (this.#open.has(number)) number++;
    if (number >= MOST) throw new WasiError(fromLinux(-EMFILE));
    this.#open.set(number, descriptor);
    return number;
  }

  get(number: number): Descriptor {
    const found = this.#open.get(number);
    if (!found) throw new WasiError(ERRNO.BADF);
    return found;
  }

  /** @throws NOTDIR */
  directory(number: number): Descriptor {
    const found = this.get(number);
    if (found.filetype !== FILETYPE.DIRECTORY) throw new WasiError(ERRNO.NOTDIR);
    return found;
  }

  /** A descriptor that is not a directory. @throws ISDIR */
  file(number: number): Descriptor {
    const found = this.get(number);
    if (found.filetype === FILETYPE.DIRECTORY) throw new WasiError(ERRNO.ISDIR);
    return found;
  }

  /** @throws NOTCAPABLE the descriptor lacks these rights */
  allowed(number: number, rights: bigint): Descriptor {
    const found = this.get(number);
    if ((found.rights & rights) !== rights) throw new WasiError(ERRNO.NOTCAPABLE);
    return found;
  }

  close(number: number): void {
    const { fd } = this.get(number);
    this.#open.delete(number);
    if (fd >= 0) this.call("close", fd);
  }

  /** Makes `to` refer to what `from` did. */
  renumber(from: number, to: number): void {
    const moved = this.get(from);
    if (from === to) return;
    this.close(to);
    this.#open.delete(from);
    this.#open.set(to, moved);
  }

  /**
   * The real path of a name below a directory.
   * @throws NOTCAPABLE the name or a link in it leads out of the directory
   */
  resolve(number: number, name: string, follows: boolean): string {
    const { path: root } = this.directory(number);
    if (name === "" || name.includes("\0")) throw new WasiError(ERRNO.INVAL);
    if (name.startsWith("/") || leavesBelow(name)) throw new WasiError(ERRNO.NOTCAPABLE);
    const full = `${root}/${name}`;
    if (follows) {
      const { errno, value } = this.#kernel.call("realpath", full);
      if (errno >= 0) return inside(root, value as string);
      if (errno !== -ENOENT) throw new WasiError(fromLinux(errno));
    }
    const plain = full.replace(/\/+$/, "");
    const at = plain.lastIndexOf("/");
    const last = plain.slice(at + 1);
    if (last === "." || last === "..") return inside(root, this.call("realpath", plain) as string);
    const parent = inside(root, this.call("realpath", plain.slice(0, at) || "/") as string);
    return `${parent}/${last}`;
  }
}

const ENOENT = 2;
const EMFILE = 24;

function inside(root: string, real: string): string {
  const path = real === "/" ? "" : real;
  if (path === root || path.startsWith(`${root}/`)) return path;
  throw new WasiError(ERRNO.NOTCAPABLE);
}

function leavesBelow(name: string): boolean {
  let depth = 0;
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    depth += part === ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}
