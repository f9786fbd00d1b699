// A driver object of the app as a file system in the sidecar: every operation is a request to the app.

import {
  type FileHandle,
  type FileSystem,
  type Inode,
  type NewNode,
  nextDevice,
  type SetAttr,
} from "@agentos/vfs";
import {
  type DirEntry,
  errorCode,
  isErrnoCode,
  isSysError,
  type Stat,
  type StatFs,
  sysError,
} from "@agentos/vfs/abi";
import type { Peer } from "./peer.ts";
import type { HandleCalls, InodeCalls, WireInode } from "./wire-file-system.ts";

/** Largest piece of data in one request. */
const CHUNK = 1 << 20;

export class RemoteFileSystem implements FileSystem {
  readonly type: string;
  readonly readOnly: boolean;
  readonly dev = nextDevice();
  readonly #peer: Peer;
  readonly #id: number;
  readonly #inodes = new Map<number, KnownInode>();
  readonly #collected = new FinalizationRegistry<KnownInode>((known) => this.#forget(known));

  constructor(peer: Peer, served: { id: number; type: string; readOnly: boolean }) {
    this.#peer = peer;
    this.#id = served.id;
    this.type = served.type;
    this.readOnly = served.readOnly;
  }

  async root(): Promise<Inode> {
    return this.inode((await this.request("fsRoot")) as WireInode);
  }

  statfs(): Promise<StatFs> {
    return this.request("fsStatfs") as Promise<StatFs>;
  }

  async sync(): Promise<void> {
    await this.request("fsSync");
  }

  /** As on Linux, a driver's failure that is not an errno becomes EIO. */
  async request(method: string, ...args: unknown[]): Promise<unknown> {
    try {
      return await this.#peer.call(method, [this.#id, ...args]);
    } catch (error) {
      if (isSysError(error)) throw error;
      const code = errorCode(error);
      throw sysError(isErrnoCode(code) ? code : "EIO");
    }
  }

  /** The object for an inode named by the app; there is only one for each. */
  inode({ ino, type }: WireInode): RemoteInode {
    const known = this.#inodes.get(ino);
    const alive = known?.ref.deref();
    // Drivers may reuse the number of a removed file for a new one, even of another type.
    if (known !== undefined && alive?.type === type) {
      known.lookups++;
      return alive;
    }
    const inode = new RemoteInode(this, ino, type);
    const entry: KnownInode = { ino, lookups: 1, ref: new WeakRef(inode) };
    this.#inodes.set(ino, entry);
    this.#collected.register(inode, entry);
    return inode;
  }

  /** Tells the app how many lookups are released. */
  #forget(known: KnownInode): void {
    if (this.#inodes.get(known.ino) === known) this.#inodes.delete(known.ino);
    this.#peer.notify("fsForget", [this.#id, known.ino, known.lookups]);
  }
}

interface KnownInode {
  ino: number;
  /** How many times the app has named it. */
  lookups: number;
  ref: WeakRef<RemoteInode>;
}

class RemoteInode implements Inode {
  readonly fs: RemoteFileSystem;
  readonly ino: number;
  readonly type: number;

  constructor(fs: RemoteFileSystem, ino: number, type: number) {
    this.fs = fs;
    this.ino = ino;
    this.type = type;
  }

  async getattr(): Promise<Stat> {
    return { ...(await this.#ask("getattr")), dev: this.fs.dev };
  }

  async setattr(change: SetAttr): Promise<void> {
    await this.#ask("setattr", change);
  }

  async lookup(name: string): Promise<Inode | undefined> {
    const found = await this.#ask("lookup", name);
    return found && this.fs.inode(found);
  }

  readdir(): Promise<DirEntry[]> {
    return this.#ask("readdir");
  }

  async mknod(name: string, node: NewNode, rdev?: number): Promise<Inode> {
    return this.fs.inode(await this.#ask("mknod", name, node, rdev));
  }

  async mkdir(name: string, node: NewNode): Promise<Inode> {
    return this.fs.inode(await this.#ask("mkdir", name, node));
  }

  async symlink(name: string, target: string, node: NewNode): Promise<Inode> {
    return this.fs.inode(await this.#ask("symlink", name, target, node));
  }

  async link(name: string, inode: Inode): Promise<void> {
    if (inode.fs !== this.fs) throw sysError("EXDEV");
    await this.#ask("link", name, inode.ino);
  }

  async unlink(name: string): Promise<void> {
    await this.#ask("unlink", name);
  }

  async rmdir(name: string): Promise<void> {
    await this.#ask("rmdir", name);
  }

  async rename(name: string, newParent: Inode, newName: string, flags?: number): Promise<void> {
    if (newParent.fs !== this.fs) throw sysError("EXDEV");
    await this.#ask("rename", name, newParent.ino, newName, flags);
  }

  readlink(): Promise<string> {
    return this.#ask("readlink");
  }

  async open(flags: number): Promise<FileHandle> {
    return new RemoteHandle(this, await this.#ask("open", flags));
  }

  #ask<Name extends keyof InodeCalls>(
    name: Name,
    ...args: Parameters<InodeCalls[Name]>
  ): Promise<ReturnType<InodeCalls[Name]>> {
    return this.fs.request("fsInode", this.ino, name, ...args) as Promise<ReturnType<InodeCalls[Name]>>;
  }
}

class RemoteHandle implements FileHandle {
  readonly inode: RemoteInode;
  readonly #id: number;

  constructor(inode: RemoteInode, id: number) {
    this.inode = inode;
    this.#id = id;
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    const data = await this.#ask("read", Math.min(into.length, CHUNK), offset);
    into.set(data);
    return data.length;
  }

  async write(from: Uint8Array, offset: number): Promise<number> {
    let written = 0;
    do {
      const piece = from.subarray(written, written + CHUNK);
      written += await this.#ask("write", piece, offset + written);
    } while (written < from.length);
    return written;
  }

  append(from: Uint8Array): Promise<number> {
    return this.#ask("append", from);
  }

  async sync(): Promise<void> {
    await this.#ask("sync");
  }

  async release(): Promise<void> {
    await this.#ask("release");
  }

  #ask<Name extends keyof HandleCalls>(
    name: Name,
    ...args: Parameters<HandleCalls[Name]>
  ): Promise<ReturnType<HandleCalls[Name]>> {
    return this.inode.fs.request("fsHandle", this.#id, name, ...args) as Promise<
      ReturnType<HandleCalls[Name]>
    >;
  }
}
