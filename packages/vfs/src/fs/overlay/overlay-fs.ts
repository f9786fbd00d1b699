// A writable memory file system over immutable ones, merged as Linux's overlayfs does: the upper hides the lowers,
// a whiteout (character device 0/0) hides a lower name, an opaque directory hides the lower directory. A renamed
// lower directory is not copied: its upper directory remembers which lower directories it continues.

import { type StatFs, sysError } from "../../abi/index.ts";
import { nextDevice } from "../../device-number.ts";
import type { FileSystem } from "../../inode.ts";
import { MemoryFs, type MemoryFsOptions } from "../memory/memory-fs.ts";
import type { MemoryInode } from "../memory/memory-inode.ts";
import type { Snapshot } from "../memory/snapshot.ts";
import { atOnce } from "./at-once.ts";
import { OverlayInode } from "./overlay-inode.ts";

export interface OverlayFsOptions {
  /** Takes all changes, and belongs to this overlay alone. With a Snapshot here the overlay is read-only. */
  upper: MemoryFs | Snapshot;
  /** Immutable file systems that answer at once, the topmost first. */
  lowers: readonly FileSystem[];
}

const ROOT_INO = 1;
/** The most names remembered for all merged directories together; beyond it they are all forgotten. */
const MAX_CACHED_NAMES = 16_384;

/** The names looked up in one merged directory; null for a miss. */
export type NameCache = Map<string, OverlayInode | null>;

/** Merges a writable memory file system with immutable ones below it; `snapshot()` and `from()` fork it in O(1). */
export class OverlayFs implements FileSystem {
  readonly type = "overlay";
  readonly dev = nextDevice();
  readonly readOnly: boolean;
  readonly upper: MemoryFs | Snapshot;
  readonly lowers: readonly FileSystem[];
  /** Overlay inode number → upper inode number, for lower files and directories copied up by this instance. */
  readonly copied = new Map<number, number>();
  /** The same for lower files with several names; lives on in forks, since the other names still lead to the lower. */
  readonly links: Map<number, number>;
  /** Lower inodes that have lost their last name but may still be open. */
  readonly removed = new Set<number>();
  /** Increases when all cached names are forgotten. */
  cacheEpoch = 0;
  readonly #stride: number;
  readonly #layers = new Map<FileSystem, number>();
  readonly #names = new Map<number, NameCache>();
  readonly #subdirectories = new Map<number, number>();
  #cachedNames = 0;
  readonly #root: OverlayInode;

  constructor({ upper, lowers }: OverlayFsOptions, links: ReadonlyMap<number, number> = new Map()) {
    this.upper = upper;
    this.lowers = lowers;
    this.readOnly = upper.readOnly;
    this.links = new Map(links);
    this.#stride = lowers.length + 1;
    lowers.forEach((fs, index) => {
      this.#layers.set(fs, index + 1);
    });
    const roots = lowers.map((fs) => atOnce(fs.root()));
    this.#root = new OverlayInode(this, ROOT_INO, upper.root(), roots, undefined, undefined, "");
  }

  /** A writable copy of a snapshot. O(1). */
  static from(snapshot: OverlayFs, options?: MemoryFsOptions): OverlayFs {
    if (snapshot.upper instanceof MemoryFs)
      throw new TypeError("OverlayFs.from takes what snapshot() returned");
    return new OverlayFs(
      { upper: MemoryFs.from(snapshot.upper, options), lowers: snapshot.lowers },
      snapshot.links,
    );
  }

  /** The tree as it is now, immutable: the same lowers under a snapshot of the upper. O(1). */
  snapshot(): OverlayFs {
    const upper = this.upper instanceof MemoryFs ? this.upper.snapshot() : this.upper;
    return new OverlayFs({ upper, lowers: this.lowers }, this.links);
  }

  root(): OverlayInode {
    return this.#root;
  }

  statfs(): StatFs {
    return { ...this.upper.statfs(), type: this.type };
  }

  /** @throws EROFS */
  writableUpper(): MemoryFs {
    if (this.upper.readOnly) throw sysError("EROFS");
    return this.upper as MemoryFs;
  }

  inoOfUpper(inode: { readonly ino: number }): number {
    return inode.ino * this.#stride;
  }

  inoOfLower(layer: FileSystem, ino: number): number {
    return ino * this.#stride + this.#layers.get(layer)!;
  }

  /** The upper inode that a lower one was copied up to. */
  copyOf(ino: number): MemoryInode | undefined {
    const upperIno = this.copied.get(ino) ?? this.links.get(ino);
    if (upperIno === undefined || this.upper.table.get(upperIno) === undefined) return undefined;
    return this.upper.inode(upperIno);
  }

  cacheOf(directory: number): NameCache {
    let cache = this.#names.get(directory);
    if (cache === undefined) this.#names.set(directory, (cache = new Map()));
    return cache;
  }

  cached(): void {
    if (++this.#cachedNames <= MAX_CACHED_NAMES) return;
    this.#names.clear();
    this.#subdirectories.clear();
    this.#cachedNames = 0;
    this.cacheEpoch++;
  }

  /** A name in the directory has changed. */
  forget(directory: number, name: string): void {
    this.#names.get(directory)?.delete(name);
    this.#subdirectories.delete(directory);
  }

  /** How many subdirectories a merged directory has; counted once per change. */
  subdirectories(directory: number, count: () => number): number {
    let known = this.#subdirectories.get(directory);
    if (known === undefined) this.#subdirectories.set(directory, (known = count()));
    return known;
  }
}
