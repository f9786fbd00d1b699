import { encode, sysError } from "@agentos/kernel/abi";
import { type FileError, fileError } from "./errors.ts";
import { DirectoryEntry, FileStat } from "./file-stat.ts";
import { createVmReadStream, createVmWriteStream } from "./file-streams.ts";
import { utf8Text } from "./utf8-text.ts";
import { concat } from "./vm/byte-collector.ts";
import type { Outcome, WriteRequest } from "./vm/calls.ts";
import type { VmLink } from "./vm-link.ts";

/** The content of a file; a string is stored as UTF-8. */
export type FileData = string | Uint8Array;

/** How a file is written. */
export interface WriteOptions {
  /** Permission bits of a new file. @default 0o644 */
  mode?: number;
}

/** One of several files that were read. */
export interface ReadOutcome {
  /** The path as given. */
  path: string;
  /** The bytes; null if the file could not be read. */
  content: Uint8Array | null;
  /** Why the file could not be read. */
  error?: FileError;
}

/** One of several files that were written. */
export interface WriteOutcome {
  /** The path as given. */
  path: string;
  /** Whether the file has been written. */
  success: boolean;
  /** Why the file could not be written. */
  error?: FileError;
}

/** A time as Node's fs.utimes takes it: seconds since the epoch, or a Date. */
export type FileTime = number | Date;

/** Larger content travels as a stream, so that a single call does not hold up the others. */
const STREAM_FROM = 4 << 20;

export class Files {
  readonly #vm: VmLink;

  constructor(vm: VmLink) {
    this.#vm = vm;
  }

  async readFile(path: string): Promise<Uint8Array> {
    const content = await this.#vm.call({ syscall: "open", path }, "readFile", [path, STREAM_FROM]);
    if (typeof content !== "number") return content;
    const chunks: Uint8Array[] = [];
    for await (const chunk of createVmReadStream(this.#vm, path)) chunks.push(chunk as Uint8Array);
    return concat(chunks);
  }

  async readText(path: string): Promise<string> {
    return utf8Text(await this.readFile(path));
  }

  async writeFile(path: string, data: FileData, append: boolean, { mode }: WriteOptions = {}): Promise<void> {
    const bytes = bytesOf(data);
    if (bytes.length <= STREAM_FROM) {
      return this.#vm.call({ syscall: "open", path }, "writeFile", [{ path, data: bytes, append, mode }]);
    }
    const channel = await this.#vm.open({ syscall: "open", path }, "writeStream", [path, append, mode]);
    for (let at = 0; at < bytes.length; at += STREAM_FROM / 16) {
      await channel.write(bytes.subarray(at, at + STREAM_FROM / 16));
    }
    await channel.end();
    await channel.read();
  }

  async readFiles(paths: readonly string[]): Promise<ReadOutcome[]> {
    const outcomes = await this.#vm.call({ syscall: "open" }, "readFiles", [paths]);
    return outcomes.map((outcome, i) => {
      const path = paths[i]!;
      return "errno" in outcome
        ? { path, content: null, error: failure(outcome, path) }
        : { path, content: outcome.value };
    });
  }

  async writeFiles(
    entries: readonly { path: string; content: FileData; mode?: number }[],
  ): Promise<WriteOutcome[]> {
    const requests = entries.map(
      ({ path, content, mode }): WriteRequest => ({ path, data: bytesOf(content), mode }),
    );
    const outcomes = await this.#vm.call({ syscall: "open" }, "writeFiles", [requests]);
    return outcomes.map((outcome, i) => {
      const { path } = entries[i]!;
      return "errno" in outcome
        ? { path, success: false, error: failure(outcome, path) }
        : { path, success: true };
    });
  }

  mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    return this.#vm.call({ syscall: "mkdir", path }, "mkdir", [
      path,
      options.recursive ?? false,
      options.mode,
    ]);
  }

  async readdir(path: string): Promise<string[]> {
    const entries = await this.#vm.call({ syscall: "scandir", path }, "readdir", [path]);
    return entries.map(({ name }) => name);
  }

  async readdirEntries(path: string): Promise<DirectoryEntry[]> {
    const entries = await this.#vm.call({ syscall: "scandir", path }, "readdir", [path]);
    return entries.map(({ name, type }) => new DirectoryEntry(path, name, type));
  }

  async readdirRecursive(
    path: string,
    {
      maxDepth = Number.POSITIVE_INFINITY,
      exclude = [],
    }: { maxDepth?: number; exclude?: readonly string[] } = {},
  ): Promise<DirectoryEntry[]> {
    const entries = await this.#vm.call({ syscall: "scandir", path }, "readdirRecursive", [
      path,
      maxDepth,
      exclude,
    ]);
    return entries.map(({ name, type }) => new DirectoryEntry(path, name, type));
  }

  async stat(path: string): Promise<FileStat> {
    return new FileStat(await this.#vm.call({ syscall: "stat", path }, "stat", [path]));
  }

  async lstat(path: string): Promise<FileStat> {
    return new FileStat(await this.#vm.call({ syscall: "lstat", path }, "lstat", [path]));
  }

  exists(path: string): Promise<boolean> {
    return this.#vm.call({ syscall: "access", path }, "exists", [path]);
  }

  move(from: string, to: string): Promise<void> {
    return this.#vm.call({ syscall: "rename", path: from, dest: to }, "move", [from, to]);
  }

  copy(from: string, to: string): Promise<void> {
    return this.#vm.call({ syscall: "cp", path: from, dest: to }, "copy", [from, to]);
  }

  delete(path: string, { recursive = false }: { recursive?: boolean } = {}): Promise<void> {
    return this.#vm.call({ syscall: "rm", path }, "delete", [path, recursive]);
  }

  symlink(target: string, path: string): Promise<void> {
    return this.#vm.call({ syscall: "symlink", path: target, dest: path }, "symlink", [target, path]);
  }

  readlink(path: string): Promise<string> {
    return this.#vm.call({ syscall: "readlink", path }, "readlink", [path]);
  }

  chmod(path: string, mode: number): Promise<void> {
    return this.#vm.call({ syscall: "chmod", path }, "chmod", [path, mode]);
  }

  async utimes(path: string, atime: FileTime, mtime: FileTime): Promise<void> {
    return this.#vm.call({ syscall: "utime", path }, "utimes", [
      path,
      nanoseconds(atime),
      nanoseconds(mtime),
    ]);
  }

  realpath(path: string): Promise<string> {
    return this.#vm.call({ syscall: "realpath", path }, "realpath", [path]);
  }

  createReadStream(path: string, options?: { start?: number; end?: number }) {
    return createVmReadStream(this.#vm, path, options);
  }

  createWriteStream(path: string, options?: { flags?: "w" | "a"; mode?: number }) {
    return createVmWriteStream(this.#vm, path, options);
  }
}

function bytesOf(data: FileData): Uint8Array {
  if (typeof data === "string") return encode(data);
  if (data instanceof Uint8Array) return data;
  throw new TypeError("the data must be a string or a Uint8Array");
}

function failure(outcome: Extract<Outcome<never>, { errno: unknown }>, path: string): FileError {
  return fileError(sysError(outcome.errno), "open", path);
}

function nanoseconds(time: FileTime): bigint {
  const ms = time instanceof Date ? time.getTime() : time * 1000;
  if (!Number.isFinite(ms)) throw new TypeError("a time must be a finite number of seconds or a valid Date");
  return BigInt(Math.round(ms * 1000)) * 1000n;
}
