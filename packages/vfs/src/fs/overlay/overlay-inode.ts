import {
  type DirEntry,
  O_ACCMODE,
  O_RDONLY,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
  type Stat,
  sysError,
} from "../../abi/index.ts";
import type { Inode, NewNode, Ownership, SetAttr } from "../../inode.ts";
import type { MemoryInode } from "../memory/memory-inode.ts";
import { setTag } from "../memory/stacking.ts";
import { atOnce } from "./at-once.ts";
import { copyUp } from "./copy-up.ts";
import { mergedEntries, mergedLookup, wrapUpper } from "./merge.ts";
import type { NameCache, OverlayFs } from "./overlay-fs.ts";
import { OverlayHandle } from "./overlay-handle.ts";
import * as names from "./overlay-names.ts";

/** A reference to one merged inode: like all inode references, equal to any other with the same number. */
export class OverlayInode implements Inode {
  readonly fs: OverlayFs;
  readonly ino: number;
  readonly type: number;
  /** The lower inode it shows while it has no upper; undefined if it never had one. */
  readonly lower: Inode | undefined;
  /** The lower directories it merges, the topmost first. */
  readonly lowers: readonly Inode[];
  /** Where it was found, and where copy-up will put it. */
  readonly parent: OverlayInode | undefined;
  readonly name: string;
  #upper: MemoryInode | undefined;
  #names: NameCache | undefined;
  #namesEpoch = -1;

  constructor(
    fs: OverlayFs,
    ino: number,
    upper: MemoryInode | undefined,
    lowers: readonly Inode[],
    lower: Inode | undefined,
    parent: OverlayInode | undefined,
    name: string,
  ) {
    this.fs = fs;
    this.ino = ino;
    this.#upper = upper;
    this.lowers = lowers;
    this.lower = lower;
    this.parent = parent;
    this.name = name;
    this.type = (upper ?? lower)!.type;
  }

  get upper(): MemoryInode | undefined {
    if (this.#upper === undefined && this.fs.copied.size > 0) this.#upper = this.fs.copyOf(this.ino);
    return this.#upper;
  }

  /** Whether a lower file or directory has lost its last name. */
  get isRemoved(): boolean {
    return this.fs.removed.has(this.ino);
  }

  #real(): Inode {
    return this.upper ?? this.lower!;
  }

  peek(): Ownership {
    const real = this.#real();
    return real.peek ? real.peek() : atOnce(real.getattr());
  }

  getattr(): Stat {
    const stat = atOnce(this.#real().getattr());
    stat.dev = this.fs.dev;
    stat.ino = this.ino;
    if (this.upper === undefined && this.isRemoved) stat.nlink = 0;
    else if (this.type === S_IFDIR && stat.nlink > 0) stat.nlink = this.#directoryLinks(stat.nlink);
    return stat;
  }

  #directoryLinks(own: number): number {
    const parts = this.lowers.length + (this.upper ? 1 : 0);
    if (parts === 1) return own;
    const count = () => this.readdir().filter(({ type }) => type === S_IFDIR).length;
    return 2 + this.fs.subdirectories(this.ino, count);
  }

  setattr(change: SetAttr): void {
    copyUp(this, change.size !== 0).setattr(change);
  }

  lookup(name: string): OverlayInode | undefined {
    if (this.lowers.length === 0) return mergedLookup(this, this.upper, name);
    const { fs } = this;
    if (this.#namesEpoch !== fs.cacheEpoch) {
      this.#names = fs.cacheOf(this.ino);
      this.#namesEpoch = fs.cacheEpoch;
    }
    const known = this.#names!.get(name);
    if (known !== undefined) return known ?? undefined;
    const found = this.isRemoved ? undefined : mergedLookup(this, this.upper, name);
    this.#names!.set(name, found ?? null);
    fs.cached();
    return found;
  }

  readdir(): DirEntry[] {
    return [...this.entries()];
  }

  *entries(): IterableIterator<DirEntry> {
    if (!this.isRemoved) yield* mergedEntries(this, this.upper);
  }

  mknod(name: string, node: NewNode, rdev = 0): OverlayInode {
    const isWhiteout = (node.mode & S_IFMT) === S_IFCHR && rdev === 0;
    if (isWhiteout) throw sysError("EPERM");
    return names.create(this, name, (upper) => upper.mknod(name, node, rdev));
  }

  mkdir(name: string, node: NewNode): OverlayInode {
    return names.create(this, name, (upper) => {
      const made = upper.mkdir(name, node);
      if (this.lowers.length > 0) setTag(made, { opaque: true });
      return made;
    });
  }

  symlink(name: string, target: string, node: NewNode): OverlayInode {
    return names.create(this, name, (upper) => upper.symlink(name, target, node));
  }

  tmpfile(node: NewNode): OverlayInode {
    const upper = this.fs.writableUpper().root().tmpfile(node);
    return wrapUpper(this, upper, "");
  }

  link(name: string, inode: Inode): void {
    if (!(inode instanceof OverlayInode) || inode.fs !== this.fs) throw sysError("EXDEV");
    if (inode.type === S_IFDIR) throw sysError("EPERM");
    if (this.lookup(name)) throw sysError("EEXIST");
    const upper = copyUp(inode, true);
    names.create(this, name, (directory) => {
      directory.link(name, upper);
      return upper;
    });
  }

  unlink(name: string): void {
    names.unlink(this, name);
  }

  rmdir(name: string): void {
    names.rmdir(this, name);
  }

  rename(name: string, newParent: Inode, newName: string, flags = 0): void {
    if (!(newParent instanceof OverlayInode) || newParent.fs !== this.fs) throw sysError("EXDEV");
    names.rename(this, name, newParent, newName, flags);
  }

  readlink(): string {
    return atOnce(this.#real().readlink());
  }

  open(flags: number): OverlayHandle {
    if ((flags & O_ACCMODE) !== O_RDONLY)
      return new OverlayHandle(this, copyUp(this, true).open(flags), false);
    const { upper } = this;
    if (upper) return new OverlayHandle(this, upper.open(flags), false);
    return new OverlayHandle(this, atOnce(this.lower!.open(flags)), true);
  }
}
