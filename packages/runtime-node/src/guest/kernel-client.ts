// The kernel as the virtual bindings see it: calls that fail with an errno, work that keeps the event loop alive,
// notices.

import { GuestChannel, INTERRUPTED, type Value } from "@agentos/kernel/channel/guest";
import { AsyncOrigins } from "./async-origins.ts";
import type { NodeInternals } from "./internals.ts";
import type { EventSource, KernelLine } from "./kernel-line.ts";
import type { SharedCount } from "./threads/shared-count.ts";

/** Calls that only ask about names. */
const QUESTIONS = new Set([
  "access",
  "exists",
  "lstat",
  "moduleStat",
  "names",
  "readlink",
  "realpath",
  "stat",
  "statIfExists",
]);

const now = performance.now.bind(performance);

export type NoticeListener = (...args: readonly Value[]) => void;

export class KernelClient {
  readonly #channel: GuestChannel;
  readonly #events: EventSource;
  readonly #changes: SharedCount;
  readonly origins: AsyncOrigins;
  readonly #listeners = new Map<string, NoticeListener>();
  readonly #setImmediate = setImmediate;
  #onEvents: (buffer: ArrayBuffer | undefined) => void = () => {};
  #held = 0;
  #heardAt = 0;
  #beforeNext: (() => void) | undefined;
  #interrupted: () => void = () => {};
  #deeds = 0;
  #news = 0;
  #lastGeneration = -1;

  constructor(node: NodeInternals, { calls, events, lost }: KernelLine, changes: SharedCount) {
    this.origins = new AsyncOrigins(node);
    this.#changes = changes;
    this.#channel = new GuestChannel({
      calls,
      onLost: lost,
      onNotice: (name, args) => this.#listeners.get(name)?.(...args),
    });
    this.#events = events;
    this.#onEvents = events.onread = (buffer) => {
      this.#prepare();
      this.#news++;
      const bytes = events.bytesOf(buffer);
      if (bytes) this.#channel.receiveEvents(bytes);
      this.#noteGeneration();
    };
    events.start();
  }

  /** Until resumeEvents(), events call `run` instead of the usual listener, directly from Node's C++ side. */
  onceByEvent(run: (buffer: ArrayBuffer | undefined) => void): void {
    this.#events.onread = run;
  }

  /** Restores the usual listener and gives it the bytes that `onceByEvent` left unread. */
  resumeEvents(buffer: ArrayBuffer | undefined): void {
    this.#events.onread = this.#onEvents;
    this.#onEvents(buffer);
  }

  /** Changes when a file system may have changed, as far as any thread of the guest has heard. */
  get generation(): number {
    return this.#channel.generation + this.#changes.value * 2 ** 32;
  }

  #noteGeneration(): void {
    const { generation } = this.#channel;
    if (generation === this.#lastGeneration) return;
    this.#lastGeneration = generation;
    this.#changes.add();
  }

  /** Makes a call. Bytes in the answer are valid until the next one. @returns a negative errno if the call failed */
  call(name: string, ...args: Value[]): { errno: number; value: Value } {
    if (QUESTIONS.has(name)) this.#settle();
    else this.#prepare();
    const reply = this.#channel.call(name, ...args);
    if (reply.errno === INTERRUPTED) this.#interrupted();
    this.#heardAt = now();
    this.#noteGeneration();
    return reply;
  }

  /** Makes a call whose bytes go straight into `target`. @returns how many, or a negative errno */
  callInto(target: Uint8Array, name: string, ...args: Value[]): number {
    this.#prepare();
    const count = this.#channel.callInto(target, name, ...args);
    if (count === INTERRUPTED) this.#interrupted();
    this.#heardAt = now();
    this.#noteGeneration();
    return count;
  }

  /** Calls `run` once, before anything more is sent or received. */
  beforeNext(run: () => void): void {
    this.#beforeNext = run;
  }

  /** The stream whose write is in progress, so that it can be finished if the program is broken off. */
  sending: { finishBrokenWrite(): void } | undefined;

  /**
   * Called after the program was broken off, possibly in the middle of a call: finishes what must not be left half
   * done.
   */
  finishBroken(): void {
    this.#channel.finishBrokenCall();
    const { sending } = this;
    this.sending = undefined;
    sending?.finishBrokenWrite();
  }

  /** Sets what ends the program's current work. `run` does not return. */
  onInterrupt(run: () => never): void {
    this.#interrupted = run;
  }

  /** Counts all exchanges between the program and the kernel, except questions about names. */
  get deeds(): number {
    return this.#deeds;
  }

  /** Whether other threads share the descriptors. */
  get hasThreads(): boolean {
    return this.#changes.isShared;
  }

  /** Counts messages of the kernel other than answers to synchronous calls. */
  get news(): number {
    return this.#news;
  }

  #prepare(): void {
    this.#deeds++;
    this.#settle();
  }

  #settle(): void {
    const run = this.#beforeNext;
    if (!run) return;
    this.#beforeNext = undefined;
    run();
  }

  /** When the kernel last told the generation. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Makes a call that cannot fail. @returns the answer */
  ask<T extends Value>(name: string, ...args: Value[]): T {
    return this.call(name, ...args).value as T;
  }

  /**
   * Makes a call that is answered later: in the current async context, and in a turn of its own, as callbacks of libuv
   * are.
   */
  request(name: string, args: readonly Value[], done: (errno: number, value: Value) => void): void {
    this.#prepare();
    const { frame } = this.origins;
    this.hold();
    this.#channel.request(name, args, (errno, value) => {
      this.#setImmediate(() => {
        this.release();
        this.origins.runInFrame(frame, () => done(errno, value));
      });
    });
  }

  /** The same for an operation of its own, which async_hooks see as `type`. */
  operate(
    type: string,
    name: string,
    args: readonly Value[],
    done: (errno: number, value: Value) => void,
  ): void {
    this.#prepare();
    const { origins } = this;
    const turn = origins.begin(type);
    this.hold();
    this.#channel.request(name, args, (errno, value) => {
      origins.finish(turn, () => {
        this.release();
        done(errno, value);
      });
    });
  }

  /** Makes a call that is answered later, as soon as possible, and does not keep the event loop alive. */
  await(name: string, args: readonly Value[], done: (errno: number, value: Value) => void): void {
    this.#prepare();
    this.#channel.request(name, args, done);
  }

  post(name: string, ...args: Value[]): void {
    this.#prepare();
    this.#channel.post(name, ...args);
  }

  /** Keeps the event loop alive, until everything held has been released. */
  hold(): void {
    if (this.#held++ === 0) this.#events.ref();
  }

  release(): void {
    if (--this.#held === 0) this.#events.unref();
  }

  on(notice: string, listener: NoticeListener): void {
    this.#listeners.set(notice, listener);
  }
}
