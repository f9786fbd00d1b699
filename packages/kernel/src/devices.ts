// Everything in one VM that is not a regular file: pipes, terminals, devices, and the file systems that show them.

import { type MountNamespace, nextDevice } from "@agentos/vfs";
import { isSysError, O_RDWR } from "@agentos/vfs/abi";
import type { WindowSize } from "./abi/termios.ts";
import { DevPts } from "./dev-fs/dev-pts.ts";
import { createDevFs } from "./dev-fs/device-layer.ts";
import { AnonymousFs, type Owner } from "./files/anonymous-inode.ts";
import type { Task } from "./files/open-file.ts";
import { Pipes } from "./files/pipe.ts";
import { SpecialFiles } from "./files/special-files.ts";
import type { Quotas } from "./limits.ts";
import { ProcFs } from "./proc-fs/proc-fs.ts";
import type { ProcSource } from "./proc-fs/proc-source.ts";
import type { Pty, TtySignals } from "./tty/pty.ts";
import { Ptys } from "./tty/ptys.ts";
import type { TtyMaster } from "./tty/tty-master.ts";
import { TtySlave } from "./tty/tty-slave.ts";

export interface DevicesOptions {
  quotas: Quotas;
  signals: TtySignals;
  /** Called when a session leader without a controlling terminal has opened one: it becomes the session's. */
  control(task: Task, pty: Pty): void;
}

export class Devices {
  readonly pipes: Pipes;
  readonly ptys: Ptys;
  readonly devPts: DevPts;
  readonly special: SpecialFiles;

  constructor({ quotas, signals, control }: DevicesOptions) {
    this.pipes = new Pipes(new AnonymousFs("pipefs", nextDevice()), quotas.pipes);
    this.ptys = new Ptys(signals, quotas.ptys);
    this.devPts = new DevPts(this.ptys);
    this.special = new SpecialFiles({ ptys: this.ptys, control });
  }

  /** A new terminal: its master, and an open slave. @throws ENOSPC */
  openTerminal(owner: Owner, size?: WindowSize): { master: TtyMaster; slave: TtySlave } {
    const master = this.ptys.create(O_RDWR, this.devPts.ptmx, owner, size);
    return { master, slave: new TtySlave(master.pty, O_RDWR, this.devPts.nodeOf(master.pty)) };
  }

  /** Mounts /dev, /dev/pts and /proc where the tree has directories for them. */
  mount(namespace: MountNamespace, source: ProcSource): void {
    const mounts = [
      ["/dev", createDevFs(), "devtmpfs"],
      ["/dev/pts", this.devPts, "devpts"],
      ["/proc", new ProcFs(source), "proc"],
    ] as const;
    for (const [path, fs, name] of mounts) {
      try {
        void namespace.mount(path, fs, { source: name });
      } catch (error) {
        if (!isSysError(error, "ENOENT")) throw error;
      }
    }
  }
}
