import { sysError } from "../../abi/index.ts";
import type { FileHandle } from "../../inode.ts";
import { Content } from "./content.ts";
import type { MemoryFs } from "./memory-fs.ts";
import type { MemoryInode } from "./memory-inode.ts";

const DAY_NS = 86_400_000_000_000n;

/** An open file of an immutable tree. */
export class SnapshotHandle implements FileHandle {
  readonly inode: MemoryInode;

  constructor(inode: MemoryInode) {
    this.inode = inode;
  }

  read(into: Uint8Array, offset: number): number {
    const record = this.inode.record();
    const count = Math.min(into.length, record.size - offset);
    if (count <= 0) return 0;
    const target = count < into.length ? into.subarray(0, count) : into;
    const { content } = record;
    if (content) content.read(target, offset);
    else target.fill(0);
    return count;
  }

  write(_from: Uint8Array, _offset: number): number {
    throw sysError("EROFS");
  }

  append(_from: Uint8Array): number {
    throw sysError("EROFS");
  }

  sync(): void {}

  release(): void {}
}

/** An open file of a memory file system; counted, so that the inode outlives its last name. */
export class MemoryHandle extends SnapshotHandle {
  readonly #fs: MemoryFs;
  #open = true;

  constructor(fs: MemoryFs, inode: MemoryInode) {
    super(inode);
    this.#fs = fs;
    fs.opened(inode.ino);
  }

  override read(into: Uint8Array, offset: number): number {
    this.#touch();
    return super.read(into, offset);
  }

  /** Linux's relatime: the access time moves when it is not newer than the last change, or a day old. */
  #touch(): void {
    const record = this.inode.record();
    const { atimeNs } = record;
    if (atimeNs > record.mtimeNs && atimeNs > record.ctimeNs) {
      if (Date.now() - Number(atimeNs / 1_000_000n) < Number(DAY_NS / 1_000_000n)) return;
    }
    this.#fs.own(record).atimeNs = this.#fs.clock();
  }

  override write(from: Uint8Array, offset: number): number {
    const fs = this.#fs;
    const end = offset + from.length;
    fs.checkSize(end);
    if (from.length === 0) return 0;
    const record = fs.own(this.inode.record());
    let content = record.content;
    if (content === undefined) content = new Content(fs.epoch);
    else if (content.epoch !== fs.epoch) content = content.copy(fs.epoch);
    fs.allocate(record, content.blocksNeeded(offset, from.length));
    content.write(from, offset);
    record.body = content;
    if (end > record.size) record.size = end;
    record.mtimeNs = record.ctimeNs = fs.clock();
    return from.length;
  }

  override append(from: Uint8Array): number {
    const { size } = this.inode.record();
    this.write(from, size);
    return size + from.length;
  }

  override release(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#fs.closed(this.inode.ino);
  }
}
