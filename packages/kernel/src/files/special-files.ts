// Opens what is not a regular file: FIFOs, devices, and nameless inodes reached through /proc/<pid>/fd.

import type { Inode } from "@agentos/vfs";
import {
  andThen,
  type MaybePromise,
  majorOf,
  minorOf,
  O_NOCTTY,
  S_IFCHR,
  S_IFIFO,
  sysError,
} from "@agentos/vfs/abi";
import {
  type ByteDevice,
  DeviceFile,
  fullDevice,
  nullDevice,
  randomDevice,
  zeroDevice,
} from "../dev-fs/device-file.ts";
import { RDEV } from "../dev-fs/device-layer.ts";
import { PTS_MAJOR, type Pty } from "../tty/pty.ts";
import type { Ptys } from "../tty/ptys.ts";
import { TtySlave } from "../tty/tty-slave.ts";
import { isSelfOpening, type Owner } from "./anonymous-inode.ts";
import { Fifos } from "./fifo.ts";
import type { OpenFile, Task } from "./open-file.ts";

/** One open(2) of a special file. */
export interface SpecialOpen {
  inode: Inode;
  flags: number;
  /** The path that /proc/<pid>/fd shows. */
  name: string;
  task: Task;
  owner: Owner;
}

type Opener = (open: SpecialOpen) => MaybePromise<OpenFile>;

const bytes =
  (device: ByteDevice): Opener =>
  ({ flags, name, inode }) =>
    new DeviceFile(device, flags, name, inode);

export interface SpecialFilesOptions {
  ptys: Ptys;
  /** Called when a session leader without a controlling terminal has opened one: it becomes the session's. */
  control(task: Task, pty: Pty): void;
}

export class SpecialFiles {
  readonly #fifos = new Fifos();
  readonly #ptys: Ptys;
  readonly #control: (task: Task, pty: Pty) => void;
  /** Character devices by number. */
  readonly #devices = new Map<number, Opener>();

  constructor({ ptys, control }: SpecialFilesOptions) {
    this.#ptys = ptys;
    this.#control = control;
    this.register(RDEV.null, bytes(nullDevice));
    this.register(RDEV.zero, bytes(zeroDevice));
    this.register(RDEV.full, bytes(fullDevice));
    this.register(RDEV.random, bytes(randomDevice));
    this.register(RDEV.urandom, bytes(randomDevice));
    this.register(RDEV.tty, (open) => this.#openControlling(open));
    this.register(RDEV.ptmx, ({ flags, inode, owner }) => ptys.create(flags, inode, owner));
  }

  /** Registers how the character device with this number is opened. */
  register(rdev: number, open: Opener): void {
    this.#devices.set(rdev, open);
  }

  /** @throws ENXIO no such device, or a socket · EINTR EIO */
  open(open: SpecialOpen): MaybePromise<OpenFile> {
    const { inode, flags, name, task } = open;
    if (isSelfOpening(inode)) return inode.openFile(flags, task);
    if (inode.type === S_IFIFO) return this.#fifos.open(inode, flags, name, task);
    if (inode.type !== S_IFCHR) throw sysError("ENXIO");
    return andThen(inode.getattr(), ({ rdev }) => this.#openDevice(rdev, open));
  }

  #openDevice(rdev: number, open: SpecialOpen): MaybePromise<OpenFile> {
    if (majorOf(rdev) === PTS_MAJOR) return this.#openSlave(this.#ptys.get(minorOf(rdev)), open);
    const device = this.#devices.get(rdev);
    if (device === undefined) throw sysError("ENXIO");
    return device(open);
  }

  #openSlave(pty: Pty, { inode, flags, task }: SpecialOpen): OpenFile {
    const file = new TtySlave(pty, flags & ~O_NOCTTY, inode);
    const leads = task.pid !== 0 && task.pid === task.sid;
    if (leads && (flags & O_NOCTTY) === 0 && pty.session === 0 && !this.#ptys.ofSession(task.sid)) {
      this.#control(task, pty);
    }
    return file;
  }

  #openControlling({ inode, flags, task }: SpecialOpen): OpenFile {
    const pty = this.#ptys.ofSession(task.sid);
    if (pty === undefined) throw sysError("ENXIO");
    return new TtySlave(pty, flags, inode);
  }
}
