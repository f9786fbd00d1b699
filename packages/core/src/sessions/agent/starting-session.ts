import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { Session } from "../session.ts";

/** A session from the start of its agent until it is complete: what the agent tells is kept, what it asks waits. */
export class StartingSession {
  readonly #completed = Promise.withResolvers<void>();
  readonly #early: SessionUpdate[] = [];
  #keeps: boolean;
  #session: Session | undefined;

  /** @param again what an agent repeats while it takes up an old session is in the transcript already */
  constructor(again: boolean) {
    this.#keeps = !again;
  }

  get completed(): Promise<void> {
    return this.#completed.promise;
  }

  onUpdate(update: SessionUpdate): void {
    if (this.#session) this.#session.onUpdate(update);
    else if (this.#keeps) this.#early.push(update);
  }

  /** The agent has made or taken up the session: what it tells now is new. */
  agreed(): void {
    this.#keeps = true;
  }

  complete(session: Session): void {
    this.#session = session;
    for (const update of this.#early) session.onUpdate(update);
    this.#completed.resolve();
  }
}
