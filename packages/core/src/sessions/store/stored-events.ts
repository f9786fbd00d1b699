import type { SessionEvent } from "./session-events.ts";
import type { SessionStore } from "./session-store.ts";

const PAGE = 1000;

/** All events of a session, read page by page. */
export async function* storedEvents(store: SessionStore, sessionId: string): AsyncGenerator<SessionEvent> {
  let page: SessionEvent[];
  let after = 0;
  do {
    page = await store.getEvents(sessionId, after, PAGE);
    yield* page;
    after = page.at(-1)?.seq ?? after;
  } while (page.length === PAGE);
}
