// The last file opened: the answer to open brought its stat and its bytes, so that fstat, read and close, which nearly
// always follow, need no answer. This is valid until anything else is asked or heard, and only for a moment: somebody
// who changes the file, or is passed the descriptor, could not make itself known to this process in any other way.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../../kernel-client.ts";

const FRESH_MS = 10;

interface Opened {
  readonly fd: number;
  readonly stat: Float64Array;
  /** The whole content of the file. Absent: nothing is known about it. */
  readonly bytes: Uint8Array | undefined;
  /** The program's position; the kernel's is still at the beginning. */
  position: number;
  readonly at: number;
}

export class LastOpened {
  readonly #kernel: KernelClient;
  readonly #now = performance.now.bind(performance);
  #file: Opened | undefined;

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  /** @returns a descriptor, or a negative errno */
  open(file: string, flags: number, mode: number): number {
    const { errno, value } = this.#kernel.call("openForReading", file, flags, mode);
    if (errno < 0) return errno;
    if (typeof value === "number") return value;
    const [fd, stat, bytes] = value as [number, Float64Array, Uint8Array | undefined];
    this.#file = { fd, stat, bytes, position: 0, at: this.#now() };
    this.#kernel.beforeNext(this.#forget);
    return fd;
  }

  /** undefined: ask the kernel. */
  stat(fd: number): Float64Array | undefined {
    return this.#known(fd)?.stat;
  }

  /** @param position negative: the file's own @returns how many bytes; undefined: ask the kernel */
  read(fd: number, into: Uint8Array, position: number): number | undefined {
    const file = this.#known(fd);
    if (!file?.bytes) return undefined;
    const from = position < 0 ? file.position : position;
    const part = file.bytes.subarray(from, from + into.length);
    into.set(part);
    if (position < 0) file.position += part.length;
    return part.length;
  }

  /** @returns whether it was this file, which is now closed */
  close(fd: number): boolean {
    if (!this.#known(fd)) return false;
    this.#file = undefined;
    this.#kernel.post("close", fd);
    return true;
  }

  #known(fd: number): Opened | undefined {
    const file = this.#file;
    if (file?.fd !== fd || this.#kernel.hasThreads) return undefined;
    return this.#now() - file.at < FRESH_MS ? file : undefined;
  }

  /** Tells the kernel how far the program has read. */
  readonly #forget = (): void => {
    const file = this.#file;
    this.#file = undefined;
    if (file && file.position > 0) this.#kernel.post("seek", file.fd, file.position as Value);
  };
}
