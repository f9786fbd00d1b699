// The requests of a sidecar to a file system in the app, with inodes and handles as numbers. The compiler checks the
// side that asks (remote-file-system.ts) and the side that answers (app-objects.ts) against it.

import type { NewNode, SetAttr } from "@agentos/vfs";
import type { DirEntry, MaybePromise, Stat } from "@agentos/vfs/abi";

export interface WireInode {
  ino: number;
  type: number;
}

export interface InodeCalls {
  getattr(): Stat;
  setattr(change: SetAttr): void;
  lookup(name: string): WireInode | undefined;
  readdir(): DirEntry[];
  mknod(name: string, node: NewNode, rdev?: number): WireInode;
  mkdir(name: string, node: NewNode): WireInode;
  symlink(name: string, target: string, node: NewNode): WireInode;
  link(name: string, ino: number): void;
  unlink(name: string): void;
  rmdir(name: string): void;
  rename(name: string, newParent: number, newName: string, flags?: number): void;
  readlink(): string;
  /** Opens a file. @returns the number of the handle */
  open(flags: number): number;
}

export interface HandleCalls {
  read(size: number, offset: number): Uint8Array;
  write(from: Uint8Array, offset: number): number;
  append(from: Uint8Array): number;
  sync(): void;
  release(): void;
}

/** How each call is answered, given its target. */
export type Answers<Calls extends object, Target> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => infer Result
    ? (target: Target, ...args: Args) => MaybePromise<Result>
    : never;
};
