// Objects of the app that a sidecar may call: file systems (drivers) and functions (permission decisions). An inode
// is kept while the sidecar knows it, counted as FUSE counts lookups: a reply may cross a release on the way.

import type { MaybePromise } from "@agentos/kernel/abi";
import { andThen } from "@agentos/kernel/abi";
import type { FileHandle, FileSystem, Inode, NewNode, SetAttr } from "@agentos/vfs";
import { sysError } from "@agentos/vfs/abi";
import { type Channel, pump } from "../vm/channel.ts";
import type { IncomingRequest } from "./peer.ts";

export type AppFunction = (...args: never[]) => unknown;

/** An inode on the wire. */
export interface WireInode {
  ino: number;
  type: number;
}

interface ServedFileSystem {
  fileSystem: FileSystem;
  inodes: Map<number, { inode: Inode; known: number }>;
  handles: Map<number, FileHandle>;
  nextHandle: number;
}

/** Where the objects of one VM are registered: they are given up together. */
export class VmObjects {
  readonly #objects: AppObjects;
  readonly #ids: number[] = [];

  constructor(objects: AppObjects) {
    this.#objects = objects;
  }

  add(object: FileSystem | AppFunction): number {
    const id = this.#objects.add(object);
    this.#ids.push(id);
    return id;
  }

  release(): void {
    for (const id of this.#ids) this.#objects.remove(id);
  }
}

export class AppObjects {
  readonly #fileSystems = new Map<number, ServedFileSystem>();
  readonly #functions = new Map<number, AppFunction>();
  #nextId = 1;

  add(object: FileSystem | AppFunction): number {
    const id = this.#nextId++;
    if (typeof object === "function") this.#functions.set(id, object);
    else
      this.#fileSystems.set(id, { fileSystem: object, inodes: new Map(), handles: new Map(), nextHandle: 1 });
    return id;
  }

  remove(id: number): void {
    this.#fileSystems.delete(id);
    this.#functions.delete(id);
  }

  /** A request of the sidecar. */
  answer(method: string, args: readonly unknown[], request: IncomingRequest): MaybePromise<unknown> {
    const [id, ...rest] = args as [number, ...unknown[]];
    if (method === "openChannel") return this.#openChannel(id, rest, request);
    if (method === "callFunction") return this.#functions.get(id)?.(...(rest as never[]));
    const served = this.#fileSystems.get(id);
    if (served === undefined) throw sysError("ENODEV");
    switch (method) {
      case "fsRoot":
        return andThen(served.fileSystem.root(), (inode) => know(served, inode));
      case "fsStatfs":
        return served.fileSystem.statfs();
      case "fsSync":
        return served.fileSystem.sync?.();
      case "fsForget":
        return forget(served, rest[0] as number, rest[1] as number);
      case "fsInode":
        return inodeCall(served, inodeOf(served, rest[0] as number), rest[1] as string, rest.slice(2));
      case "fsHandle":
        return handleCall(served, rest[0] as number, rest[1] as string, rest.slice(2));
      default:
        throw sysError("ENOSYS");
    }
  }

  /** Calls a function that answers with a channel out of the app. */
  #openChannel(id: number, args: readonly unknown[], request: IncomingRequest): MaybePromise<void> {
    const open = this.#functions.get(id);
    if (open === undefined) throw sysError("ENODEV");
    return andThen(open(...(args as never[])) as MaybePromise<Channel<unknown, never>>, (channel) => {
      const end = request.openStream();
      end.onAbandoned = (error) => channel.close(error);
      void pump(channel, end as Channel<never, unknown>).then(() => end.close());
    });
  }
}

function know(served: ServedFileSystem, inode: Inode): WireInode {
  const entry = served.inodes.get(inode.ino);
  if (entry === undefined) served.inodes.set(inode.ino, { inode, known: 1 });
  else entry.known++;
  return { ino: inode.ino, type: inode.type };
}

function forget(served: ServedFileSystem, ino: number, count: number): void {
  const entry = served.inodes.get(ino);
  if (entry !== undefined && (entry.known -= count) <= 0) served.inodes.delete(ino);
}

function inodeOf(served: ServedFileSystem, ino: number): Inode {
  const entry = served.inodes.get(ino);
  if (entry === undefined) throw sysError("ESTALE");
  return entry.inode;
}

function inodeCall(
  served: ServedFileSystem,
  inode: Inode,
  operation: string,
  args: readonly unknown[],
): MaybePromise<unknown> {
  const [a, b, c, d] = args as [never, never, never, never];
  const known = (made: MaybePromise<Inode>) => andThen(made, (child) => know(served, child));
  switch (operation) {
    case "getattr":
      return inode.getattr();
    case "setattr":
      return inode.setattr(a as SetAttr);
    case "lookup":
      return andThen(inode.lookup(a), (child) => child && know(served, child));
    case "readdir":
      return inode.readdir();
    case "mknod":
      return known(inode.mknod(a, b as NewNode, c));
    case "mkdir":
      return known(inode.mkdir(a, b as NewNode));
    case "symlink":
      return known(inode.symlink(a, b, c as NewNode));
    case "link":
      return inode.link(a, inodeOf(served, b));
    case "unlink":
      return inode.unlink(a);
    case "rmdir":
      return inode.rmdir(a);
    case "rename":
      return inode.rename(a, inodeOf(served, b), c, d);
    case "readlink":
      return inode.readlink();
    case "open":
      return andThen(inode.open(a), (handle) => {
        const id = served.nextHandle++;
        served.handles.set(id, handle);
        return id;
      });
    default:
      throw sysError("ENOSYS");
  }
}

function handleCall(
  served: ServedFileSystem,
  id: number,
  operation: string,
  args: readonly unknown[],
): MaybePromise<unknown> {
  const handle = served.handles.get(id);
  if (handle === undefined) throw sysError("EBADF");
  const [a, b] = args as [never, never];
  switch (operation) {
    case "read": {
      const into = new Uint8Array(a as number);
      return andThen(handle.read(into, b), (count) => into.subarray(0, count));
    }
    case "write":
      return handle.write(a, b);
    case "append":
      return handle.append(a);
    case "sync":
      return handle.sync();
    case "release":
      served.handles.delete(id);
      return handle.release();
    default:
      throw sysError("ENOSYS");
  }
}
