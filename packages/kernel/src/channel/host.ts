// The kernel's end of a guest's channel: decodes requests, runs the calls it was given, answers.

import { ERRNO, isSysError, sysError } from "@agentos/vfs/abi";
import { ProcessExit } from "../program/proc.ts";
import { stayHot } from "./hot-loop.ts";
import {
  FrameSplitter,
  FrameWriter,
  INTERRUPTED,
  MalformedFrame,
  NO_REPLY,
  readRequest,
  requestId,
  type Value,
} from "./layout.ts";

/** A call that guests may make. It validates its own arguments and answers with a `MaybePromise<Value>` or nothing. */
export type GuestCall = (...args: readonly Value[]) => unknown;

/** Where the answers go. */
export interface HostStreams {
  /**
   * Takes the answer to a synchronous call. Its bytes stay unchanged until the guest, which waits for them, calls again.
   */
  reply(bytes: Uint8Array): void;
  /** Takes bytes for the guest's events stream, which may keep them. */
  event(bytes: Uint8Array): void;
  /** How many bytes of events, and of replies, the guest has not read yet. */
  readonly backlog: number;
  readonly replyBacklog: number;
  /** Stops reading the guest's requests, or resumes. */
  hold(on: boolean): void;
}

export interface HostChannelOptions {
  streams: HostStreams;
  /** The call of that name; undefined makes the guest's call fail with ENOSYS. */
  find(name: string): GuestCall | undefined;
  /** The VM's file-system generation. */
  generation(): number;
  /** Whether a synchronous call is to be answered with INTERRUPTED instead of being made. */
  interrupts?(call: string): boolean;
  /** Called when the guest broke the protocol, or a call failed with something other than an errno. */
  onFailure(error: unknown): void;
}

/** A guest that leaves more than this many bytes of answers unread is ended, */
const LARGEST_BACKLOG = 1 << 28;
/** as is one that makes a further call with more than this many bytes of earlier replies unread. */
const LARGEST_REPLY_BACKLOG = 1 << 20;
/** The most asynchronous requests in progress: beyond it, no more are read until some are done. */
const MOST_WAITING = 1 << 12;

export class HostChannel {
  readonly #options: HostChannelOptions;
  readonly #splitter = new FrameSplitter();
  readonly #replies = new FrameWriter();
  readonly #events = new FrameWriter();
  #isSync = false;
  #waiting = 0;
  /** Work that the guest does not wait for, but that must be done before its next requests are handled. */
  #barrier: Promise<void> | undefined;
  readonly #behind: Uint8Array[] = [];
  /** The length of the last reply to a synchronous request. */
  #lastReply = 0;
  #asked = 0;
  #isAnswered = true;
  #closed = false;

  constructor(options: HostChannelOptions) {
    this.#options = options;
  }

  /** Takes bytes that came on the calls stream. */
  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#splitter.push(chunk, (frame) => {
        if (this.#barrier) this.#behind.push(frame.slice());
        else this.#serve(frame);
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends the guest a notice. */
  notify(name: string, ...args: Value[]): void {
    if (!this.#closed) this.#sendEvent(0, 0, [name, ...args]);
  }

  /**
   * Room for the bytes that the call being made will answer with. For a synchronous call they go from there to the
   * guest without being copied.
   */
  room(length: number): Uint8Array {
    return this.#isSync ? this.#replies.room(length) : new Uint8Array(length);
  }

  /**
   * For a call whose answer nobody waits for: holds the guest's next calls until `work`, which never rejects, is done.
   */
  block(work: Promise<void>): void {
    this.#barrier = work;
    this.#updateHold();
    void work.then(() => {
      this.#barrier = undefined;
      try {
        while (!this.#barrier && this.#behind.length > 0) this.#serve(this.#behind.shift()!);
      } catch (error) {
        this.#fail(error);
      }
      this.#updateHold();
    });
  }

  /** How many synchronous calls the guest has made so far. */
  get asked(): number {
    return this.#asked;
  }

  /** Whether the guest is waiting for the answer to a synchronous call. */
  get isWaitedFor(): boolean {
    return !this.#isAnswered;
  }

  /** Waits until everything that the guest has asked for so far is done. */
  async drained(): Promise<void> {
    while (this.#barrier) await this.#barrier;
  }

  /** After this, nothing is answered any more. */
  close(): void {
    this.#closed = true;
  }

  #serve(frame: Uint8Array): void {
    if (this.#closed) return;
    // A synchronous request need not be copied: the guest sends nothing else until it is answered.
    this.#isSync = requestId(frame) === 0;
    const { id, value } = readRequest(this.#isSync ? frame : frame.slice());
    if (!Array.isArray(value) || typeof value[0] !== "string") throw new MalformedFrame("no call");
    // An honest guest reads a reply entirely before it asks again; of the last one, the stream may not have heard yet.
    if (this.#isSync && this.#options.streams.replyBacklog > this.#lastReply + LARGEST_REPLY_BACKLOG)
      throw new MalformedFrame("replies unread");
    const [name, ...args] = value as [string, ...Value[]];
    if (this.#isSync) {
      this.#asked++;
      this.#isAnswered = false;
      if (this.#options.interrupts?.(name)) {
        this.#answer(id, INTERRUPTED, undefined);
        return;
      }
    }
    try {
      const call = this.#options.find(name);
      if (!call) throw sysError("ENOSYS");
      const result = call(...args);
      if (result instanceof Promise) this.#answerLater(id, result);
      else this.#answer(id, 0, result as Value);
    } catch (error) {
      this.#answerError(id, error);
    }
  }

  #answerLater(id: number, result: Promise<Value>): void {
    if (++this.#waiting === MOST_WAITING) this.#updateHold();
    result.then(
      (value) => {
        this.#workDone();
        this.#answer(id, 0, value);
      },
      (error: unknown) => {
        this.#workDone();
        this.#answerError(id, error);
      },
    );
  }

  #workDone(): void {
    if (--this.#waiting === MOST_WAITING - 1) this.#updateHold();
  }

  #updateHold(): void {
    this.#options.streams.hold(this.#waiting >= MOST_WAITING || this.#barrier !== undefined);
  }

  #answerError(id: number, error: unknown): void {
    if (isSysError(error)) this.#answer(id, -ERRNO[error.code], undefined);
    else if (!(error instanceof ProcessExit)) this.#fail(error);
  }

  #answer(id: number, errno: number, value: Value): void {
    if (this.#closed || id === NO_REPLY) return;
    if (id === 0) {
      this.#isAnswered = true;
      const reply = this.#replies.reply(id, errno, this.#options.generation(), value);
      this.#lastReply = reply.length;
      this.#options.streams.reply(reply);
      stayHot();
    } else this.#sendEvent(id, errno, value);
  }

  #sendEvent(id: number, errno: number, value: Value): void {
    const { streams, generation } = this.#options;
    streams.event(this.#events.reply(id, errno, generation(), value).slice());
    if (streams.backlog > LARGEST_BACKLOG) this.#fail(new MalformedFrame("backlog"));
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#options.onFailure(error);
  }
}
