import type { Inode, NewNode, SetAttr } from "@agentos/vfs";
import { type DirEntry, S_IFDIR, S_IFMT, S_IFREG, type Stat, sysError } from "@agentos/vfs/abi";
import { type Entry, metadataOf } from "./entries.ts";
import { inoOf } from "./ino.ts";
import { copyObject } from "./multipart.ts";
import { isEmpty, keepDirectory, rename } from "./names.ts";
import type { S3Fs } from "./s3-fs.ts";
import { S3Handle } from "./s3-handle.ts";

const BLOCK = 4096;

/** What a path in the bucket names. "" is the root. */
export class S3Inode implements Inode {
  readonly fs: S3Fs;
  readonly path: string;
  readonly type: number;
  readonly ino: number;

  constructor(fs: S3Fs, path: string, type: number) {
    this.fs = fs;
    this.path = path;
    this.type = type;
    this.ino = inoOf(path, type);
  }

  child(name: string): string {
    return this.path === "" ? name : `${this.path}/${name}`;
  }

  #checkWritable(): void {
    if (this.fs.readOnly) throw sysError("EROFS");
  }

  /** @throws ENOENT */
  async #entry(): Promise<Entry> {
    const entry = this.fs.files.get(this.path)?.entry ?? (await this.fs.entries.get(this.path));
    if (entry === undefined) throw sysError("ENOENT");
    return entry;
  }

  async getattr(): Promise<Stat> {
    const { size, mode, atimeNs, mtimeNs } = await this.#entry();
    const isDirectory = this.type === S_IFDIR;
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.type | mode,
      nlink: isDirectory ? 2 : 1,
      uid: this.fs.uid,
      gid: this.fs.gid,
      rdev: 0,
      size: isDirectory ? BLOCK : size,
      blocks: isDirectory ? BLOCK / 512 : Math.ceil(size / BLOCK) * (BLOCK / 512),
      blksize: BLOCK,
      atimeNs,
      mtimeNs,
      ctimeNs: mtimeNs,
      birthtimeNs: mtimeNs,
    };
  }

  /** The owner cannot be changed: all files belong to the configured user. @throws EPERM */
  async setattr({ size, mode, uid, gid, atimeNs, mtimeNs }: SetAttr): Promise<void> {
    this.#checkWritable();
    if ((uid ?? this.fs.uid) !== this.fs.uid || (gid ?? this.fs.gid) !== this.fs.gid) throw sysError("EPERM");
    if (size !== undefined) await this.#resize(size);
    if (mode === undefined && atimeNs === undefined && mtimeNs === undefined) return;
    const entry = await this.#entry();
    const change = {
      mode: mode === undefined ? entry.mode : mode & 0o7777,
      atimeNs: atimeNs ?? entry.atimeNs,
      mtimeNs: mtimeNs ?? entry.mtimeNs,
    };
    if (this.type === S_IFDIR) await this.#describeDirectory({ ...entry, ...change });
    else await this.#describeFile({ ...entry, ...change });
  }

  async #resize(size: number): Promise<void> {
    const file = await this.fs.openFile(this.path);
    try {
      await file.truncate(size);
    } finally {
      await this.fs.closeFile(file, false);
    }
  }

  /** The root has no object that could store attributes. */
  async #describeDirectory(entry: Entry): Promise<void> {
    if (this.path === "") return;
    await this.fs.store.put(`${this.path}/`, new Uint8Array(0), metadataOf(entry));
    this.fs.entries.set(this.path, entry);
  }

  async #describeFile(entry: Entry): Promise<void> {
    const file = this.fs.files.get(this.path);
    if (file?.hasChanged) return file.setAttributes(entry);
    await copyObject(this.fs.store, this.path, this.path, metadataOf(entry));
    this.fs.entries.forget(this.path);
    await file?.refresh();
  }

  async lookup(name: string): Promise<S3Inode | undefined> {
    const path = this.child(name);
    const entry = this.fs.files.get(path)?.entry ?? (await this.fs.entries.get(path));
    return entry && new S3Inode(this.fs, path, entry.type);
  }

  async readdir(): Promise<DirEntry[]> {
    const prefix = this.path === "" ? "" : `${this.path}/`;
    const types = new Map<string, number>();
    let from: string | undefined;
    do {
      const page = await this.fs.store.page(prefix, { from });
      for (const { key } of page.files) types.set(key.slice(prefix.length), S_IFREG);
      for (const key of page.directories) types.set(key.slice(prefix.length, -1), S_IFDIR);
      from = page.next;
    } while (from !== undefined);
    return [...types]
      .filter(([name]) => name !== "" && name !== "." && name !== "..")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, type]) => {
        this.fs.entries.hint(this.child(name), type);
        return { name, type, ino: inoOf(this.child(name), type) };
      });
  }

  async #checkFree(name: string): Promise<void> {
    this.#checkWritable();
    if (await this.lookup(name)) throw sysError("EEXIST");
  }

  async #make(path: string, key: string, type: number, { mode }: NewNode): Promise<S3Inode> {
    const time = this.fs.clock();
    const entry = { type, size: 0, etag: "", mode: mode & 0o7777, atimeNs: time, mtimeNs: time };
    const etag = await this.fs.store.put(key, new Uint8Array(0), metadataOf(entry));
    this.fs.entries.set(path, { ...entry, etag });
    return new S3Inode(this.fs, path, type);
  }

  /** @throws EPERM the node is not a regular file */
  async mknod(name: string, node: NewNode): Promise<S3Inode> {
    if ((node.mode & S_IFMT) !== S_IFREG && (node.mode & S_IFMT) !== 0) throw sysError("EPERM");
    await this.#checkFree(name);
    const path = this.child(name);
    return this.#make(path, path, S_IFREG, node);
  }

  async mkdir(name: string, node: NewNode): Promise<S3Inode> {
    await this.#checkFree(name);
    const path = this.child(name);
    return this.#make(path, `${path}/`, S_IFDIR, node);
  }

  /** @throws EPERM buckets have no links */
  async symlink(): Promise<never> {
    throw sysError("EPERM");
  }

  /** @throws EPERM buckets have no links */
  async link(): Promise<never> {
    throw sysError("EPERM");
  }

  async unlink(name: string): Promise<void> {
    this.#checkWritable();
    const inode = await this.lookup(name);
    if (inode === undefined) throw sysError("ENOENT");
    if (inode.type === S_IFDIR) throw sysError("EISDIR");
    await this.fs.store.delete(inode.path);
    const file = this.fs.files.get(inode.path);
    if (file) file.deleted = true;
    this.fs.files.delete(inode.path);
    this.fs.entries.set(inode.path, undefined);
    await keepDirectory(this.fs, this.path);
  }

  async rmdir(name: string): Promise<void> {
    this.#checkWritable();
    const inode = await this.lookup(name);
    if (inode === undefined) throw sysError("ENOENT");
    if (inode.type !== S_IFDIR) throw sysError("ENOTDIR");
    if (!(await isEmpty(this.fs, inode.path))) throw sysError("ENOTEMPTY");
    await this.fs.store.delete(`${inode.path}/`);
    this.fs.entries.set(inode.path, undefined);
    await keepDirectory(this.fs, this.path);
  }

  /** Copies, then deletes: others may see both names, and a crash may leave both. @throws EINVAL RENAME_EXCHANGE */
  async rename(name: string, newParent: Inode, newName: string, flags = 0): Promise<void> {
    this.#checkWritable();
    if (!(newParent instanceof S3Inode) || newParent.fs !== this.fs) throw sysError("EXDEV");
    await rename(this.fs, { parent: this, name }, { parent: newParent, name: newName }, flags);
  }

  async readlink(): Promise<never> {
    throw sysError("EINVAL");
  }

  async open(_flags: number): Promise<S3Handle> {
    return new S3Handle(this, await this.fs.openFile(this.path));
  }
}
