import type { Readable, Writable } from "node:stream";
import type { DirectoryEntry, FileStat } from "./file-stat.ts";
import {
  type FileData,
  Files,
  type FileTime,
  type ReadOutcome,
  type WriteOptions,
  type WriteOutcome,
} from "./files.ts";
import { type MountOptions, Mounts } from "./mounts.ts";
import type { MountInfo } from "./vm/spec.ts";
import type { VmLink } from "./vm-link.ts";
import { type FileWatcher, type WatchListener, watch } from "./watch.ts";

/** The calls of `AgentOs` that work on files. */
export abstract class AgentOsFiles {
  readonly #link: VmLink;
  readonly #files: Files;
  readonly #mounts: Mounts;

  protected constructor(vm: VmLink) {
    this.#link = vm;
    this.#files = new Files(vm);
    this.#mounts = new Mounts(vm);
  }

  readFile(path: string): Promise<Uint8Array>;
  readFile(path: string, encoding: "utf8"): Promise<string>;
  readFile(path: string, encoding?: "utf8"): Promise<Uint8Array | string> {
    return encoding === "utf8" ? this.#files.readText(path) : this.#files.readFile(path);
  }

  /** Creates or replaces a file. Its directory must exist. */
  writeFile(path: string, data: FileData, options?: WriteOptions): Promise<void> {
    return this.#files.writeFile(path, data, false, options);
  }

  appendFile(path: string, data: FileData, options?: WriteOptions): Promise<void> {
    return this.#files.writeFile(path, data, true, options);
  }

  /** Reads several files. One result per path, in the same order; one failure does not stop the rest. */
  readFiles(paths: readonly string[]): Promise<ReadOutcome[]> {
    return this.#files.readFiles(paths);
  }

  writeFiles(
    entries: readonly { path: string; content: FileData; mode?: number }[],
  ): Promise<WriteOutcome[]> {
    return this.#files.writeFiles(entries);
  }

  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void> {
    return this.#files.mkdir(path, options);
  }

  /** Names, without "." and "..". */
  readdir(path: string): Promise<string[]> {
    return this.#files.readdir(path);
  }

  readdirEntries(path: string): Promise<DirectoryEntry[]> {
    return this.#files.readdirEntries(path);
  }

  /**
   * Everything below a directory. `exclude` holds globs, matched against names and against paths below `path`; a
   * directory that matches is not entered.
   */
  readdirRecursive(
    path: string,
    options?: { maxDepth?: number; exclude?: readonly string[] },
  ): Promise<DirectoryEntry[]> {
    return this.#files.readdirRecursive(path, options);
  }

  stat(path: string): Promise<FileStat> {
    return this.#files.stat(path);
  }

  lstat(path: string): Promise<FileStat> {
    return this.#files.lstat(path);
  }

  exists(path: string): Promise<boolean> {
    return this.#files.exists(path);
  }

  /** rename(2), also across mounts. */
  move(from: string, to: string): Promise<void> {
    return this.#files.move(from, to);
  }

  /** Copies a file, a symbolic link, or a directory with everything in it. */
  copy(from: string, to: string): Promise<void> {
    return this.#files.copy(from, to);
  }

  /** Removes a file or an empty directory; with `recursive`, a directory with everything in it. */
  delete(path: string, options?: { recursive?: boolean }): Promise<void> {
    return this.#files.delete(path, options);
  }

  /** Another name of `delete`. */
  deleteFile(path: string, options?: { recursive?: boolean }): Promise<void> {
    return this.#files.delete(path, options);
  }

  symlink(target: string, path: string): Promise<void> {
    return this.#files.symlink(target, path);
  }

  readlink(path: string): Promise<string> {
    return this.#files.readlink(path);
  }

  chmod(path: string, mode: number): Promise<void> {
    return this.#files.chmod(path, mode);
  }

  /** Numbers are seconds since the epoch. */
  utimes(path: string, atime: FileTime, mtime: FileTime): Promise<void> {
    return this.#files.utimes(path, atime, mtime);
  }

  realpath(path: string): Promise<string> {
    return this.#files.realpath(path);
  }

  /** `end` is the last byte's offset, as in Node. */
  createReadStream(path: string, options?: { start?: number; end?: number }): Readable {
    return this.#files.createReadStream(path, options);
  }

  createWriteStream(path: string, options?: { flags?: "w" | "a"; mode?: number }): Writable {
    return this.#files.createWriteStream(path, options);
  }

  /**
   * Calls the listener on each change of a file or of a directory's entries; with `recursive`, of everything below it.
   */
  watch(path: string, listener: WatchListener): FileWatcher;
  watch(path: string, options: { recursive?: boolean }, listener: WatchListener): FileWatcher;
  watch(path: string, ...rest: [WatchListener] | [{ recursive?: boolean }, WatchListener]): FileWatcher {
    const [options, listener] = rest.length === 1 ? [{}, rest[0]] : rest;
    return watch(this.#link, path, options, listener);
  }

  mount(options: MountOptions): Promise<void> {
    return this.#mounts.mount(options);
  }

  unmount(path: string): Promise<void> {
    return this.#mounts.unmount(path);
  }

  listMounts(): Promise<MountInfo[]> {
    return this.#mounts.list();
  }
}
