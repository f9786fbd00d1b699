// The path of a session's events: each is numbered, then stored, then delivered, strictly one after the other.

import type { MaybePromise } from "@agentos/kernel/abi";
import type { SessionEvent, SessionEventData } from "./session-events.ts";
import type { SessionStore } from "./session-store.ts";

export type SessionEventListener = (event: SessionEvent) => void;

export interface EventLogOptions {
  sessionId: string;
  store: SessionStore;
  /** The number of the latest event. */
  lastSeq: number;
  /** Called with each event once it is stored. */
  deliver: SessionEventListener;
  /** Called when the store has failed: nothing more is recorded or delivered. */
  onFailure: (error: unknown) => void;
}

export class EventLog {
  readonly #options: EventLogOptions;
  readonly #queue: SessionEvent[] = [];
  #lastSeq: number;
  /** Nothing is stored before begin(). */
  #draining: Promise<void> | boolean = true;
  #failed = false;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#lastSeq = options.lastSeq;
  }

  /** A promise while the store lags behind: whoever produces events should wait for it. */
  get behind(): Promise<void> | undefined {
    return this.#draining instanceof Promise ? this.#draining : undefined;
  }

  append(data: SessionEventData): void {
    if (this.#failed) return;
    const { sessionId } = this.#options;
    this.#queue.push({ sessionId, seq: ++this.#lastSeq, time: Date.now(), ...data });
    // A listener may append an event: it waits until all listeners have been told of the current one.
    if (!this.#draining) this.begin();
  }

  /** The session itself has been stored, so that its events can be: past and future ones. */
  begin(): void {
    this.#draining = true;
    this.#draining = this.#drain()?.then(() => this.#drained()) ?? false;
  }

  /** Continues with what was appended while the last event was being delivered. */
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
