import fs from "node:fs";
import type { StatFs } from "../../abi/index.ts";
import { S_IFDIR, sysError } from "../../abi/index.ts";
import { nextDevice } from "../../device-number.ts";
import type { FileSystem } from "../../inode.ts";
import { translating } from "../node-errors.ts";
import { HostAnchor, inDirectory } from "./host-anchor.ts";
import { HostInode } from "./host-inode.ts";

export interface HostDirOptions {
  /** The host directory to show. Links in this path itself are followed once, when the file system is created. */
  directory: string;
  /** Default: true. */
  readOnly?: boolean;
  /** The owner of every file, as the guest sees it. Default: 1000, the VM's user. */
  uid?: number;
  gid?: number;
  /** Further host directories to show in the root: name → directory. They are hidden by entries of the same name. */
  grafts?: Readonly<Record<string, string>>;
}

/** Inode numbers of files on further host devices start at multiples of this. */
const DEVICE_STRIDE = 2 ** 48;
/** For this long, a walk through a directory of a read-only mount does not ask the host about it again. */
const FRESH_MS = 20;
const MOST_PASSED = 1000;

interface Passed {
  inode: HostInode;
  at: number;
}

/**
 * A directory of the host. Nothing outside of it can be reached: the guest's walk resolves links itself, within the
 * guest's tree, and the host is only asked for single names in directories that are verified to be below the root.
 * Devices, FIFOs and sockets are listed but cannot be opened. Calls are synchronous. The target of a call is always
 * verified; the directories on the way to it may, in a read-only mount, be as they were a moment ago: if one has been
 * replaced by a link since, the call fails with ENOENT.
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
  /** Calls `act` with a path that stands for a directory, as `inDirectory` does. */
  readonly inDirectory: typeof inDirectory;
  readonly #devices: number[] = [];
  readonly #passed = new Map<string, Passed>();

  /** @throws ENOENT · ENOTDIR the directory, or one of the grafts */
  constructor({ directory, readOnly = true, uid = 1000, gid = 1000, grafts = {} }: HostDirOptions) {
    this.readOnly = readOnly;
    const anchor = new HostAnchor();
    this.inDirectory = readOnly ? (path, act) => anchor.inDirectory(path, act) : inDirectory;
    this.uid = uid;
    this.gid = gid;
    this.directory = realDirectory(directory);
    this.grafts = new Map(Object.entries(grafts).map(([name, path]) => [name, realDirectory(path)]));
  }

  root(): HostInode {
    return this.#top(this.directory);
  }

  /** A directory that is shown in the root although it is not there on the host. */
  graft(name: string): HostInode | undefined {
    const directory = this.grafts.get(name);
    return directory === undefined ? undefined : this.#top(directory);
  }

  #top(directory: string): HostInode {
    const stat = translating(() => fs.lstatSync(directory)) as fs.Stats;
    return new HostInode(this, directory, undefined, "", stat);
  }

  inoOf({ dev, ino }: fs.Stats | fs.BigIntStats): number {
    let index = this.#devices.indexOf(Number(dev));
    if (index < 0) index = this.#devices.push(Number(dev)) - 1;
    return index * DEVICE_STRIDE + Number(ino);
  }

  /** The directory that was found at this path a moment ago. */
  passed(path: string): HostInode | undefined {
    const known = this.#passed.get(path);
    return known && performance.now() - known.at < FRESH_MS ? known.inode : undefined;
  }

  found(path: string, inode: HostInode): void {
    // A guest that may write must see changes of a directory at once.
    if (!this.readOnly || inode.type !== S_IFDIR) return;
    if (this.#passed.size >= MOST_PASSED) this.#passed.clear();
    this.#passed.set(path, { inode, at: performance.now() });
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
