// The two ends of a connected byte stream: each reads what the other wrote. TCP inside the VM, UNIX streams and socket
// pairs are all made of this. Linux: tcp.c and af_unix.c, without packets.

import { type MaybePromise, sysError } from "@agentos/vfs/abi";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../abi/poll.ts";
import { SIGNALS } from "../abi/signals.ts";
import { SHUT_RD, SHUT_WR } from "../abi/sockets.ts";
import { ByteRing } from "../files/byte-ring.ts";
import type { Passed, Task } from "../files/open-file.ts";
import { partlyDone } from "../files/partly-done.ts";
import { WaitQueue, waitUntil } from "../wait-queue.ts";

/** Linux: SCM_MAX_FD. */
const MOST_PASSED = 253;

export class StreamEnd {
  readonly changed = new WaitQueue();
  readonly #received = new ByteRing();
  #peer: StreamEnd | undefined;
  /** Set by shutdown(2). */
  #readShut = false;
  #writeShut = false;
  #closed = false;
  #reset = false;
  /** References sent along with a byte to this end, each with the number of bytes that came before that byte. */
  readonly #passed: { at: number; passed: Passed }[] = [];
  #arrived = 0;
  #consumed = 0;

  readonly #isUnix: boolean;

  private constructor(isUnix: boolean) {
    this.#isUnix = isUnix;
  }

  /** @param isUnix writers see a reset as an ordinary end. Source: af_unix.c, unix_stream_sendmsg() */
  static pair(isUnix = false): [StreamEnd, StreamEnd] {
    const one = new StreamEnd(isUnix);
    const other = new StreamEnd(isUnix);
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  get #other(): StreamEnd {
    return this.#peer!;
  }

  /** Whether nothing will come beyond what has been received. */
  get #ended(): boolean {
    return this.#readShut || this.#other.#writeShut || this.#other.#closed;
  }

  get #cannotWrite(): boolean {
    return this.#writeShut || this.#other.#closed || this.#other.#readShut;
  }

  get poll(): number {
    let ready = 0;
    if (this.#received.size > 0 || this.#ended || this.#reset) ready |= POLLIN;
    if (this.#cannotWrite || this.#other.#received.free > 0) ready |= POLLOUT;
    if (this.#reset) ready |= POLLERR;
    if (this.#other.#closed || (this.#ended && this.#writeShut)) ready |= POLLHUP;
    return ready;
  }

  /** Whether there was a reset that nobody has been told of; from now on there is none. SO_ERROR's ECONNRESET. */
  takeReset(): boolean {
    const reset = this.#reset;
    this.#reset = false;
    return reset;
  }

  /** Reads received bytes; 0 after the other side's end. @throws ECONNRESET EAGAIN EINTR */
  read(into: Uint8Array, task: Task, nonBlocking: boolean): MaybePromise<number> {
    const attempt = (): number | undefined => {
      const count = this.#received.read(into);
      if (count > 0) {
        this.#consumed += count;
        this.#other.changed.wake();
        return count;
      }
      if (this.takeReset()) throw sysError("ECONNRESET");
      return this.#ended || into.length === 0 ? 0 : undefined;
    };
    const answer = attempt();
    if (answer !== undefined) return answer;
    if (nonBlocking) throw sysError("EAGAIN");
    return waitUntil(this.changed, task, attempt);
  }

  /** @throws EPIPE (SIGPIPE first) · ECONNRESET · EAGAIN · EINTR */
  write(from: Uint8Array, task: Task, nonBlocking: boolean): MaybePromise<number> {
    let done = 0;
    const attempt = (): number | undefined => {
      while (done < from.length) {
        if (this.#cannotWrite) return this.#broken(done, task);
        const count = this.#other.#received.write(from, done);
        if (count === 0) return undefined;
        done += count;
        this.#other.#arrived += count;
        this.#other.changed.wake();
      }
      return done;
    };
    const answer = attempt();
    if (answer !== undefined) return answer;
    if (nonBlocking) {
      if (done > 0) return done;
      throw sysError("EAGAIN");
    }
    return partlyDone(waitUntil(this.changed, task, attempt), () => done);
  }

  /** Sends a reference along with the next byte. @throws EPIPE · ENOBUFS too many are waiting to be taken */
  pass(passed: Passed): void {
    if (this.#cannotWrite) throw sysError("EPIPE");
    const queue = this.#other.#passed;
    if (queue.length >= MOST_PASSED) throw sysError("ENOBUFS");
    passed.references++;
    queue.push({ at: this.#other.#arrived, passed });
  }

  /** Takes the oldest reference that came with the bytes read so far. */
  takePassed(): Passed | undefined {
    const [first] = this.#passed;
    if (!first || first.at >= this.#consumed) return undefined;
    this.#passed.shift();
    return first.passed;
  }

  #broken(done: number, task: Task): number {
    if (done > 0) return done;
    if (!this.#isUnix && this.takeReset()) throw sysError("ECONNRESET");
    task.signalSelf(SIGNALS.SIGPIPE);
    throw sysError("EPIPE");
  }

  /** shutdown(2) */
  shutdown(how: number): void {
    if (how !== SHUT_WR) this.#readShut = true;
    if (how !== SHUT_RD) this.#writeShut = true;
    this.#wakeBoth();
  }

  /** Ends both directions. As with TCP, the other side sees a reset if there were unread bytes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#received.size > 0 && !this.#other.#closed) this.#other.#reset = true;
    this.#received.clear();
    for (const { passed } of this.#passed.splice(0)) void passed.release();
    this.#wakeBoth();
  }

  /** Ends with ECONNRESET for the other side, whether or not everything was read. */
  abort(): void {
    if (!this.#closed && !this.#other.#closed) this.#other.#reset = true;
    this.close();
  }

  #wakeBoth(): void {
    this.changed.wake();
    this.#other.changed.wake();
  }
}
