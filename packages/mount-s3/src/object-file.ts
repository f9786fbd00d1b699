// An open file: an object as it was when it was opened, and the parts changed since. No change is visible in the
// bucket before `commit`, which writes a whole new object.

import { isSysError, sysError } from "@agentos/vfs/abi";
import { type Entry, metadataOf } from "./entries.ts";
import { MultipartUpload } from "./multipart.ts";
import { Part } from "./part.ts";
import type { S3Fs } from "./s3-fs.ts";

/** How many changed parts a file keeps in memory; when there is one more, the oldest is uploaded. */
const MOST_PARTS = 2;
/** S3's limit for one upload. */
const MAX_PARTS = 10_000;
/** How many times a read is started over because the object was replaced in the meantime. */
const MOST_RESTARTS = 3;

/** The object that unchanged bytes come from, and how many of its bytes are still part of the file. */
interface Base {
  key: string;
  etag: string;
  size: number;
  limit: number;
}

export class ObjectFile {
  readonly #fs: S3Fs;
  path: string;
  entry: Entry;
  opens = 0;
  deleted = false;
  #base: Base;
  /** Least recently used first. */
  readonly #parts = new Map<number, Part>();
  #upload: MultipartUpload | undefined;
  #changed = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(fs: S3Fs, path: string, entry: Entry) {
    this.#fs = fs;
    this.path = path;
    this.entry = entry;
    this.#base = this.#baseOf(entry);
  }

  #baseOf({ etag, size }: Entry): Base {
    return { key: this.path, etag, size, limit: size };
  }

  get hasChanged(): boolean {
    return this.#changed;
  }

  /** Runs after everything that was begun before. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #change(change: Partial<Entry>): void {
    this.entry = { ...this.entry, ...change };
    this.#changed = true;
  }

  // Reading

  read(into: Uint8Array, offset: number): Promise<number> {
    return this.#changed ? this.#inTurn(() => this.#read(into, offset)) : this.#read(into, offset);
  }

  async #read(into: Uint8Array, offset: number): Promise<number> {
    for (let restarts = 0; ; restarts++) {
      try {
        return await this.#readOnce(into, offset);
      } catch (error) {
        if (!isSysError(error, "ESTALE") || this.#changed || restarts === MOST_RESTARTS) throw error;
        await this.refresh();
      }
    }
  }

  async #readOnce(into: Uint8Array, offset: number): Promise<number> {
    const count = Math.min(into.length, this.entry.size - offset);
    for (let done = 0; done < count; ) {
      const position = offset + done;
      const inPart = position % this.#fs.partBytes;
      const length = Math.min(count - done, this.#fs.partBytes - inPart);
      await this.#readPart(into.subarray(done, done + length), position, inPart);
      done += length;
    }
    return Math.max(0, count);
  }

  async #readPart(into: Uint8Array, position: number, inPart: number): Promise<void> {
    const index = (position - inPart) / this.#fs.partBytes;
    const part = this.#parts.get(index);
    if (part) return part.read(into, inPart);
    if (this.#upload?.has(index)) await this.#commit();
    const { key, etag, size, limit } = this.#base;
    const there = Math.max(0, Math.min(into.length, limit - position));
    if (there > 0) await this.#fs.cache.read(key, etag, size, into.subarray(0, there), position);
    into.fill(0, there);
  }

  /** Switches to the current object. @throws ENOENT */
  async refresh(): Promise<void> {
    this.#fs.entries.forget(this.path);
    const entry = await this.#fs.entries.get(this.path);
    if (entry === undefined) throw sysError("ENOENT");
    this.entry = entry;
    this.#base = this.#baseOf(entry);
  }

  // Writing

  write(from: Uint8Array, offset: number): Promise<void> {
    return this.#inTurn(() => this.#write(from, offset));
  }

  append(from: Uint8Array): Promise<number> {
    return this.#inTurn(async () => {
      const offset = this.entry.size;
      await this.#write(from, offset);
      return offset + from.length;
    });
  }

  #checkSize(size: number): void {
    if (size > MAX_PARTS * this.#fs.partBytes) throw sysError("EFBIG");
  }

  async #write(from: Uint8Array, offset: number): Promise<void> {
    this.#checkSize(offset + from.length);
    for (let done = 0; done < from.length; ) {
      const inPart = (offset + done) % this.#fs.partBytes;
      const count = Math.min(from.length - done, this.#fs.partBytes - inPart);
      const part = await this.#partFor((offset + done - inPart) / this.#fs.partBytes);
      part.write(from.subarray(done, done + count), inPart);
      done += count;
      const size = Math.max(this.entry.size, offset + done);
      this.#change({ size, mtimeNs: this.#fs.clock() });
    }
  }

  async #partFor(index: number): Promise<Part> {
    if (this.#upload?.has(index)) await this.#commit();
    let part = this.#parts.get(index);
    if (part === undefined) {
      while (this.#parts.size >= MOST_PARTS) await this.#uploadOldest();
      part = await this.#loadPart(index);
    }
    this.#parts.delete(index);
    this.#parts.set(index, part);
    return part;
  }

  async #loadPart(index: number): Promise<Part> {
    const { key, etag, limit } = this.#base;
    const start = index * this.#fs.partBytes;
    const end = Math.min(limit, start + this.#fs.partBytes);
    if (end <= start) return new Part(this.#fs.partBytes);
    return new Part(this.#fs.partBytes, await this.#fs.store.get(key, etag, start, end));
  }

  /** Of two parts in memory, the older is not the last of the file and therefore has its final length. */
  async #uploadOldest(): Promise<void> {
    const last = Math.floor((this.entry.size - 1) / this.#fs.partBytes);
    const [index, part] = [...this.#parts].find(([at]) => at < last)!;
    try {
      this.#upload ??= await this.#startUpload();
      await this.#upload.put(index, part.bytes(this.#fs.partBytes));
    } catch (error) {
      await this.discard();
      throw error;
    }
    this.#parts.delete(index);
  }

  #startUpload(): Promise<MultipartUpload> {
    return MultipartUpload.start(this.#fs.store, this.path, metadataOf(this.entry));
  }

  truncate(size: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#checkSize(size);
      if (size === 0) await this.#clear();
      else if (size < this.entry.size) await this.#cut(size);
      this.#change({ size, mtimeNs: this.#fs.clock() });
    });
  }

  async #clear(): Promise<void> {
    const upload = this.#upload;
    this.#upload = undefined;
    this.#parts.clear();
    this.#base = { ...this.#base, limit: 0 };
    await upload?.abort();
  }

  async #cut(size: number): Promise<void> {
    if (this.#upload) await this.#commit();
    this.#base = { ...this.#base, limit: Math.min(this.#base.limit, size) };
    for (const [index, part] of this.#parts) {
      const length = size - index * this.#fs.partBytes;
      if (length <= 0) this.#parts.delete(index);
      else part.cut(length);
    }
  }

  /** Sets attributes of a file with uncommitted content; they are stored by the next commit. */
  setAttributes(change: Partial<Entry>): Promise<void> {
    return this.#inTurn(async () => this.#change(change));
  }

  // Storing

  /** Stores the file as an object. @throws EIO ENOSPC EACCES …, and leaves the old object in place */
  commit(): Promise<void> {
    return this.#inTurn(() => this.#commit());
  }

  async #commit(): Promise<void> {
    if (this.deleted || !this.#changed) return;
    if (this.#upload === undefined && this.entry.size <= this.#fs.partBytes) await this.#putWhole();
    else await this.#putParts();
    this.#parts.clear();
    this.#changed = false;
    this.#base = this.#baseOf(this.entry);
    this.#fs.entries.set(this.path, this.entry);
  }

  async #putWhole(): Promise<void> {
    const part = this.#parts.get(0) ?? (await this.#loadPart(0));
    const body = part.bytes(this.entry.size);
    const etag = await this.#fs.store.put(this.path, body, metadataOf(this.entry));
    this.entry = { ...this.entry, etag };
  }

  async #putParts(): Promise<void> {
    const { partBytes } = this.#fs;
    try {
      this.#upload ??= await this.#startUpload();
      for (let index = 0; index * partBytes < this.entry.size; index++) await this.#putPart(index);
      await this.#upload.complete();
    } catch (error) {
      await this.discard();
      throw error;
    }
    this.#upload = undefined;
    const stored = await this.#fs.store.head(this.path);
    this.entry = { ...this.entry, etag: stored?.etag ?? "" };
  }

  async #putPart(index: number): Promise<void> {
    const upload = this.#upload!;
    if (upload.has(index)) return;
    const start = index * this.#fs.partBytes;
    const end = Math.min(this.entry.size, start + this.#fs.partBytes);
    const part = this.#parts.get(index);
    if (!part && end <= this.#base.limit && (await this.#copied(index, start, end))) return;
    await upload.put(index, (part ?? (await this.#loadPart(index))).bytes(end - start));
  }

  /** Whether the service could copy the part from the object itself. */
  async #copied(index: number, start: number, end: number): Promise<boolean> {
    try {
      await this.#upload!.copy(index, this.#base.key, this.#base.etag, start, end);
      return true;
    } catch (error) {
      if (isSysError(error, "ENOSYS")) return false;
      throw error;
    }
  }

  /** Discards what was written since the last commit. */
  async discard(): Promise<void> {
    const upload = this.#upload;
    this.#upload = undefined;
    this.#parts.clear();
    this.#changed = false;
    this.entry = { ...this.entry, size: this.#base.size, etag: this.#base.etag };
    this.#base = this.#baseOf(this.entry);
    this.#fs.entries.forget(this.path);
    await upload?.abort();
  }
}
