import type { FileHandle } from "@agentos/vfs";
import { sysError } from "@agentos/vfs/abi";
import type { ObjectFile } from "./object-file.ts";
import type { S3Inode } from "./s3-inode.ts";

export class S3Handle implements FileHandle {
  readonly inode: S3Inode;
  readonly #file: ObjectFile;
  #open = true;
  #wrote = false;

  constructor(inode: S3Inode, file: ObjectFile) {
    this.inode = inode;
    this.#file = file;
  }

  read(into: Uint8Array, offset: number): Promise<number> {
    return this.#file.read(into, offset);
  }

  #writes(): ObjectFile {
    if (this.inode.fs.readOnly) throw sysError("EROFS");
    this.#wrote = true;
    return this.#file;
  }

  async write(from: Uint8Array, offset: number): Promise<number> {
    await this.#writes().write(from, offset);
    return from.length;
  }

  async append(from: Uint8Array): Promise<number> {
    return this.#writes().append(from);
  }

  sync(): Promise<void> {
    return this.#file.commit();
  }

  async release(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.inode.fs.closeFile(this.#file, this.#wrote);
  }
}
