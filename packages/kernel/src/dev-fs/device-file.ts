import type { Inode } from "@agentos/vfs";
import { type MaybePromise, type Stat, sysError } from "@agentos/vfs/abi";
import type { OpenFile, PositionedFile } from "../files/open-file.ts";
import { fillRandom } from "../host-random.ts";

/** What reading and writing mean for a memory-like device; see mem(4), random(4), full(4). */
export interface ByteDevice {
  read(into: Uint8Array): number;
  write(from: Uint8Array): number;
}

const discard = (from: Uint8Array): number => from.length;

function readRandom(into: Uint8Array): number {
  fillRandom(into);
  return into.length;
}

function readZeros(into: Uint8Array): number {
  into.fill(0);
  return into.length;
}

export const nullDevice: ByteDevice = { read: () => 0, write: discard };
export const zeroDevice: ByteDevice = { read: readZeros, write: discard };
export const randomDevice: ByteDevice = { read: readRandom, write: discard };
export const fullDevice: ByteDevice = {
  read: readZeros,
  write: () => {
    throw sysError("ENOSPC");
  },
};

/** An open file on such a device: always ready, and the same at every offset. */
export class DeviceFile implements OpenFile, PositionedFile {
  flags: number;
  readonly name: string;
  readonly inode: Inode;
  readonly #device: ByteDevice;

  constructor(device: ByteDevice, flags: number, name: string, inode: Inode) {
    this.#device = device;
    this.flags = flags;
    this.name = name;
    this.inode = inode;
  }

  get positioned(): PositionedFile {
    return this;
  }

  stat(): MaybePromise<Stat> {
    return this.inode.getattr();
  }

  close(): void {}

  read(into: Uint8Array): number {
    return this.#device.read(into);
  }

  write(from: Uint8Array): number {
    return this.#device.write(from);
  }

  pread(into: Uint8Array): number {
    return this.#device.read(into);
  }

  pwrite(from: Uint8Array): number {
    return this.#device.write(from);
  }

  seek(): number {
    return 0;
  }

  truncate(): void {
    throw sysError("EINVAL");
  }

  sync(): void {
    throw sysError("EINVAL");
  }
}
