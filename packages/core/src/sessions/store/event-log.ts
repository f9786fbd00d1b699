// The events of one session on their way: numbered, stored, then delivered, in this order, one after the other.

import type { MaybePromise } from "@agentos/kernel/abi";
import type { SessionEvent, SessionEventData } from "./session-events.ts";
import type { SessionStore } from "./session-store.ts";

export type SessionEventListener = (event: SessionEvent) => void;

export interface EventLogOptions {
  sessionId: string;
  store: SessionStore;
  /** The number of the last event there is. */
  lastSeq: number;
  /** Told of each event once it is stored. */
  deliver: SessionEventListener;
  /** The store failed: nothing is recorded or delivered any more. */
  onFailure: (error: unknown) => void;
}

export class EventLog {
  readonly #options: EventLogOptions;
  readonly #queue: SessionEvent[] = [];
  #lastSeq: number;
  /** Until it begins nothing is stored. */
  #draining: Promise<void> | boolean = true;
  #failed = false;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#lastSeq = options.lastSeq;
  }

  /** Whether the store is behind: whoever produces events should wait. */
  get behind(): Promise<void> | undefined {
    return this.#draining instanceof Promise ? this.#draining : undefined;
  }

  append(data: SessionEventData): void {
    if (this.#failed) return;
    const { sessionId } = this.#options;
    this.#queue.push({ sessionId, seq: ++this.#lastSeq, time: Date.now(), ...data });
    // A listener may append: the event waits until all have been told of the one before.
    if (!this.#draining) this.begin();
  }

  /** The session is stored now: so is what is appended, and was before. */
  begin(): void {
    this.#draining = true;
    this.#draining = this.#drain()?.then(() => this.#drained()) ?? false;
  }

  /** What was appended since the last event was delivered is next. */
  #drained(): MaybePromise<void> {
    this.#draining = false;
    if (this.#queue.length > 0) this.begin();
    return this.behind;
  }

  #drain(): MaybePromise<void> {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      const current = event;
      try {
        const stored = this.#options.store.appendEvent(current);
        if (stored instanceof Promise) {
          return stored.then(
            () => {
              this.#options.deliver(current);
              return this.#drain();
            },
            (error: unknown) => this.#fail(error),
          );
        }
      } catch (error) {
        return this.#fail(error);
      }
      this.#options.deliver(current);
    }
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#queue.length = 0;
    this.#options.onFailure(error);
  }
}
