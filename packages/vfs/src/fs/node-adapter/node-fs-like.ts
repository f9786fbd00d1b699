// The parts of Node's fs that the adapter calls, each synchronous or as a promise.

export interface NodeStats {
  mode: number;
  size: number;
  ino?: number;
  nlink?: number;
  rdev?: number;
  blocks?: number;
  atimeMs?: number;
  mtimeMs?: number;
  ctimeMs?: number;
  birthtimeMs?: number;
}

type Call = (...args: never[]) => unknown;

/**
 * An object shaped like Node's `fs` (memfs, unionfs …). Each call goes to the method `<name>Sync`, or to
 * `promises.<name>` where there is no synchronous one.
 */
export interface NodeFsLike {
  readonly promises?: object;
  readonly lstatSync?: Call;
}

export type NodeCall =
  | "lstat"
  | "readdir"
  | "mkdir"
  | "rmdir"
  | "unlink"
  | "rename"
  | "link"
  | "symlink"
  | "readlink"
  | "truncate"
  | "chmod"
  | "utimes"
  | "open"
  | "readFile"
  | "writeFile";
