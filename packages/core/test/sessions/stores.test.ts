import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { MemorySessionStore, type SessionEvent, type SessionStore, SqliteSessionStore } from "@agentos/core";
import common from "@agentos/software-common";
import testAgent, { type Step } from "@agentos/testing-agent";
import { describe, expect, it, onTestFinished } from "vitest";
import { createVm, MODES } from "../../../../tests/support/vm.ts";

const software = [common, testAgent];
const steps = (...list: Step[]): string => JSON.stringify(list);

async function databaseFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "agentos-sessions-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, "sessions.db");
}

const record = (sessionId: string, createdAt: number) => ({
  sessionId,
  agentType: "test",
  agentSessionId: "a",
  cwd: "/",
  mcpServers: [],
  capabilities: {},
  agentInfo: null,
  createdAt,
  closed: false,
});

const event = (sessionId: string, seq: number): SessionEvent => ({
  sessionId,
  seq,
  time: 0,
  type: "turn_end",
  stopReason: "end_turn",
});

/** A store with its own way to append. */
function appendingBy(store: SessionStore, appendEvent: SessionStore["appendEvent"]): SessionStore {
  return {
    putSession: (session) => store.putSession(session),
    getSession: (id) => store.getSession(id),
    listSessions: () => store.listSessions(),
    deleteSession: (id) => store.deleteSession(id),
    getEvents: (id, after, limit) => store.getEvents(id, after, limit),
    lastSeq: (id) => store.lastSeq(id),
    appendEvent,
  };
}

describe.each([
  ["memory", () => new MemorySessionStore()],
  ["sqlite", () => new SqliteSessionStore(":memory:")],
] as [string, () => SessionStore][])("the %s store", (_, open) => {
  it("keeps sessions in the order they were made, and replaces them", async () => {
    const store = open();
    await store.putSession(record("b", 1));
    await store.putSession(record("a", 2));
    await store.putSession({ ...record("b", 1), closed: true });
    expect((await store.listSessions()).map(({ sessionId, closed }) => [sessionId, closed])).toEqual([
      ["b", true],
      ["a", false],
    ]);
    expect(await store.getSession("a")).toEqual(record("a", 2));
    expect(await store.getSession("c")).toBeUndefined();
  });

  it("keeps events in order, in pages, until their session is deleted", async () => {
    const store = open();
    await store.putSession(record("a", 1));
    for (let seq = 1; seq <= 5; seq++) await store.appendEvent(event("a", seq));
    const page = async (after: number, limit: number) =>
      (await store.getEvents("a", after, limit)).map(({ seq }) => seq);
    expect(await page(0, 2)).toEqual([1, 2]);
    expect(await page(2, 10)).toEqual([3, 4, 5]);
    expect(await store.lastSeq("a")).toBe(5);
    expect((await store.getEvents("a", 0, 1))[0]).toEqual(event("a", 1));
    const append = async (seq: number) => store.appendEvent(event("a", seq));
    await expect(append(5)).rejects.toMatchObject({ code: "ERR_AGENTOS_SESSION_CONFLICT" });
    await store.deleteSession("a");
    expect(await store.getEvents("a", 0, 10)).toEqual([]);
    expect(await store.lastSeq("a")).toBe(0);
    await expect(append(6)).rejects.toMatchObject({ code: "ERR_AGENTOS_SESSION_UNKNOWN" });
  });
});

it("a file that cannot be opened is named", () => {
  for (const path of ["/nowhere/sessions.db", tmpdir()]) {
    expect(() => new SqliteSessionStore(path)).toThrow(`SqliteSessionStore: "${path}": unable to open`);
  }
});

describe.each(MODES)("stored sessions, %s", (mode) => {
  it("outlive the VM in a file: another VM lists, reads and resumes them", async () => {
    const path = await databaseFile();
    const first = new SqliteSessionStore(path);
    const vm = await createVm(mode, { software, sessionStore: first });
    const session = await vm.createSession("test");
    await vm.sendPrompt(session, "remember the plum");
    const told = await vm.getSessionEvents(session);
    await vm.dispose();
    first.close();

    using store = new SqliteSessionStore(path);
    const other = await createVm(mode, { software, sessionStore: store });
    expect(await other.listSessions()).toMatchObject([{ sessionId: session.sessionId, state: "closed" }]);
    expect((await other.getSessionEvents(session)).slice(0, told.length)).toEqual(told);
    await other.resumeSession(session);
    expect((await other.sendPrompt(session, "and?")).text).toContain("remember the plum");
    const seqs = (await other.getSessionEvents(session)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    await other.dispose();
  });

  it("a session that another VM has resumed is that VM's, until it is taken back", async () => {
    const sessionStore = new MemorySessionStore();
    const first = await createVm(mode, { software, sessionStore });
    const second = await createVm(mode, { software, sessionStore });
    const session = await first.createSession("test");
    await first.sendPrompt(session, "one");
    await second.resumeSession(session);
    await second.sendPrompt(session, "two");
    await expect(first.sendPrompt(session, "three")).rejects.toMatchObject({
      code: "ERR_AGENTOS_SESSION_CONFLICT",
    });
    await first.resumeSession(session);
    expect((await first.sendPrompt(session, "four")).text).toContain("User: two");
    const seqs = (await first.getSessionEvents(session)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  it("an event is stored before anybody is told of it, however slow the store", async () => {
    const memory = new MemorySessionStore();
    const stored: number[] = [];
    const store = appendingBy(memory, async (appended) => {
      await turn();
      stored.push(appended.seq);
      memory.appendEvent(appended);
    });
    const early: number[] = [];
    const heard: number[] = [];
    const vm = await createVm(mode, {
      software,
      sessionStore: store,
      onSessionEvent: ({ seq }) => {
        heard.push(seq);
        if (stored.at(-1) !== seq) early.push(seq);
      },
    });
    const session = await vm.createSession("test");
    await vm.sendPrompt(session, steps({ say: "x", times: 200 }));
    expect(heard).toEqual(Array.from({ length: 202 }, (_, i) => i + 1));
    expect(early).toEqual([]);
  });

  it("what cannot be stored is not told: the prompt fails with the store's error", async () => {
    const memory = new MemorySessionStore();
    const store = appendingBy(memory, (appended) => {
      if (appended.seq > 5) throw new Error("disk full");
      memory.appendEvent(appended);
    });
    const heard: number[] = [];
    const vm = await createVm(mode, {
      software,
      sessionStore: store,
      onSessionEvent: ({ seq }) => void heard.push(seq),
    });
    const session = await vm.createSession("test");
    await expect(vm.sendPrompt(session, steps({ say: "x", times: 20 }))).rejects.toThrow("disk full");
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    expect((await vm.exec("echo unharmed")).stdout).toBe("unharmed\n");
  });
});
