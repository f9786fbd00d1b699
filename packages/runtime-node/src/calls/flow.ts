// A stream of a guest's event loop: a connected socket, or a pipe that is read. Bytes flow without being asked for,
// within a window each way: incoming bytes are sent by "flowData" notices until the guest has to take some first;
// outgoing bytes are accepted at once, and "flowWritten" reports how many the socket has taken.

import { type OpenFile, OutsideTask, type Process } from "@agentos/kernel";
import { ERRNO, isSysError, O_NONBLOCK, POLLHUP, POLLIN, SHUT_WR, sysError } from "@agentos/kernel/abi";
import type { Value } from "@agentos/kernel/channel";
import { FLOW_ACKNOWLEDGED, FLOW_WINDOW, LONGEST_FLOW_WRITE, PIPE_WINDOW } from "../abi/flow-window.ts";

export type Notify = (name: string, ...args: Value[]) => void;

/** The end of a pipe shows as a hang-up, not as input. */
const READY = POLLIN | POLLHUP;
const WOULD_BLOCK = -ERRNO.EAGAIN;

/** No thread blocks on these sockets, and Node ignores SIGPIPE. */
const TASK = new OutsideTask();

/** Shared by all flows: what was read is sent on before anything else can be read. */
const scratch = new Uint8Array(65_536);

export class Flow {
  readonly #process: Process;
  readonly #fd: number;
  readonly #id: number;
  readonly #file: OpenFile;
  readonly #notify: Notify;
  readonly #stopListening: () => void;
  #isReading = false;
  readonly #window: number;
  #credit: number;
  readonly #outgoing: Uint8Array[] = [];
  #queued = 0;
  #held: ReturnType<Process["fds"]["description"]> | undefined;
  #unacknowledged = 0;
  #writeFailed = 0;
  #isPumping = false;
  #again = false;
  #onFlushed: (() => void) | undefined;

  /** @throws EBADF; EINVAL the file cannot announce when it is readable */
  constructor(process: Process, fd: number, id: number, notify: Notify) {
    this.#process = process;
    this.#fd = fd;
    this.#id = id;
    this.#notify = notify;
    this.#file = process.fds.get(fd);
    const { poll, changed, socket } = this.#file;
    if (!poll || !changed) throw sysError("EINVAL");
    this.#window = this.#credit = socket ? FLOW_WINDOW : PIPE_WINDOW;
    this.#stopListening = changed.listen(() => this.#pump());
  }

  /** Starts sending what comes in. */
  read(): void {
    this.#isReading = true;
    this.#pump();
  }

  pause(): void {
    this.#isReading = false;
  }

  /** The guest has taken this many bytes of what it was sent. */
  taken(count: number): void {
    this.#credit = Math.min(this.#credit + count, this.#window);
    this.#pump();
  }

  /** @throws EBADF · ENOTSOCK · ENOBUFS the guest has exceeded the window */
  write(bytes: Uint8Array): void {
    if (this.#writeFailed) return;
    if (!this.#file.socket) throw sysError("ENOTSOCK");
    // Set here only: a file that is only read, such as an inherited socket, may have other users; it is read when it
    // is ready.
    this.#file.flags |= O_NONBLOCK;
    if (this.#queued + bytes.length > FLOW_WINDOW + LONGEST_FLOW_WRITE) throw sysError("ENOBUFS");
    this.#hold();
    this.#outgoing.push(bytes);
    this.#queued += bytes.length;
    this.#pump();
  }

  /** Shuts down the outgoing direction once everything has been sent. */
  async end(): Promise<void> {
    await this.#flushed();
    if (this.#isOpen) this.#file.socket?.shutdown(SHUT_WR);
  }

  /** Called when the descriptor is being closed: nothing more comes in, but what was accepted still goes out. */
  close(): void {
    this.#isReading = false;
    if (this.#queued === 0) this.#stopListening();
  }

  /** Stops both directions at once. */
  abandon(): void {
    this.#isReading = false;
    this.#stopListening();
    this.#forgetOutgoing();
  }

  /** While there is something to send, the socket stays open even if its process ends, as on Linux. */
  #hold(): void {
    if (this.#held) return;
    if (!this.#isOpen) throw sysError("EBADF");
    this.#held = this.#process.fds.description(this.#fd);
    this.#held.references++;
  }

  #flushed(): Promise<void> | undefined {
    if (this.#queued === 0) return undefined;
    return new Promise((resolve) => {
      const before = this.#onFlushed;
      this.#onFlushed = () => {
        before?.();
        resolve();
      };
    });
  }

  /** Whether the descriptor still refers to the socket: the process may have died, or have closed it by number. */
  get #isOpen(): boolean {
    const { fds } = this.#process;
    return fds.has(this.#fd) && fds.get(this.#fd) === this.#file;
  }

  /** Moving bytes wakes the other side, which may wake this one: the loop is then repeated, never nested. */
  #pump(): void {
    this.#again = true;
    if (this.#isPumping) return;
    if (!this.#isOpen) this.close();
    this.#isPumping = true;
    try {
      while (this.#again) {
        this.#again = false;
        this.#send();
        this.#receive();
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #receive(): void {
    while (this.#isReading && this.#credit > 0 && (this.#file.poll!() & READY) !== 0) {
      const result = attempt(() =>
        this.#file.read!(scratch.subarray(0, Math.min(this.#credit, scratch.length)), TASK),
      );
      if (result === WOULD_BLOCK) return;
      if (result <= 0) {
        this.#isReading = false;
        this.#notify("flowEnd", this.#id, result);
        return;
      }
      this.#credit -= result;
      this.#notify("flowData", this.#id, scratch.subarray(0, result));
    }
  }

  #send(): void {
    for (let chunk = this.#outgoing[0]; chunk; chunk = this.#outgoing[0]) {
      const bytes = chunk;
      const result = attempt(() => this.#file.write!(bytes, TASK));
      if (result === WOULD_BLOCK) return;
      if (result < 0) {
        this.#writeFailed = result;
        this.#notify("flowBroken", this.#id, result);
        this.#forgetOutgoing();
        return;
      }
      if (result < bytes.length) this.#outgoing[0] = bytes.subarray(result);
      else this.#outgoing.shift();
      this.#acknowledge(result);
    }
  }

  #acknowledge(count: number): void {
    this.#queued -= count;
    this.#unacknowledged += count;
    if (this.#unacknowledged >= FLOW_ACKNOWLEDGED) {
      this.#notify("flowWritten", this.#id, this.#unacknowledged);
      this.#unacknowledged = 0;
    }
    if (this.#queued === 0) this.#tellFlushed();
  }

  #forgetOutgoing(): void {
    this.#outgoing.length = 0;
    this.#queued = 0;
    this.#tellFlushed();
  }

  #tellFlushed(): void {
    const tell = this.#onFlushed;
    this.#onFlushed = undefined;
    tell?.();
    const held = this.#held;
    this.#held = undefined;
    if (held) void held.release();
  }
}

/** Makes a nonblocking call, which answers at once. @returns a count, or a negative errno */
function attempt(run: () => number | Promise<number>): number {
  try {
    const count = run();
    return typeof count === "number" ? count : WOULD_BLOCK;
  } catch (error) {
    if (isSysError(error)) return -ERRNO[error.code];
    throw error;
  }
}
