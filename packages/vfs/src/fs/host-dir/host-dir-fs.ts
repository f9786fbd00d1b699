import fs from "node:fs";
import type { StatFs } from "../../abi/index.ts";
import { sysError } from "../../abi/index.ts";
import { nextDevice } from "../../device-number.ts";
import type { FileSystem } from "../../inode.ts";
import { translating } from "../node-errors.ts";
import { HostInode } from "./host-inode.ts";

export interface HostDirOptions {
  /** The host directory to show; links in this path itself are followed once, now. */
  directory: string;
  /** Default: true. */
  readOnly?: boolean;
  /** Who owns every file, as the guest sees it. Default: 1000, the VM's user. */
  uid?: number;
  gid?: number;
  /** Further host directories, shown in the root: name → directory. An entry that the root has itself goes first. */
  grafts?: Readonly<Record<string, string>>;
}

/** Inode numbers of further host devices below the root start at multiples of this. */
const DEVICE_STRIDE = 2 ** 48;

/**
 * A directory of the host. Nothing outside it can be reached: the guest's walk resolves links itself, in the guest's
 * tree, and the host is only ever asked for single names in directories that are verified to lie below the root.
 * Devices, FIFOs and sockets are listed but cannot be opened. Calls are synchronous.
 */
export class HostDirFs implements FileSystem {
  readonly type = "host";
  readonly dev = nextDevice();
  readonly readOnly: boolean;
  readonly directory: string;
  readonly uid: number;
  readonly gid: number;
  /** Name in the root → real path on the host. */
  readonly grafts: ReadonlyMap<string, string>;
  readonly #devices: bigint[] = [];

  /** @throws ENOENT · ENOTDIR the directory, or one of the grafts */
  constructor({ directory, readOnly = true, uid = 1000, gid = 1000, grafts = {} }: HostDirOptions) {
    this.readOnly = readOnly;
    this.uid = uid;
    this.gid = gid;
    this.directory = realDirectory(directory);
    this.grafts = new Map(Object.entries(grafts).map(([name, path]) => [name, realDirectory(path)]));
  }

  root(): HostInode {
    return this.#top(this.directory);
  }

  /** A directory that is shown in the root without being there. */
  graft(name: string): HostInode | undefined {
    const directory = this.grafts.get(name);
    return directory === undefined ? undefined : this.#top(directory);
  }

  #top(directory: string): HostInode {
    const stat = translating(() => fs.lstatSync(directory, { bigint: true })) as fs.BigIntStats;
    return new HostInode(this, directory, undefined, "", stat);
  }

  inoOf(stat: fs.BigIntStats): number {
    let index = this.#devices.indexOf(stat.dev);
    if (index < 0) index = this.#devices.push(stat.dev) - 1;
    return index * DEVICE_STRIDE + Number(stat.ino);
  }

  statfs(): StatFs {
    const stat = translating(() => fs.statfsSync(this.directory)) as fs.StatsFs;
    return {
      type: this.type,
      bsize: stat.bsize,
      blocks: stat.blocks,
      bfree: stat.bavail,
      files: stat.files,
      ffree: stat.ffree,
    };
  }
}

function realDirectory(path: string): string {
  const real = translating(() => fs.realpathSync(path)) as string;
  if (!fs.statSync(real).isDirectory()) throw sysError("ENOTDIR");
  return real;
}
