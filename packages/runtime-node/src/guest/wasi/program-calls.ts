// WASI's calls without files: arguments, clocks, waiting, random numbers, exit.

import { ERRNO } from "./abi.ts";
import type { Descriptors } from "./descriptors.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { WasiError } from "./wasi-error.ts";

const [REALTIME, MONOTONIC, PROCESS_CPUTIME, THREAD_CPUTIME] = [0, 1, 2, 3];

const SUBSCRIPTION_SIZE = 48;
const EVENT_SIZE = 32;
const CLOCK = 0;
const ABSOLUTE = 1;
/** The most subscriptions of one call. */
const MOST_SUBSCRIPTIONS = 4096;
/** The most bytes that crypto fills at once. */
const RANDOM_CHUNK = 65_536;
const SIGCHLD = 16;
const LAST_SIGNAL = 30;

export interface ProgramHost {
  exit(code: number): void;
  raise(signal: number): void;
}

export class ProgramCalls {
  readonly #open: Descriptors;
  readonly #memory: () => GuestMemory;
  readonly #host: ProgramHost;
  readonly #args: readonly string[];
  readonly #env: readonly string[];

  constructor(
    open: Descriptors,
    memory: () => GuestMemory,
    host: ProgramHost,
    args: readonly string[],
    env: readonly string[],
  ) {
    this.#open = open;
    this.#memory = memory;
    this.#host = host;
    this.#args = args;
    this.#env = env;
  }

  args_get(list: number, buffer: number): void {
    this.#memory().setTexts(list, buffer, this.#args);
  }

  args_sizes_get(count: number, size: number): void {
    this.#memory().setSizes(count, size, this.#args);
  }

  environ_get(list: number, buffer: number): void {
    this.#memory().setTexts(list, buffer, this.#env);
  }

  environ_sizes_get(count: number, size: number): void {
    this.#memory().setSizes(count, size, this.#env);
  }

  clock_res_get(clock: number, result: number): void {
    nanoseconds(clock);
    this.#memory().setU64(result, 1n);
  }

  clock_time_get(clock: number, _precision: bigint, result: number): void {
    this.#memory().setU64(result, nanoseconds(clock));
  }

  /** Open files count as ready, since reading them blocks. If there are none, waits for the earliest clock. */
  poll_oneoff(subscriptions: number, events: number, count: number, happened: number): void {
    if (count <= 0 || count > MOST_SUBSCRIPTIONS) throw new WasiError(ERRNO.INVAL);
    const memory = this.#memory();
    const all = Array.from({ length: count }, (_, i) => {
      const at = subscriptions + i * SUBSCRIPTION_SIZE;
      const type = memory.bytes(at + 8, 1)[0]!;
      return { userdata: memory.u64(at), type, at: at + 16 };
    });
    const clocks = all.filter(({ type }) => type === CLOCK);
    const streams = all.filter(({ type }) => type !== CLOCK);
    const waits = clocks.map(({ at }) => this.#wait(at));
    const shortest = streams.length > 0 ? 0n : [...waits].sort((a, b) => Number(a - b))[0]!;
    if (shortest > 0n) sleep(shortest);
    const ready = [...streams, ...clocks.filter((_, i) => waits[i]! <= shortest)];
    ready.forEach(({ userdata, type, at }, i) => {
      const event = events + i * EVENT_SIZE;
      memory.bytes(event, EVENT_SIZE).fill(0);
      memory.setU64(event, userdata);
      memory.setU16(event + 8, type === CLOCK ? 0 : this.#errorOf(memory.u32(at)));
      memory.setU8(event + 10, type);
    });
    memory.setU32(happened, ready.length);
  }

  #wait(at: number): bigint {
    const memory = this.#memory();
    const timeout = memory.u64(at + 8);
    const isAbsolute = (memory.view.getUint16((at + 24) >>> 0, true) & ABSOLUTE) !== 0;
    const now = nanoseconds(memory.u32(at));
    if (!isAbsolute) return timeout;
    return timeout > now ? timeout - now : 0n;
  }

  #errorOf(fd: number): number {
    try {
      this.#open.get(fd);
      return 0;
    } catch (error) {
      return (error as WasiError).errno;
    }
  }

  random_get(buffer: number, length: number): void {
    const target = this.#memory().bytes(buffer, length);
    for (let at = 0; at < target.length; at += RANDOM_CHUNK) {
      // crypto does not write into memory that is shared between threads.
      const chunk = crypto.getRandomValues(new Uint8Array(Math.min(RANDOM_CHUNK, target.length - at)));
      target.set(chunk, at);
    }
  }

  proc_exit(code: number): void {
    this.#host.exit(code);
  }

  /** WASI numbers signals as Linux does, except that it lacks SIGSTKFLT. */
  proc_raise(signal: number): void {
    if (signal < 0 || signal > LAST_SIGNAL) throw new WasiError(ERRNO.NOSYS);
    this.#host.raise(signal < SIGCHLD ? signal : signal + 1);
  }

  sched_yield(): void {}

  sock_accept(fd: number): void {
    this.#refuseSocket(fd);
  }

  sock_recv(fd: number): void {
    this.#refuseSocket(fd);
  }

  sock_send(fd: number): void {
    this.#refuseSocket(fd);
  }

  sock_shutdown(fd: number): void {
    this.#refuseSocket(fd);
  }

  /** Programs cannot be given sockets. */
  #refuseSocket(fd: number): never {
    this.#open.get(fd);
    throw new WasiError(ERRNO.NOTSOCK);
  }
}

function nanoseconds(clock: number): bigint {
  if (clock === REALTIME) {
    const { timeOrigin } = performance;
    return BigInt(Math.round((timeOrigin + performance.now()) * 1e3)) * 1000n;
  }
  if (clock === MONOTONIC) return process.hrtime.bigint();
  if (clock === PROCESS_CPUTIME || clock === THREAD_CPUTIME) {
    const { user, system } = process.cpuUsage();
    return BigInt(user + system) * 1000n;
  }
  throw new WasiError(ERRNO.INVAL);
}

function sleep(ns: bigint): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ns) / 1e6);
}
