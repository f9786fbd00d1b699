// The pseudo terminals of one VM, by number: what /dev/ptmx makes and /dev/pts shows.

import type { Inode } from "@agentos/vfs";
import { sysError } from "@agentos/vfs/abi";
import type { WindowSize } from "../abi/termios.ts";
import type { Owner } from "../files/anonymous-inode.ts";
import type { Quota } from "../limits.ts";
import { Pty, type TtySignals } from "./pty.ts";
import { TtyMaster } from "./tty-master.ts";

export class Ptys {
  readonly #signals: TtySignals;
  readonly #quota: Quota | undefined;
  readonly #byIndex = new Map<number, Pty>();

  constructor(signals: TtySignals, quota?: Quota) {
    this.#signals = signals;
    this.#quota = quota;
  }

  /** A new terminal, by its master. It lives until the master closes. @throws ENOSPC */
  create(flags: number, inode: Inode, owner: Owner, size?: WindowSize): TtyMaster {
    this.#quota?.take();
    let index = 0;
    while (this.#byIndex.has(index)) index++;
    const pty = new Pty(index, this.#signals, size);
    pty.owner = { ...owner, mode: 0o620 };
    this.#byIndex.set(index, pty);
    return new TtyMaster(pty, flags, inode, () => {
      this.#byIndex.delete(index);
      this.#quota?.give();
    });
  }

  /** @throws ENXIO */
  get(index: number): Pty {
    const pty = this.#byIndex.get(index);
    if (pty === undefined) throw sysError("ENXIO");
    return pty;
  }

  has(index: number): boolean {
    return this.#byIndex.has(index);
  }

  /** The controlling terminal of a session. */
  ofSession(sid: number): Pty | undefined {
    if (sid === 0) return undefined;
    for (const pty of this.#byIndex.values()) if (pty.session === sid) return pty;
    return undefined;
  }

  /** Their numbers, ascending. */
  list(): number[] {
    return [...this.#byIndex.keys()].sort((a, b) => a - b);
  }
}
