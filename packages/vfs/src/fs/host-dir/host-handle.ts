import fs from "node:fs";
import type { Stat } from "../../abi/index.ts";
import type { FileHandle } from "../../inode.ts";
import { toSyscallError } from "../node-errors.ts";
import type { HostInode } from "./host-inode.ts";

export class HostHandle implements FileHandle {
  readonly inode: HostInode;
  readonly #fd: number;
  #open = true;

  constructor(inode: HostInode, fd: number) {
    this.inode = inode;
    this.#fd = fd;
  }

  #call<T>(call: (fd: number) => T): T {
    try {
      return call(this.#fd);
    } catch (error) {
      throw toSyscallError(error);
    }
  }

  getattr(): Stat {
    return this.inode.shown(this.#call((fd) => fs.fstatSync(fd, { bigint: true })));
  }

  read(into: Uint8Array, offset: number): number {
    return this.#call((fd) => fs.readSync(fd, into, 0, into.length, offset));
  }

  write(from: Uint8Array, offset: number): number {
    return this.#call((fd) => {
      for (let done = 0; done < from.length; ) {
        done += fs.writeSync(fd, from, done, from.length - done, offset + done);
      }
      return from.length;
    });
  }

  append(from: Uint8Array): number {
    const end = this.#call((fd) => fs.fstatSync(fd).size);
    return end + this.write(from, end);
  }

  sync(): void {
    this.#call((fd) => fs.fsyncSync(fd));
  }

  release(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#call((fd) => fs.closeSync(fd));
  }
}
