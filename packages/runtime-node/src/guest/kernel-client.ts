// The kernel, as the virtual bindings see it: calls that fail with errno, work that keeps the event loop alive, notices.

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

  /** The next events call `run` in the place of the usual listener, straight from Node's C++ side. */
  onceByEvent(run: (buffer: ArrayBuffer | undefined) => void): void {
    this.#events.onread = run;
  }

  /** The usual listener again, for bytes that `onceByEvent` left unread. */
  resumeEvents(buffer: ArrayBuffer | undefined): void {
    this.#events.onread = this.#onEvents;
    this.#onEvents(buffer);
  }

  /** Moves when a file system may have changed, as far as this thread or another of the guest has heard. */
  get generation(): number {
    return this.#channel.generation + this.#changes.value * 2 ** 32;
  }

  #noteGeneration(): void {
    const { generation } = this.#channel;
    if (generation === this.#lastGeneration) return;
    this.#lastGeneration = generation;
    this.#changes.add();
  }

  /** The answer of a call; bytes in it are valid until the next one. @returns a negative errno if it failed */
  call(name: string, ...args: Value[]): { errno: number; value: Value } {
    if (QUESTIONS.has(name)) this.#settle();
    else this.#prepare();
    const reply = this.#channel.call(name, ...args);
    if (reply.errno === INTERRUPTED) this.#interrupted();
    this.#heardAt = now();
    this.#noteGeneration();
    return reply;
  }

  /** A call whose bytes go straight into `target`. @returns how many, or a negative errno */
  callInto(target: Uint8Array, name: string, ...args: Value[]): number {
    this.#prepare();
    const count = this.#channel.callInto(target, name, ...args);
    if (count === INTERRUPTED) this.#interrupted();
    this.#heardAt = now();
    this.#noteGeneration();
    return count;
  }

  /** Calls `run` once, before anything else is asked or heard. */
  beforeNext(run: () => void): void {
    this.#beforeNext = run;
  }

  /** The stream whose write is being made, for whoever breaks it off. */
  sending: { finishBrokenWrite(): void } | undefined;

  /** For whoever has broken off what the program did, be it in the middle of a call. */
  finishBroken(): void {
    this.#channel.finishBrokenCall();
    const { sending } = this;
    this.sending = undefined;
    sending?.finishBrokenWrite();
  }

  /** `run` ends what the program is doing, and does not return. */
  onInterrupt(run: () => never): void {
    this.#interrupted = run;
  }

  /** Counts whatever passed between the program and the kernel but questions about names. */
  get deeds(): number {
    return this.#deeds;
  }

  /** Whether other threads use the same descriptors. */
  get hasThreads(): boolean {
    return this.#changes.isShared;
  }

  /** Counts what the kernel said of its own accord, or later. */
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

  /** When the kernel last said what the generation is. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** The answer of a call that cannot fail. */
  ask<T extends Value>(name: string, ...args: Value[]): T {
    return this.call(name, ...args).value as T;
  }

  /** A call answered later, in the asynchronous context of now and in a turn of its own, as libuv's callbacks come. */
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

  /** The same for an operation of its own, which async_hooks know by `type`. */
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

  /** A call answered later that keeps nothing alive and is told at once. */
  await(name: string, args: readonly Value[], done: (errno: number, value: Value) => void): void {
    this.#prepare();
    this.#channel.request(name, args, done);
  }

  post(name: string, ...args: Value[]): void {
    this.#prepare();
    this.#channel.post(name, ...args);
  }

  /** While anything is held, the event loop stays alive. */
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
