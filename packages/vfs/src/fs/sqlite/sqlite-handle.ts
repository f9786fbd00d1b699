import { sysError } from "../../abi/index.ts";
import type { FileHandle } from "../../inode.ts";
import { write } from "./file-content.ts";
import type { Node } from "./inode-table.ts";
import type { SqliteInode } from "./sqlite-inode.ts";

const DAY_NS = 86_400_000_000_000n;

/** An open file; counted, so that the inode outlives its last name. */
export class SqliteHandle implements FileHandle {
  readonly inode: SqliteInode;
  readonly #node: Node;
  #open = true;
  #wrote = false;

  constructor(inode: SqliteInode) {
    this.inode = inode;
    this.#node = inode.node();
    this.#node.opens++;
  }

  #checkOpen(): void {
    if (this.inode.fs.journal.closed) throw sysError("EIO");
  }

  read(into: Uint8Array, offset: number): number {
    this.#checkOpen();
    const count = Math.min(into.length, this.#node.attributes.size - offset);
    if (count <= 0) return 0;
    this.inode.fs.chunks.read(this.inode.ino, count < into.length ? into.subarray(0, count) : into, offset);
    this.#touch();
    return count;
  }

  /** Linux's relatime: the access time moves when it is not newer than the last change, or a day old. */
  #touch(): void {
    const { fs } = this.inode;
    if (fs.readOnly) return;
    const { atimeNs, mtimeNs, ctimeNs } = this.#node.attributes;
    const isNewest = atimeNs > mtimeNs && atimeNs > ctimeNs;
    if (isNewest && BigInt(Date.now()) * 1_000_000n - atimeNs < DAY_NS) return;
    fs.journal.change(this.#node, { atimeNs: fs.clock() });
  }

  write(from: Uint8Array, offset: number): number {
    this.#checkOpen();
    if (this.inode.fs.readOnly) throw sysError("EROFS");
    this.#wrote = true;
    write(this.inode.fs, this.#node, from, offset);
    return from.length;
  }

  append(from: Uint8Array): number {
    const end = this.#node.attributes.size;
    return end + this.write(from, end);
  }

  sync(): void {
    this.#checkOpen();
    this.inode.fs.sync();
  }

  release(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#node.opens--;
    this.inode.fs.closed(this.#node, this.#wrote);
  }
}
