// A pipe lives while it has readers or writers. Reads and writes complete at once while the ring has bytes or room.
// Linux: fs/pipe.c; pipe(7). Deviation: the capacity is fixed.

import type { Inode } from "@agentos/vfs";
import {
  type MaybePromise,
  O_ACCMODE,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  S_IFIFO,
  type Stat,
  sysError,
} from "@agentos/vfs/abi";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../abi/poll.ts";
import { SIGNALS } from "../abi/signals.ts";
import type { Quota } from "../limits.ts";
import { WaitQueue, waitUntil } from "../wait-queue.ts";
import type { AnonymousFs, Owner } from "./anonymous-inode.ts";
import { ByteRing } from "./byte-ring.ts";
import type { OpenFile, Task } from "./open-file.ts";
import { partlyDone } from "./partly-done.ts";

export const PIPE_CAPACITY = 65_536;
/** Writes up to this many bytes are never interleaved with others. */
export const PIPE_BUF = 4096;

/** Takes a pipe's bytes in place of a reader, as when the host collects output. */
export interface PipeSink {
  /** Takes a chunk, which it may keep. While a promise it returns is pending, writers wait. */
  receive(chunk: Uint8Array): void | Promise<void>;
  /** Called when the last writer is gone. */
  end(): void;
}

/** What all open files on one pipe share. */
export class Pipe {
  readonly #ring = new ByteRing(PIPE_CAPACITY);
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  #readers = 0;
  #writers = 0;
  /** How many times each side has ever been opened. An open that waits for the other side compares these counts. */
  readerOpens = 0;
  writerOpens = 0;
  /**
   * Files that are both ends (O_RDWR). They count among the readers, and are woken with them also when room becomes
   * free.
   */
  bothEnds = 0;
  #sink: PipeSink | undefined;
  #sinkBusy = false;
  #waking = false;
  #wakeReaders = false;
  #wakeWriters = false;

  get readers(): number {
    return this.#readers;
  }

  get writers(): number {
    return this.#writers;
  }

  get size(): number {
    return this.#ring.size;
  }

  /** Makes the sink the reader of all bytes. */
  set sink(sink: PipeSink) {
    this.#sink = sink;
    this.addReader();
  }

  /** The host takes no more bytes: from now on writers get EPIPE. */
  closeSink(): void {
    if (this.#sink === undefined) return;
    this.#sink = undefined;
    this.removeReader();
  }

  addReader(): void {
    this.#readers++;
    this.readerOpens++;
    this.#wake(false, true);
  }

  addWriter(): void {
    this.#writers++;
    this.writerOpens++;
    this.#wake(true, false);
  }

  removeReader(): void {
    if (--this.#readers > 0) return;
    this.#ring.clear();
    this.#wake(false, true);
  }

  removeWriter(): void {
    if (--this.#writers > 0) return;
    this.#wake(true, false);
    this.#sink?.end();
    this.closeSink();
  }

  /** @returns the count; 0 at the end; undefined if the reader has to wait */
  tryRead(into: Uint8Array): number | undefined {
    const count = this.#ring.read(into);
    if (count > 0) {
      this.#wake(false, true);
      return count;
    }
    return this.#writers === 0 || into.length === 0 ? 0 : undefined;
  }

  /** @returns how many bytes from `offset` on were taken; 0 if the writer has to wait */
  tryWrite(from: Uint8Array, offset: number): number {
    if (this.#sink !== undefined) return this.#pass(this.#sink, from, offset);
    if (from.length <= PIPE_BUF && this.#ring.free < from.length) return 0;
    const count = this.#ring.write(from, offset);
    if (count > 0) this.#wake(true, false);
    return count;
  }

  get pollRead(): number {
    const ready = this.#ring.size > 0 ? POLLIN : 0;
    return this.#writers === 0 && this.writerOpens > 0 ? ready | POLLHUP : ready;
  }

  get pollWrite(): number {
    const room = this.#sink !== undefined ? !this.#sinkBusy : this.#ring.free >= PIPE_BUF;
    return (room ? POLLOUT : 0) | (this.#readers === 0 ? POLLERR : 0);
  }

  #pass(sink: PipeSink, from: Uint8Array, offset: number): number {
    if (this.#sinkBusy) return 0;
    const wait = sink.receive(new Uint8Array(from.subarray(offset)));
    if (wait instanceof Promise) {
      this.#sinkBusy = true;
      const go = (): void => {
        this.#sinkBusy = false;
        this.#wake(false, true);
      };
      wait.then(go, () => {
        this.closeSink();
        go();
      });
    }
    return from.length - offset;
  }

  // A woken reader may wake writers, and vice versa. Only the outermost call runs the queues, so that no wait is
  // retried while it is already being retried.
  #wake(readers: boolean, writers: boolean): void {
    this.#wakeReaders ||= readers;
    this.#wakeWriters ||= writers;
    if (this.#waking) return;
    this.#waking = true;
    try {
      while (this.#wakeReaders || this.#wakeWriters) {
        const readersFirst = this.#wakeReaders;
        if (readersFirst) this.#wakeReaders = false;
        else this.#wakeWriters = false;
        if (readersFirst || this.bothEnds > 0) this.readable.wake();
        if (!readersFirst) this.writable.wake();
      }
    } finally {
      this.#waking = false;
    }
  }
}

/** An open file on a pipe or FIFO: the read end, the write end, or both (O_RDWR on a FIFO). */
export class PipeFile implements OpenFile {
  flags: number;
  readonly name: string;
  readonly pipe: Pipe;
  readonly inode: Inode;
  readonly #reads: boolean;
  readonly #writes: boolean;
  readonly #closed: (() => void) | undefined;

  /** From now on the file counts as a reader, a writer or both. */
  constructor(pipe: Pipe, flags: number, name: string, inode: Inode, closed?: () => void) {
    const access = flags & O_ACCMODE;
    this.pipe = pipe;
    this.flags = flags;
    this.name = name;
    this.inode = inode;
    this.#reads = access !== O_WRONLY;
    this.#writes = access !== O_RDONLY;
    this.#closed = closed;
    if (this.#reads) pipe.addReader();
    if (this.#writes) pipe.addWriter();
    if (this.#reads && this.#writes) pipe.bothEnds++;
  }

  stat(): MaybePromise<Stat> {
    return this.inode.getattr();
  }

  close(): void {
    if (this.#reads) this.pipe.removeReader();
    if (this.#writes) this.pipe.removeWriter();
    if (this.#reads && this.#writes) this.pipe.bothEnds--;
    this.#closed?.();
  }

  get changed(): WaitQueue {
    return this.#reads ? this.pipe.readable : this.pipe.writable;
  }

  poll(): number {
    return (this.#reads ? this.pipe.pollRead : 0) | (this.#writes ? this.pipe.pollWrite : 0);
  }

  /** Blocks while the pipe is empty and has writers. @throws EAGAIN EINTR @see POSIX.1-2024 read(); pipe(7) */
  read(into: Uint8Array, task: Task): MaybePromise<number> {
    const count = this.pipe.tryRead(into);
    if (count !== undefined) return count;
    if ((this.flags & O_NONBLOCK) !== 0) throw sysError("EAGAIN");
    return waitUntil(this.pipe.readable, task, () => this.pipe.tryRead(into));
  }

  /**
   * Moves bytes into the pipe; returns how many. Writes up to PIPE_BUF are atomic. Blocks while full.
   * @throws EPIPE no reader (SIGPIPE first) · EAGAIN · EINTR
   * @see POSIX.1-2024 write(); pipe(7)
   */
  write(from: Uint8Array, task: Task): MaybePromise<number> {
    if (from.length === 0) return 0;
    let done = 0;
    const attempt = (): number | undefined => {
      for (;;) {
        if (this.pipe.readers === 0) {
          task.signalSelf(SIGNALS.SIGPIPE);
          if (done > 0) return done;
          throw sysError("EPIPE");
        }
        const count = this.pipe.tryWrite(from, done);
        if (count === 0) return undefined;
        done += count;
        if (done === from.length) return done;
      }
    };
    const answer = attempt();
    if (answer !== undefined) return answer;
    if ((this.flags & O_NONBLOCK) !== 0) {
      if (done > 0) return done;
      throw sysError("EAGAIN");
    }
    return partlyDone(waitUntil(this.pipe.writable, task, attempt), () => done);
  }
}

/** Pipes that the host can make beyond the limit. */
const HOST_RESERVE = 64;

/** The pipes of one VM. */
export class Pipes {
  readonly #fs: AnonymousFs;
  readonly #quota: Quota | undefined;

  constructor(fs: AnonymousFs, quota?: Quota) {
    this.#fs = fs;
    this.#quota = quota;
  }

  /** A new pipe: [read end, write end]. @param flags O_NONBLOCK @throws ENFILE */
  create(owner: Owner, flags = 0): [PipeFile, PipeFile] {
    this.#quota?.take();
    const pipe = new Pipe();
    const open = this.#opener(pipe, owner);
    return [open(O_RDONLY | flags), open(O_WRONLY | flags)];
  }

  /**
   * As create(), but may go beyond the limit, so that guests that used it up do not keep the host from running
   * commands.
   */
  createForHost(owner: Owner): [PipeFile, PipeFile] {
    this.#quota?.take(HOST_RESERVE);
    const open = this.#opener(new Pipe(), owner);
    return [open(O_RDONLY), open(O_WRONLY)];
  }

  /** Makes a pipe whose bytes go to the host. `pipe.closeSink()` breaks it. @returns the write end @throws ENFILE */
  createSink(sink: PipeSink, owner: Owner): PipeFile {
    this.#quota?.take(HOST_RESERVE);
    const pipe = new Pipe();
    pipe.sink = sink;
    return this.#opener(pipe, owner)(O_WRONLY);
  }

  #opener(pipe: Pipe, owner: Owner): (flags: number) => PipeFile {
    const closed = (): void => {
      if (pipe.readers === 0 && pipe.writers === 0) this.#quota?.give();
    };
    const open = (flags: number): PipeFile =>
      new PipeFile(pipe, flags & (O_ACCMODE | O_NONBLOCK), `pipe:[${inode.ino}]`, inode, closed);
    const inode = this.#fs.create(S_IFIFO | 0o600, owner, open);
    return open;
  }
}
