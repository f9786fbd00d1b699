import { type FileSystem, nextDevice, now } from "@agentos/vfs";
import { isSysError, type StatFs, sysError } from "@agentos/vfs/abi";
import { concurrently } from "./concurrently.ts";
import { Entries } from "./entries.ts";
import { ObjectFile } from "./object-file.ts";
import { ObjectStore } from "./object-store.ts";
import type { S3FsOptions } from "./options.ts";
import { ReadCache } from "./read-cache.ts";
import { S3Inode } from "./s3-inode.ts";

const MIB = 2 ** 20;
const BLOCK = 4096;
/** What statfs reports for a store without limits. */
const BLOCKS = 2 ** 50 / BLOCK;

/**
 * A bucket, or what is below a prefix of it, as a file system: objects are files, "name/" is a directory. A file that
 * is written is stored as a whole object when it is synced or closed; until then the bucket has the old one.
 */
export class S3Fs implements FileSystem {
  readonly type = "s3";
  readonly dev = nextDevice();
  readonly readOnly: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly partBytes: number;
  readonly clock = now;
  readonly store: ObjectStore;
  readonly entries: Entries;
  readonly cache: ReadCache;
  /** Open files by path. */
  readonly files = new Map<string, ObjectFile>();

  constructor(options: S3FsOptions) {
    this.readOnly = options.readOnly ?? false;
    this.uid = options.uid ?? 1000;
    this.gid = options.gid ?? 1000;
    this.partBytes = Math.max(5 * MIB, options.partBytes ?? 8 * MIB);
    this.store = new ObjectStore(options);
    this.entries = new Entries(this.store, options.cacheMs ?? 1000);
    this.cache = new ReadCache(this.store, options.cacheBytes ?? 64 * MIB);
  }

  /** The location without any secret: "s3://bucket/prefix/". */
  get source(): string {
    return this.store.url;
  }

  /** @throws ENOENT no such bucket · EACCES the bucket may not be listed · ETIMEDOUT EIO */
  async root(): Promise<S3Inode> {
    await this.store.page("", { most: 1 });
    return new S3Inode(this, "", (await this.entries.get(""))!.type);
  }

  statfs(): StatFs {
    return { type: this.type, bsize: BLOCK, blocks: BLOCKS, bfree: BLOCKS, files: BLOCKS, ffree: BLOCKS };
  }

  async sync(): Promise<void> {
    await concurrently([...this.files.values()], (file) => file.commit());
  }

  /** Stores all open files and closes the connections. */
  async close(): Promise<void> {
    try {
      await this.sync();
    } finally {
      this.store.client.destroy();
    }
  }

  /** @throws ENOENT */
  async openFile(path: string): Promise<ObjectFile> {
    const entry = await this.entries.get(path);
    if (entry === undefined) throw sysError("ENOENT");
    const file = this.files.get(path) ?? new ObjectFile(this, path, entry);
    this.files.set(path, file);
    file.opens++;
    return file;
  }

  /** @throws the error of storing the file, whose changes are then lost */
  async closeFile(file: ObjectFile, wrote: boolean): Promise<void> {
    try {
      if (wrote || file.opens === 1) await file.commit();
    } catch (error) {
      if (isSysError(error) && file.opens === 1) await file.discard();
      throw error;
    } finally {
      file.opens--;
      if (file.opens === 0 && this.files.get(file.path) === file) this.files.delete(file.path);
    }
  }
}
