import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { EventLog } from "./event-log.ts";
import { MemorySessionStore } from "./memory-session-store.ts";
import type { SessionEvent } from "./session-events.ts";

const SESSION = { sessionId: "s", agentType: "test", agentSessionId: "a", cwd: "/", mcpServers: [] };

/** A log whose store answers later, and the numbers of the events that it delivered. */
function slowLog() {
  const store = new MemorySessionStore();
  store.putSession({ ...SESSION, capabilities: {}, agentInfo: null, createdAt: 0, closed: false });
  const { appendEvent } = store;
  const delivered: number[] = [];
  const log = new EventLog({
    sessionId: "s",
    store: Object.assign(store, {
      appendEvent: async (event: SessionEvent) => appendEvent.call(store, event),
    }),
    lastSeq: 0,
    deliver: ({ seq }) => delivered.push(seq),
    onFailure: (error) => {
      throw error;
    },
  });
  return { log, delivered };
}

it("an event is delivered whenever it comes while a slow store catches up", async () => {
  for (let ticks = 0; ticks < 12; ticks++) {
    const { log, delivered } = slowLog();
    log.begin();
    log.append({ type: "turn_end", stopReason: "end_turn" });
    for (let i = 0; i < ticks; i++) await Promise.resolve();
    log.append({ type: "turn_end", stopReason: "end_turn" });
    await log.behind;
    expect(delivered, `after ${ticks} ticks`).toEqual([1, 2]);
  }
});

it("what is appended before it begins is delivered then", async () => {
  const { log, delivered } = slowLog();
  log.append({ type: "turn_end", stopReason: "end_turn" });
  await turn();
  expect(delivered).toEqual([]);
  log.begin();
  await log.behind;
  expect(delivered).toEqual([1]);
});
