import { SessionConflictError, UnknownSessionError } from "../session-errors.ts";
import type { SessionEvent } from "./session-events.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";

/** Keeps everything in the app's memory, for as long as the VM lives. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<string, { record: StoredSession; events: SessionEvent[] }>();

  putSession(record: StoredSession): void {
    const known = this.#sessions.get(record.sessionId);
    if (known) known.record = record;
    else this.#sessions.set(record.sessionId, { record, events: [] });
  }

  getSession(sessionId: string): StoredSession | undefined {
    return this.#sessions.get(sessionId)?.record;
  }

  listSessions(): StoredSession[] {
    return Array.from(this.#sessions.values(), ({ record }) => record);
  }

  deleteSession(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  appendEvent(event: SessionEvent): void {
    const { sessionId, seq } = event;
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new UnknownSessionError(sessionId);
    if (seq !== session.events.length + 1) throw new SessionConflictError(sessionId, seq);
    session.events.push(event);
  }

  getEvents(sessionId: string, after: number, limit: number): SessionEvent[] {
    // Sequence numbers are consecutive from 1, so the event with number n is at index n - 1.
    return this.#sessions.get(sessionId)?.events.slice(after, after + limit) ?? [];
  }

  lastSeq(sessionId: string): number {
    return this.#sessions.get(sessionId)?.events.length ?? 0;
  }
}
