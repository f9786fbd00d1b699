import type { FileHandle } from "../../inode.ts";
import { atOnce } from "./at-once.ts";
import type { OverlayInode } from "./overlay-inode.ts";

/**
 * An open file of an overlay. One that was opened on a lower file switches to the copy as soon as there is one, so
 * that readers see what writers do. Deviation: Linux's overlayfs keeps reading the lower file.
 */
export class OverlayHandle implements FileHandle {
  readonly inode: OverlayInode;
  #real: FileHandle;
  #isLower: boolean;

  constructor(inode: OverlayInode, real: FileHandle, isLower: boolean) {
    this.inode = inode;
    this.#real = real;
    this.#isLower = isLower;
  }

  #current(): FileHandle {
    if (this.#isLower && this.inode.fs.copied.size > 0) {
      const copy = this.inode.upper;
      if (copy) {
        atOnce(this.#real.release());
        this.#real = copy.open(0);
        this.#isLower = false;
      }
    }
    return this.#real;
  }

  read(into: Uint8Array, offset: number): number {
    return atOnce(this.#current().read(into, offset));
  }

  write(from: Uint8Array, offset: number): number {
    return atOnce(this.#current().write(from, offset));
  }

  append(from: Uint8Array): number {
    return atOnce(this.#current().append(from));
  }

  sync(): void {}

  release(): void {
    atOnce(this.#real.release());
  }
}
