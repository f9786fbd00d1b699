import fs from "node:fs";
import type { Shape, Subject } from "./operations.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } = fs.constants;
const FLAGS = { truncate: O_TRUNC, append: O_APPEND, exclusive: O_EXCL };

type NodeFs = Pick<
  typeof fs,
  | "mkdirSync"
  | "rmdirSync"
  | "unlinkSync"
  | "readlinkSync"
  | "readdirSync"
  | "openSync"
  | "readFileSync"
  | "writeSync"
  | "closeSync"
  | "truncateSync"
  | "chmodSync"
  | "renameSync"
  | "linkSync"
  | "symlinkSync"
  | "statSync"
  | "lstatSync"
>;

/** A real directory (or a Node-shaped file system): absolute paths lie below `root`/top, so that ".." leads
 * to an empty place. */
export class HostSubject implements Subject {
  readonly #root: string;
  readonly #fs: NodeFs;

  constructor(root: string, nodeFs: NodeFs = fs) {
    this.#root = `${root}/top`;
    this.#fs = nodeFs;
    nodeFs.mkdirSync(this.#root, { recursive: true, mode: 0o755 });
  }

  populate(files: Record<string, string | { symlink?: string }>): void {
    for (const [path, entry] of Object.entries(files)) {
      if (path.endsWith("/")) this.mkdir(path);
      else if (typeof entry === "string") this.write(path, entry, "truncate");
      else this.symlink(entry.symlink!, path);
    }
  }

  #at(path: string): string {
    return this.#root + path;
  }

  mkdir(path: string): void {
    this.#fs.mkdirSync(this.#at(path), 0o755);
  }
  rmdir(path: string): void {
    this.#fs.rmdirSync(this.#at(path));
  }
  unlink(path: string): void {
    this.#fs.unlinkSync(this.#at(path));
  }
  readlink(path: string): string {
    return this.#fs.readlinkSync(this.#at(path), "utf8");
  }
  readdir(path: string): string[] {
    return this.#fs.readdirSync(this.#at(path)).map(String).sort();
  }
  read(path: string): string {
    return String(this.#fs.readFileSync(this.#at(path)));
  }
  write(path: string, text: string, mode: "truncate" | "append" | "exclusive"): void {
    const fd = this.#fs.openSync(this.#at(path), O_WRONLY | O_CREAT | FLAGS[mode], 0o644);
    if (text !== "") this.#fs.writeSync(fd, text);
    this.#fs.closeSync(fd);
  }
  truncate(path: string, size: number): void {
    this.#fs.truncateSync(this.#at(path), size);
  }
  chmod(path: string, mode: number): void {
    this.#fs.chmodSync(this.#at(path), mode);
  }
  rename(from: string, to: string): void {
    this.#fs.renameSync(this.#at(from), this.#at(to));
  }
  link(from: string, to: string): void {
    this.#fs.linkSync(this.#at(from), this.#at(to));
  }
  symlink(target: string, path: string): void {
    this.#fs.symlinkSync(target, this.#at(path));
  }
  stat(path: string): Shape {
    return shapeOf(this.#fs.statSync(this.#at(path)));
  }
  lstat(path: string): Shape {
    return shapeOf(this.#fs.lstatSync(this.#at(path)));
  }
}

function shapeOf({ mode, nlink, size }: { mode: number; nlink: number; size: number }): Shape {
  const type = mode & 0o170000;
  return [type, Number(nlink), mode & 0o7777, type === 0o040000 ? undefined : size];
}
