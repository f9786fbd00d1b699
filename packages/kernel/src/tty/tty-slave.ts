// The slave side of a pseudo terminal: what programs read from and write to. Linux: n_tty_read(), n_tty_write(),
// job control as in tty_jobctrl.c; termios(3).

import type { Inode } from "@agentos/vfs";
import { type MaybePromise, O_NONBLOCK, type Stat, sysError } from "@agentos/vfs/abi";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../abi/poll.ts";
import { SIGNALS } from "../abi/signals.ts";
import { TOSTOP, VMIN, VTIME } from "../abi/termios.ts";
import type { OpenFile, Task } from "../files/open-file.ts";
import { partlyDone } from "../files/partly-done.ts";
import { startTimer } from "../host-clock.ts";
import { type WaitQueue, waitUntil } from "../wait-queue.ts";
import type { Pty } from "./pty.ts";

/** The unit of VTIME. */
const DECISECOND_MS = 100;

/**
 * Job control: whether `task` may use the terminal now. If not, its group has been sent `signal`.
 * @throws EIO the group is orphaned, so that nobody could continue it, or SIGTTIN is ignored
 */
function mayUse(terminal: Pty, task: Task, signal: number): boolean {
  if (task.pid === 0 || terminal.session === 0 || task.sid !== terminal.session) return true;
  if (terminal.foreground === 0 || task.pgid === terminal.foreground) return true;
  const accepted = task.accepts(signal);
  if (!accepted && signal === SIGNALS.SIGTTOU) return true;
  if (!accepted || task.inOrphanedGroup) throw sysError("EIO");
  task.signalGroup(signal);
  return false;
}

export class TtySlave implements OpenFile {
  flags: number;
  readonly terminal: Pty;
  readonly inode: Inode;

  constructor(pty: Pty, flags: number, inode: Inode) {
    this.terminal = pty;
    this.flags = flags;
    this.inode = inode;
    pty.addSlave();
  }

  get name(): string {
    return this.terminal.path;
  }

  stat(): MaybePromise<Stat> {
    return this.inode.getattr();
  }

  close(): void {
    this.terminal.removeSlave();
  }

  get changed(): WaitQueue {
    return this.terminal.slaveChanged;
  }

  poll(): number {
    const { line, hungUp } = this.terminal;
    if (hungUp) return POLLIN | POLLOUT | POLLERR | POLLHUP;
    return (line.readable !== undefined ? POLLIN : 0) | (line.screen.writable ? POLLOUT : 0);
  }

  /**
   * Reads at most one line in canonical mode, otherwise what VMIN and VTIME ask for. A background process is stopped
   * by SIGTTIN.
   * @throws EIO hung up, or in the background and not to be stopped · EAGAIN · EINTR @see termios(3)
   */
  read(into: Uint8Array, task: Task): MaybePromise<number> {
    if (this.terminal.hungUp || into.length === 0) return 0;
    const first = this.#tryRead(into, task);
    if (first !== undefined) return first;
    const { line } = this.terminal;
    const minimum = line.termios.cc[VMIN]!;
    const timeout = line.termios.cc[VTIME]!;
    if ((this.flags & O_NONBLOCK) !== 0) {
      if (!line.canonical && line.inputSize > 0) return line.read(into);
      throw sysError("EAGAIN");
    }
    if (line.canonical || timeout === 0) {
      return waitUntil(this.changed, task, () => this.#tryRead(into, task));
    }
    return minimum === 0
      ? this.#readBefore(timeout * DECISECOND_MS, into, task)
      : this.#readBetween(timeout * DECISECOND_MS, into, task);
  }

  #tryRead(into: Uint8Array, task: Task): number | undefined {
    const { line, hungUp } = this.terminal;
    if (hungUp) throw sysError("EIO");
    if (!mayUse(this.terminal, task, SIGNALS.SIGTTIN)) return undefined;
    const readable = line.readable;
    const { cc } = line.termios;
    if (!line.canonical) {
      if (readable === undefined) return cc[VMIN] === 0 && cc[VTIME] === 0 ? 0 : undefined;
      if (readable < Math.min(cc[VMIN]!, into.length)) return undefined;
    } else if (readable === undefined) return undefined;
    const count = line.read(into);
    this.terminal.masterChanged.wake();
    return count;
  }

  /** VMIN 0, VTIME > 0: the first bytes, or none if the time runs out. */
  async #readBefore(ms: number, into: Uint8Array, task: Task): Promise<number> {
    let expired = false;
    const cancel = startTimer(ms, () => {
      expired = true;
      this.changed.wake();
    });
    try {
      return await waitUntil(
        this.changed,
        task,
        () => this.#tryRead(into, task) ?? (expired ? 0 : undefined),
      );
    } finally {
      cancel();
    }
  }

  /** VMIN > 0, VTIME > 0: VMIN bytes, or fewer if that much time passes after a byte. */
  async #readBetween(ms: number, into: Uint8Array, task: Task): Promise<number> {
    const { line } = this.terminal;
    let expired = false;
    let seen = 0;
    let cancel = (): void => {};
    const attempt = (): number | undefined => {
      if (expired && line.inputSize > 0 && !line.canonical) return line.read(into);
      const count = this.#tryRead(into, task);
      if (count !== undefined || line.inputSize === seen) return count;
      seen = line.inputSize;
      cancel();
      cancel = startTimer(ms, () => {
        expired = true;
        this.changed.wake();
      });
      return undefined;
    };
    try {
      return attempt() ?? (await waitUntil(this.changed, task, attempt));
    } finally {
      cancel();
    }
  }

  /** Blocks while the screen is stopped or has not kept up. @throws EIO hung up · EAGAIN · EINTR */
  write(from: Uint8Array, task: Task): MaybePromise<number> {
    let done = 0;
    const attempt = (): number | undefined => {
      const { line, hungUp } = this.terminal;
      if (hungUp) throw sysError("EIO");
      if ((line.termios.lflag & TOSTOP) !== 0 && !mayUse(this.terminal, task, SIGNALS.SIGTTOU))
        return undefined;
      while (done < from.length) {
        const count = line.screen.write(from, done);
        if (count === 0) return undefined;
        done += count;
        this.terminal.masterChanged.wake();
      }
      return done;
    };
    const answer = attempt();
    if (answer !== undefined) return answer;
    if ((this.flags & O_NONBLOCK) !== 0) {
      if (done > 0) return done;
      throw sysError("EAGAIN");
    }
    return partlyDone(waitUntil(this.terminal.slaveChanged, task, attempt), () => done);
  }
}
