import type { Caller, MountNamespace, Opened } from "@agentos/vfs";
import {
  decode,
  encode,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  type Stat,
} from "@agentos/vfs/abi";
import { type Shape, type Subject, treeOf } from "./operations.ts";

const FLAGS = { truncate: O_TRUNC, append: O_APPEND, exclusive: O_EXCL };

function now<T>(value: T | Promise<T>): T {
  if (value instanceof Promise) throw new Error("expected an answer at once");
  return value;
}

/** A namespace whose file systems answer at once. */
export class NamespaceSubject implements Subject {
  readonly #namespace: MountNamespace;
  readonly #caller: Caller;
  readonly #prefix: string;

  /** `directory` is the subject's root, made if need be. */
  constructor(namespace: MountNamespace, directory = "/top") {
    this.#namespace = namespace;
    this.#prefix = directory;
    this.#caller = namespace.caller();
    if (!namespace.statIfExists(this.#caller, directory)) namespace.mkdir(this.#caller, directory, 0o755);
  }

  tree(): Record<string, unknown> {
    return treeOf(this);
  }

  #at(path: string): string {
    return this.#prefix + path;
  }

  #open(path: string, flags: number): Opened {
    return now(this.#namespace.open(this.#caller, this.#at(path), flags, 0o644));
  }

  mkdir(path: string): void {
    now(this.#namespace.mkdir(this.#caller, this.#at(path), 0o755));
  }
  rmdir(path: string): void {
    now(this.#namespace.rmdir(this.#caller, this.#at(path)));
  }
  unlink(path: string): void {
    now(this.#namespace.unlink(this.#caller, this.#at(path)));
  }
  readlink(path: string): string {
    return now(this.#namespace.readlink(this.#caller, this.#at(path)));
  }
  readdir(path: string): string[] {
    const entries = now(this.#namespace.readdir(this.#caller, this.#at(path)));
    return entries.map((entry) => entry.name).sort();
  }
  read(path: string): string {
    const { handle } = this.#open(path, O_RDONLY);
    if (handle === undefined) throw Object.assign(new Error("a directory"), { code: "EISDIR" });
    const into = new Uint8Array(10_000);
    const count = now(handle.read(into, 0));
    now(handle.release());
    return decode(into.subarray(0, count));
  }
  write(path: string, text: string, mode: "truncate" | "append" | "exclusive"): void {
    const handle = this.#open(path, O_WRONLY | O_CREAT | FLAGS[mode]).handle!;
    now(handle.append(encode(text)));
    now(handle.release());
  }
  truncate(path: string, size: number): void {
    now(this.#namespace.truncate(this.#caller, this.#at(path), size));
  }
  chmod(path: string, mode: number): void {
    now(this.#namespace.chmod(this.#caller, this.#at(path), mode));
  }
  rename(from: string, to: string): void {
    now(this.#namespace.rename(this.#caller, this.#at(from), this.#at(to)));
  }
  link(from: string, to: string): void {
    now(this.#namespace.link(this.#caller, this.#at(from), this.#at(to)));
  }
  symlink(target: string, path: string): void {
    now(this.#namespace.symlink(this.#caller, target, this.#at(path)));
  }
  stat(path: string): Shape {
    return shapeOf(now(this.#namespace.stat(this.#caller, this.#at(path))));
  }
  lstat(path: string): Shape {
    return shapeOf(now(this.#namespace.lstat(this.#caller, this.#at(path))));
  }
}

function shapeOf({ mode, nlink, size }: Stat): Shape {
  const type = mode & 0o170000;
  return [type, nlink, mode & 0o7777, type === 0o040000 ? undefined : size];
}
