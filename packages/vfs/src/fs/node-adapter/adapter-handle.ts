import { andThen, type MaybePromise } from "../../abi/index.ts";
import type { FileHandle } from "../../inode.ts";
import { translating } from "../node-errors.ts";
import type { AdapterInode } from "./adapter-inode.ts";
import type { NodeStats } from "./node-fs-like.ts";

/** What the driver's open returns: a descriptor for its *Sync calls, or a FileHandle. */
interface OpenFile {
  read(into: Uint8Array, offset: number): MaybePromise<number>;
  write(from: Uint8Array, start: number, offset: number): MaybePromise<number>;
  size(): MaybePromise<number>;
  close(): MaybePromise<void>;
}

interface SyncCalls {
  readSync(fd: number, into: Uint8Array, start: number, length: number, position: number): number;
  writeSync(fd: number, from: Uint8Array, start: number, length: number, position: number): number;
  fstatSync(fd: number): NodeStats;
  closeSync(fd: number): void;
}

interface PromisedFile {
  read(into: Uint8Array, start: number, length: number, at: number): Promise<{ bytesRead: number }>;
  write(from: Uint8Array, start: number, length: number, at: number): Promise<{ bytesWritten: number }>;
  stat(): Promise<NodeStats>;
  close(): Promise<void>;
}

export function openHandle(inode: AdapterInode, access: number): MaybePromise<FileHandle> {
  return andThen(inode.fs.call<number | PromisedFile>("open", inode.path, access), (opened) => {
    const file = typeof opened === "number" ? syncFile(inode, opened) : promisedFile(opened);
    return new AdapterHandle(inode, file);
  });
}

function syncFile(inode: AdapterInode, fd: number): OpenFile {
  const driver = inode.fs.driver as unknown as SyncCalls;
  return {
    read: (into, offset) => driver.readSync(fd, into, 0, into.length, offset),
    write: (from, start, offset) => driver.writeSync(fd, from, start, from.length - start, offset),
    size: () => Number(driver.fstatSync(fd).size),
    close: () => driver.closeSync(fd),
  };
}

function promisedFile(file: PromisedFile): OpenFile {
  return {
    read: (into, offset) => file.read(into, 0, into.length, offset).then(({ bytesRead }) => bytesRead),
    write: (from, start, offset) =>
      file.write(from, start, from.length - start, offset).then(({ bytesWritten }) => bytesWritten),
    size: () => file.stat().then(({ size }) => Number(size)),
    close: () => file.close(),
  };
}

class AdapterHandle implements FileHandle {
  readonly inode: AdapterInode;
  readonly #file: OpenFile;
  /** Appends run one after the other, so that none overwrites another. */
  #appended: Promise<unknown> | undefined;
  #open = true;

  constructor(inode: AdapterInode, file: OpenFile) {
    this.inode = inode;
    this.#file = file;
  }

  read(into: Uint8Array, offset: number): MaybePromise<number> {
    return translating(() => this.#file.read(into, offset));
  }

  write(from: Uint8Array, offset: number): MaybePromise<number> {
    return this.#writeFrom(from, 0, offset);
  }

  #writeFrom(from: Uint8Array, start: number, offset: number): MaybePromise<number> {
    if (start >= from.length) return from.length;
    const written = translating(() => this.#file.write(from, start, offset + start));
    return andThen(written, (count) => this.#writeFrom(from, start + count, offset));
  }

  append(from: Uint8Array): MaybePromise<number> {
    const run = () =>
      andThen(
        translating(() => this.#file.size()),
        (end) => andThen(this.write(from, end), () => end + from.length),
      );
    const end = this.#appended ? this.#appended.then(run) : run();
    if (end instanceof Promise) this.#appended = end.catch(() => undefined);
    return end;
  }

  sync(): void {}

  release(): MaybePromise<void> {
    if (!this.#open) return;
    this.#open = false;
    return translating(() => this.#file.close());
  }
}
