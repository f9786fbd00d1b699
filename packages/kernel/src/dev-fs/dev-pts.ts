// /dev/pts: a node for each open pseudo terminal. Linux: fs/devpts.

import type { Inode, SetAttr } from "@agentos/vfs";
import { S_IFCHR, type Stat } from "@agentos/vfs/abi";
import { GeneratedDevice, GeneratedDirectory, GeneratedFs } from "../generated-fs.ts";
import type { Pty } from "../tty/pty.ts";
import type { Ptys } from "../tty/ptys.ts";
import { RDEV } from "./device-layer.ts";

const ROOT_INO = 1;
const PTMX_INO = 2;
/** The inode number of /dev/pts/0. */
const FIRST_INO = 3;

export class DevPts extends GeneratedFs {
  readonly ptmx: Inode = new Ptmx(this, PTMX_INO, RDEV.ptmx);

  constructor(ptys: Ptys) {
    super("devpts");
    this.plant(new PtsDirectory(this, ptys));
  }

  nodeOf(pty: Pty): Inode {
    return new PtsNode(this, pty);
  }
}

class Ptmx extends GeneratedDevice {
  protected override get attributes(): Partial<Stat> {
    return { rdev: this.rdev };
  }
}

class PtsNode extends GeneratedDevice {
  readonly #pty: Pty;

  constructor(fs: DevPts, pty: Pty) {
    super(fs, FIRST_INO + pty.index, pty.rdev);
    this.#pty = pty;
  }

  protected override get attributes(): Partial<Stat> {
    const { uid, gid, mode } = this.#pty.owner;
    return { rdev: this.rdev, uid, gid, mode: S_IFCHR | mode };
  }

  override setattr({ uid, gid, mode }: SetAttr): void {
    const { owner } = this.#pty;
    this.#pty.owner = {
      uid: uid ?? owner.uid,
      gid: gid ?? owner.gid,
      mode: mode === undefined ? owner.mode : mode & 0o7777,
    };
  }
}

class PtsDirectory extends GeneratedDirectory {
  readonly #fs: DevPts;
  readonly #ptys: Ptys;

  constructor(fs: DevPts, ptys: Ptys) {
    super(fs, ROOT_INO, 0o755);
    this.#fs = fs;
    this.#ptys = ptys;
  }

  override lookup(name: string): Inode | undefined {
    if (name === "ptmx") return this.#fs.ptmx;
    if (!/^(0|[1-9]\d{0,5})$/.test(name)) return undefined;
    const index = Number(name);
    return this.#ptys.has(index) ? this.#fs.nodeOf(this.#ptys.get(index)) : undefined;
  }

  protected override *children(): Iterable<readonly [string, Inode]> {
    yield ["ptmx", this.#fs.ptmx];
    for (const index of this.#ptys.list()) yield [`${index}`, this.#fs.nodeOf(this.#ptys.get(index))];
  }
}
