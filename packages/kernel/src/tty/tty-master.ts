// The master side of a pseudo terminal: the keyboard and the screen. Linux: pty_write(), ptm_read of pty.c.

import type { Inode } from "@agentos/vfs";
import { type MaybePromise, O_NONBLOCK, type Stat, sysError } from "@agentos/vfs/abi";
import { POLLHUP, POLLIN, POLLOUT } from "../abi/poll.ts";
import type { OpenFile, Task } from "../files/open-file.ts";
import { partlyDone } from "../files/partly-done.ts";
import { type WaitQueue, waitUntil } from "../wait-queue.ts";
import type { Pty } from "./pty.ts";

export class TtyMaster implements OpenFile {
  flags: number;
  readonly name = "/dev/ptmx";
  readonly pty: Pty;
  readonly inode: Inode;
  readonly #closed: () => void;

  constructor(pty: Pty, flags: number, inode: Inode, closed: () => void) {
    this.pty = pty;
    this.flags = flags;
    this.inode = inode;
    this.#closed = closed;
  }

  /** The terminal whose master this is: its size and modes may also be set from here. */
  get terminal(): Pty {
    return this.pty;
  }

  stat(): MaybePromise<Stat> {
    return this.inode.getattr();
  }

  close(): void {
    this.pty.hangUp();
    this.#closed();
  }

  get changed(): WaitQueue {
    return this.pty.masterChanged;
  }

  poll(): number {
    const { line, abandoned } = this.pty;
    return (
      (line.screen.size > 0 ? POLLIN : 0) |
      (line.receiving ? POLLOUT : 0) |
      (abandoned ? POLLHUP | POLLIN : 0)
    );
  }

  /** Bytes for the screen. @throws EIO no slave is open any more · EAGAIN · EINTR */
  read(into: Uint8Array, task: Task): MaybePromise<number> {
    const attempt = (): number | undefined => {
      const count = this.pty.line.screen.read(into);
      if (count > 0) {
        this.pty.slaveChanged.wake();
        return count;
      }
      if (into.length === 0) return 0;
      if (this.pty.abandoned) throw sysError("EIO");
      return undefined;
    };
    const answer = attempt();
    if (answer !== undefined) return answer;
    if ((this.flags & O_NONBLOCK) !== 0) throw sysError("EAGAIN");
    return waitUntil(this.changed, task, attempt);
  }

  /** Types bytes. Blocks while programs leave their input unread. @throws EAGAIN EINTR */
  write(from: Uint8Array, task: Task): MaybePromise<number> {
    let done = 0;
    const attempt = (): number | undefined => {
      while (done < from.length) {
        const count = this.pty.line.receive(done === 0 ? from : from.subarray(done));
        if (count === 0) return undefined;
        done += count;
        this.#typed();
      }
      return done;
    };
    const answer = attempt();
    if (answer !== undefined) return answer;
    if ((this.flags & O_NONBLOCK) !== 0) {
      if (done > 0) return done;
      throw sysError("EAGAIN");
    }
    return partlyDone(waitUntil(this.pty.masterChanged, task, attempt), () => done);
  }

  /** Typing may have produced input or echo, or have restarted stopped output. */
  #typed(): void {
    const { line, slaveChanged, masterChanged } = this.pty;
    if (line.readable !== undefined || line.screen.writable) slaveChanged.wake();
    if (line.screen.size > 0) masterChanged.wake();
  }
}
