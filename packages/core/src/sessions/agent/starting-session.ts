import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { Session } from "../session.ts";

/** Stands in for a session until its agent is ready: keeps the agent's updates and holds its requests. */
export class StartingSession {
  readonly #completed = Promise.withResolvers<void>();
  readonly #early: SessionUpdate[] = [];
  #keeps: boolean;
  #session: Session | undefined;

  /** @param again the agent may repeat what is already in the transcript while it resumes a session */
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

  /** The agent has opened or resumed the session: updates are new from now on. */
  agreed(): void {
    this.#keeps = true;
  }

  complete(session: Session): void {
    this.#session = session;
    for (const update of this.#early) session.onUpdate(update);
    this.#completed.resolve();
  }
}
