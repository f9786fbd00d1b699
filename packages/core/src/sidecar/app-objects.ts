// Objects of the app that a sidecar may call: file systems (drivers) and functions (permission decisions). An inode is
// kept while the sidecar knows it; lookups are counted, as in FUSE, since a reply may cross a release on the way.

import type { MaybePromise } from "@agentos/kernel/abi";
import { andThen } from "@agentos/kernel/abi";
import type { FileHandle, FileSystem, Inode } from "@agentos/vfs";
import { sysError } from "@agentos/vfs/abi";
import { type Channel, pump } from "../vm/channel.ts";
import type { IncomingRequest } from "./peer.ts";
import type { Answers, HandleCalls, InodeCalls, WireInode } from "./wire-file-system.ts";

export type AppFunction = (...args: never[]) => unknown;

interface ServedFileSystem {
  fileSystem: FileSystem;
  inodes: Map<number, { inode: Inode; known: number }>;
  handles: Map<number, FileHandle>;
  nextHandle: number;
}

/** The objects of one VM, which are released together. */
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

  /** Answers a request of the sidecar. */
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
        return forget(served, ...(rest as [number, number]));
      case "fsInode": {
        const [ino, name, ...given] = rest as [number, string, ...unknown[]];
        return answerCall(INODE, { served, inode: inodeOf(served, ino) }, name, given);
      }
      case "fsHandle": {
        const [handle, name, ...given] = rest as [number, string, ...unknown[]];
        return answerCall(HANDLE, { served, id: handle, handle: handleOf(served, handle) }, name, given);
      }
      default:
        throw sysError("ENOSYS");
    }
  }

  /** Calls a function that answers with a channel, and connects the channel to a stream. */
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
  else {
    // Drivers that go by paths find a file that was moved, or whose number was reused, only by its last lookup.
    entry.inode = inode;
    entry.known++;
  }
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

function handleOf(served: ServedFileSystem, id: number): FileHandle {
  const handle = served.handles.get(id);
  if (handle === undefined) throw sysError("EBADF");
  return handle;
}

const INODE: Answers<InodeCalls, { served: ServedFileSystem; inode: Inode }> = {
  getattr: ({ inode }) => inode.getattr(),
  setattr: ({ inode }, change) => inode.setattr(change),
  lookup: ({ served, inode }, name) => andThen(inode.lookup(name), (child) => child && know(served, child)),
  readdir: ({ inode }) => inode.readdir(),
  mknod: ({ served, inode }, name, node, rdev) =>
    andThen(inode.mknod(name, node, rdev), (made) => know(served, made)),
  mkdir: ({ served, inode }, name, node) => andThen(inode.mkdir(name, node), (made) => know(served, made)),
  symlink: ({ served, inode }, name, target, node) =>
    andThen(inode.symlink(name, target, node), (made) => know(served, made)),
  link: ({ served, inode }, name, ino) => inode.link(name, inodeOf(served, ino)),
  unlink: ({ inode }, name) => inode.unlink(name),
  rmdir: ({ inode }, name) => inode.rmdir(name),
  rename: ({ served, inode }, name, newParent, newName, flags) =>
    inode.rename(name, inodeOf(served, newParent), newName, flags),
  readlink: ({ inode }) => inode.readlink(),
  open: ({ served, inode }, flags) =>
    andThen(inode.open(flags), (handle) => {
      const id = served.nextHandle++;
      served.handles.set(id, handle);
      return id;
    }),
};

const HANDLE: Answers<HandleCalls, { served: ServedFileSystem; id: number; handle: FileHandle }> = {
  read: ({ handle }, size, offset) => {
    const into = new Uint8Array(size);
    return andThen(handle.read(into, offset), (count) => into.subarray(0, count));
  },
  write: ({ handle }, from, offset) => handle.write(from, offset),
  append: ({ handle }, from) => handle.append(from),
  sync: ({ handle }) => handle.sync(),
  release: ({ served, id, handle }) => {
    served.handles.delete(id);
    return handle.release();
  },
};

/** @throws ENOSYS there is no call with that name */
function answerCall<Calls extends object, Target>(
  answers: Answers<Calls, Target>,
  target: Target,
  name: string,
  args: readonly unknown[],
): MaybePromise<unknown> {
  if (!Object.hasOwn(answers, name)) throw sysError("ENOSYS");
  const answer = answers[name as keyof Calls] as (target: Target, ...args: readonly unknown[]) => unknown;
  return answer(target, ...args);
}
