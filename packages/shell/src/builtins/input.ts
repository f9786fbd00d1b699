// Reads for `read` and `mapfile`, which must not take more bytes than they use from a descriptor shared with other
// commands: either byte by byte or, if the file can seek, in blocks of which the unused rest is given back.

import { isSysError, POLLIN, S_IFMT, S_IFREG, SEEK_CUR, SEEK_SET } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import { runPendingTraps } from "../run/run-traps.ts";
import { type Shell, UNWIND } from "../shell.ts";

const BLOCK = 512;

export class SharedInput {
  readonly #shell: Shell;
  readonly #fd: number;
  /** On the monotonic clock; undefined: no time limit. */
  readonly #deadline: number | undefined;
  readonly #buffer: Uint8Array;
  readonly #seekable: boolean;
  #offset = 0;
  #start = 0;
  #end = 0;
  timedOut = false;

  /** @throws EBADF */
  static *open(shell: Shell, fd: number, timeoutMs?: number): Co<SharedInput> {
    const stat = yield* wait(shell.proc.fstat(fd));
    const seekable = (stat.mode & S_IFMT) === S_IFREG;
    const input = new SharedInput(shell, fd, seekable, timeoutMs);
    if (seekable) input.#offset = yield* wait(shell.proc.lseek(fd, 0, SEEK_CUR));
    return input;
  }

  private constructor(shell: Shell, fd: number, seekable: boolean, timeoutMs: number | undefined) {
    this.#shell = shell;
    this.#fd = fd;
    this.#seekable = seekable;
    this.#buffer = new Uint8Array(seekable ? BLOCK : 1);
    if (timeoutMs !== undefined && !seekable) this.#deadline = shell.proc.monotonicMs() + timeoutMs;
  }

  /** The next byte if one is buffered; -1: call `fill`. */
  take(): number {
    return this.#start < this.#end ? this.#buffer[this.#start++]! : -1;
  }

  /** Reads more bytes. @returns false at the end, at the deadline, and after a signal that has a trap */
  *fill(): Co<boolean> {
    const { proc } = this.#shell;
    if (this.#deadline !== undefined) {
      const left = this.#deadline - proc.monotonicMs();
      const ready = left <= 0 ? [0] : yield* wait(proc.poll([{ fd: this.#fd, events: POLLIN }], left));
      if (ready[0] === 0) {
        this.timedOut = true;
        return false;
      }
    }
    for (;;) {
      try {
        const count = yield* wait(proc.read(this.#fd, this.#buffer));
        this.#offset += count;
        this.#start = 0;
        this.#end = count;
        return count > 0;
      } catch (error) {
        if (!isSysError(error, "EINTR")) throw error;
        yield* runPendingTraps(this.#shell);
        if (this.#shell.unwinding !== UNWIND.NONE) return false;
      }
    }
  }

  /** Gives back the bytes that were read ahead. */
  *done(): Co<void> {
    if (this.#seekable && this.#start < this.#end) {
      yield* wait(this.#shell.proc.lseek(this.#fd, this.#offset - (this.#end - this.#start), SEEK_SET));
    }
  }
}
