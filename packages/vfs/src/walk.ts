// Path → place. The walk proceeds component by component in the guest's namespace. Drivers only see single names, so
// that a link can never lead out of a mount. Source: path_resolution(7), POSIX.1-2024 4.16.

import {
  andThen,
  type ErrnoCode,
  encode,
  type MaybePromise,
  NAME_MAX,
  PATH_MAX,
  S_IFDIR,
  S_IFLNK,
  sysError,
  X_OK,
} from "./abi/index.ts";
import { type Caller, Dentry } from "./dentry.ts";
import type { Inode, Ownership } from "./inode.ts";
import { crossMounts, parentOf } from "./mounts.ts";
import { allows } from "./permission.ts";

/** Most symbolic links one walk follows. */
const MAX_LINKS = 40;

/**
 * What to do with the last component: follow a link; do not follow it; or only find where it would be created or
 * removed.
 */
export type LastStep = "follow" | "nofollow" | "name";

/** A walk in progress, and then its result. */
export class Walk {
  /** Set if the walk failed, even if only because a component before the last does not exist. */
  error: ErrnoCode | undefined;
  /** What the path names; undefined when the last component does not exist. */
  found: Dentry | undefined;
  /** The directory of the last component. */
  parent: Dentry;
  /** The last component; "" if it is "/", "." or "..". */
  name = "";
  /** The last component if it is "." or "..", else "". */
  dots = "";
  trailingSlash = false;

  readonly #caller: Caller;
  readonly #last: LastStep;
  readonly #creates: boolean;
  #path: string;
  #position = 0;
  #at: Dentry;
  #links = 0;
  #isLast = false;
  #done = false;

  constructor(caller: Caller, path: string, last: LastStep, creates: boolean) {
    this.#caller = caller;
    this.#creates = creates;
    this.#path = path;
    this.#last = last;
    this.#at = this.parent = path.charCodeAt(0) === 0x2f ? caller.root : caller.cwd;
    if (path.includes("\0")) throw sysError("EINVAL");
    if (path === "") this.#fail("ENOENT");
    else if (isLongerThan(path, PATH_MAX - 1)) this.#fail("ENAMETOOLONG");
  }

  run(): MaybePromise<this> {
    while (!this.#done) {
      const wait = this.#step();
      if (wait instanceof Promise) return wait.then(() => this.run());
    }
    return this;
  }

  #fail(error: ErrnoCode): void {
    this.error = error;
    this.found = undefined;
    this.#done = true;
  }

  #finish(found: Dentry | undefined): void {
    this.found = found;
    this.#done = true;
    if (found && this.trailingSlash && !found.isDirectory && this.#last !== "name") this.#fail("ENOTDIR");
  }

  #step(): MaybePromise<void> {
    const path = this.#path;
    const { length } = path;
    let start = this.#position;
    while (start < length && path.charCodeAt(start) === 0x2f) start++;
    const at = this.#at;
    if (at.inode.type !== S_IFDIR) return this.#fail("ENOTDIR");
    if (start === length) return this.#finish(at);
    let end = path.indexOf("/", start);
    if (end < 0) end = length;
    let next = end;
    while (next < length && path.charCodeAt(next) === 0x2f) next++;
    this.#position = next;
    this.#isLast = next === length;
    const name = path.slice(start, end);
    if (this.#isLast) {
      this.parent = at;
      this.name = name;
      this.dots = "";
      this.trailingSlash ||= end < length;
    }
    const { inode } = at;
    if (inode.peek) return this.#search(inode.peek(), name);
    const ownership = inode.getattr();
    if (ownership instanceof Promise) return ownership.then((node) => this.#search(node, name));
    return this.#search(ownership, name);
  }

  /** Looks `name` up in the directory reached, whose ownership is `node`. */
  #search(node: Ownership, name: string): MaybePromise<void> {
    if (!allows(this.#caller, node, X_OK)) return this.#fail("EACCES");
    if (name === "." || name === "..") return this.#stepDots(name);
    if (isLongerThan(name, NAME_MAX)) return this.#fail("ENAMETOOLONG");
    if (this.#creates && this.#isLast && this.trailingSlash) return this.#fail("EISDIR");
    const child = this.#at.inode.lookup(name, !this.#isLast);
    if (child instanceof Promise) return child.then((inode) => this.#enter(inode, name));
    return this.#enter(child, name);
  }

  #stepDots(name: string): void {
    if (name === "..") this.#at = parentOf(this.#at, this.#caller.root);
    if (!this.#isLast) return;
    this.name = "";
    this.dots = name;
    this.#finish(this.#at);
  }

  #enter(inode: Inode | undefined, name: string): MaybePromise<void> {
    if (inode === undefined) {
      if (this.#isLast) this.#finish(undefined);
      else this.#fail("ENOENT");
      return;
    }
    if (inode.type === S_IFLNK && this.#follows()) {
      if (++this.#links > MAX_LINKS) return this.#fail("ELOOP");
      if (inode.follow) return andThen(inode.follow(this.#caller), (place) => this.#arrive(place, name));
      const target = inode.readlink(this.#caller);
      if (target instanceof Promise) return target.then((text) => this.#jump(text));
      return this.#jump(target);
    }
    this.#arrive(inode, name);
  }

  #arrive(place: Inode | Dentry, name: string): void {
    const child = place instanceof Dentry ? place : new Dentry(this.#at.mount, place, this.#at, name);
    this.#at = child.isDirectory ? crossMounts(child) : child;
    if (this.#isLast) this.#finish(this.#at);
  }

  #follows(): boolean {
    if (!this.#isLast || this.#last === "follow") return true;
    return this.trailingSlash && this.#last === "nofollow";
  }

  /** Continues with a link's target, and then with the rest of the path. */
  #jump(target: string): void {
    this.#path = this.#isLast ? target : `${target}/${this.#path.slice(this.#position)}`;
    this.#position = 0;
    if (target.charCodeAt(0) === 0x2f) this.#at = this.#caller.root;
    this.name = "";
  }
}

/** Whether the name has more than `limit` bytes; a UTF-16 unit has at most three. */
function isLongerThan(name: string, limit: number): boolean {
  return name.length > limit || (name.length * 3 > limit && encode(name).length > limit);
}

/** Walks and reports, failures as values. With `creates` a name that ends in "/" is EISDIR, as for open(O_CREAT). */
export function walk(caller: Caller, path: string, last: LastStep, creates = false): MaybePromise<Walk> {
  return new Walk(caller, path, last, creates).run();
}
