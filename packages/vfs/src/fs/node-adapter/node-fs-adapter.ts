import { andThen, type MaybePromise, type StatFs, sysError } from "../../abi/index.ts";
import { nextDevice } from "../../device-number.ts";
import type { FileSystem } from "../../inode.ts";
import { translating } from "../node-errors.ts";
import { AdapterInode } from "./adapter-inode.ts";
import type { NodeCall, NodeFsLike, NodeStats } from "./node-fs-like.ts";
import { Renames } from "./renames.ts";

export interface NodeFsAdapterOptions {
  /** The directory of the driver to show. Default: "/". */
  directory?: string;
  readOnly?: boolean;
  /** Who owns every file, as the guest sees it. Default: 1000, the VM's user. */
  uid?: number;
  gid?: number;
}

/** Any object shaped like Node's `fs` as a file system. Answers at once when the object has synchronous methods. */
export class NodeFsAdapter implements FileSystem {
  readonly type = "node";
  readonly dev = nextDevice();
  readonly readOnly: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly driver: NodeFsLike;
  readonly renames = new Renames();
  readonly #directory: string;
  /** Numbers for drivers that give none, by path. */
  readonly #inos = new Map<string, number>();
  #lastIno = 0;

  constructor(driver: NodeFsLike, options: NodeFsAdapterOptions = {}) {
    this.driver = driver;
    this.readOnly = options.readOnly ?? false;
    this.uid = options.uid ?? 1000;
    this.gid = options.gid ?? 1000;
    this.#directory = options.directory ?? "/";
  }

  root(): MaybePromise<AdapterInode> {
    const stat = this.call<NodeStats>("lstat", this.#directory);
    return andThen(stat, (stats) => new AdapterInode(this, this.#directory, stats));
  }

  /** @throws ENOSYS the driver lacks the method; and the driver's own errors */
  call<T>(name: NodeCall, ...args: unknown[]): MaybePromise<T> {
    return translating(() => {
      const methods = this.driver as Record<string, ((...args: unknown[]) => T) | undefined>;
      const sync = methods[`${name}Sync`];
      if (sync) return sync.apply(this.driver, args);
      const promises = this.driver.promises as Record<string, (...args: unknown[]) => Promise<T>> | undefined;
      if (!promises?.[name]) throw sysError("ENOSYS");
      return promises[name](...args);
    });
  }

  inoOf(path: string, stats: NodeStats): number {
    if (stats.ino) return Number(stats.ino);
    let ino = this.#inos.get(path);
    if (ino === undefined) this.#inos.set(path, (ino = ++this.#lastIno));
    return ino;
  }

  /** The path names nothing any more, or something else. */
  forget(path: string): void {
    this.#inos.delete(path);
  }

  /** Such drivers do not say how full they are. */
  statfs(): StatFs {
    return { type: this.type, bsize: 4096, blocks: 0, bfree: 0, files: 0, ffree: 0 };
  }
}
