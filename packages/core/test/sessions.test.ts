import {
  type AgentExit,
  AgentOs,
  type AgentOsOptions,
  hostToolkit,
  MemorySessionStore,
  type SessionEvent,
  type SessionRef,
  SidecarExitError,
  VmDisposedError,
} from "@agentos/core";
import common from "@agentos/software-common";
import testAgent, { type AgentSetup, type Step } from "@agentos/testing-agent";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createVm, MODES, type Mode } from "./modes.ts";

const agentVm = (mode: Mode, options: AgentOsOptions = {}) =>
  createVm(mode, { software: [common, testAgent], ...options });

const steps = (...list: Step[]): string => JSON.stringify(list);

const setup = (options: AgentSetup) => ({ env: { TEST_AGENT: JSON.stringify(options) } });

/** Resolves with the first event that passes. */
function eventOf(
  vm: AgentOs,
  session: SessionRef,
  isIt: (event: SessionEvent) => boolean,
): Promise<SessionEvent> {
  return new Promise((resolve) => {
    const stop = vm.onSessionEvent(session, (event) => {
      if (!isIt(event)) return;
      stop();
      resolve(event);
    });
  });
}

const says = (text: string) => (event: SessionEvent) =>
  event.type === "update" &&
  event.update.sessionUpdate === "agent_message_chunk" &&
  event.update.content.type === "text" &&
  event.update.content.text === text;

const kinds = (events: readonly SessionEvent[]) =>
  events.map((event) => (event.type === "update" ? event.update.sessionUpdate : event.type));

async function commandsOf(vm: AgentOs): Promise<string[]> {
  return (await vm.listProcesses()).filter(({ state }) => state !== "Z").map(({ command }) => command);
}

it("a sidecar that dies in mid-prompt rejects it, and the transcript stays", async () => {
  const handle = AgentOs.createSidecar();
  onTestFinished(() => handle.dispose());
  const sessionStore = new MemorySessionStore();
  const vm = await agentVm("sidecar", { sidecar: { kind: "explicit", handle }, sessionStore });
  const session = await vm.createSession("test");
  const said = eventOf(vm, session, says("on"));
  const turn = vm.sendPrompt(session, steps({ say: "on" }, { sleep: 100_000 }));
  await said;
  process.kill(handle.describe().pid!, "SIGKILL");
  await expect(turn).rejects.toBeInstanceOf(SidecarExitError);
  expect(kinds(await vm.getSessionEvents(session)).slice(0, 2)).toEqual(["prompt", "agent_message_chunk"]);
});

describe.each(MODES)("sessions, %s", (mode) => {
  it("lists the agents that packages bring", async () => {
    const vm = await agentVm(mode);
    expect(vm.listAgents()[0]).toEqual({
      agentType: "test",
      title: "Test agent",
      command: "test-agent",
      package: "testing-agent",
      version: "1.0.0",
    });
  });

  it("answers a prompt with what the agent said and how the turn ended", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    expect(session).toMatchObject({
      agentType: "test",
      agentInfo: { name: "test-agent", version: "1.0.0" },
      capabilities: { loadSession: false },
      cwd: "/home/user",
    });
    expect(await vm.sendPrompt(session, "hello")).toEqual({
      response: { stopReason: "end_turn" },
      text: "you said: hello",
    });
    expect((await vm.prompt(session.sessionId, [{ type: "text", text: "again" }])).text).toBe(
      "you said: again",
    );
  });

  it("tells listeners every event once, numbered and in order, before the prompt is answered", async () => {
    const all: SessionEvent[] = [];
    const vm = await agentVm(mode, { onSessionEvent: (event) => void all.push(event) });
    const session = await vm.createSession("test");
    const own: SessionEvent[] = [];
    vm.onSessionEvent(session, (event) => void own.push(event));
    const script = steps(
      { think: "hm" },
      { say: "x", times: 500 },
      { tool: { title: "edit", kind: "edit", path: "/tmp/a", diff: ["a", "b"] } },
    );
    const { text } = await vm.sendPrompt(session, script);
    expect(text).toBe("x".repeat(500));
    expect(own.map(({ seq }) => seq)).toEqual(Array.from({ length: 505 }, (_, i) => i + 1));
    expect(kinds(own)).toEqual([
      "prompt",
      "agent_thought_chunk",
      ...Array<string>(500).fill("agent_message_chunk"),
      "tool_call",
      "tool_call_update",
      "turn_end",
    ]);
    expect(own.at(-3)).toMatchObject({ update: { locations: [{ path: "/tmp/a", line: 1 }] } });
    expect(own.at(-2)).toMatchObject({
      update: { content: [{ type: "diff", path: "/tmp/a", oldText: "a", newText: "b" }] },
    });
    expect(all).toEqual(own);
    expect(await vm.getSessionEvents(session)).toEqual(own);
  });

  it("gives the transcript in pages", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    await vm.sendPrompt(session, steps({ say: "x", times: 7 }));
    const pages: number[][] = [];
    for (let after = 0; ; ) {
      const page = await vm.getSessionEvents(session, { after, limit: 4 });
      if (page.length === 0) break;
      pages.push(page.map(({ seq }) => seq));
      after = page.at(-1)!.seq;
    }
    expect(pages).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
  });

  it("runs prompts of one session one after the other, those of several at once", async () => {
    const vm = await agentVm(mode);
    const [one, other] = await Promise.all([vm.createSession("test"), vm.createSession("test")]);
    const waiting = vm.sendPrompt(one, steps({ say: "go" }, { ask: "may I?" }));
    const permission = eventOf(vm, one, ({ type }) => type === "permission_request");
    const queued = vm.sendPrompt(one, "second");
    const asked = await permission;
    expect((await vm.sendPrompt(other, "meanwhile")).text).toBe("you said: meanwhile");
    expect((await vm.listSessions()).map(({ state }) => state)).toEqual(["running", "idle"]);
    if (asked.type === "permission_request") await vm.respondPermission(one, asked.permissionId, "once");
    expect((await waiting).text).toBe("gopermission: allow");
    expect((await queued).text).toBe("you said: second");
    const events = await vm.getSessionEvents(one);
    expect(
      events.filter(({ type }) => ["prompt", "turn_end"].includes(type)).map(({ type }) => type),
    ).toEqual(["prompt", "turn_end", "prompt", "turn_end"]);
  });

  it("serves files with the rights of the VM's user, and lines of them", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    await vm.writeFile("/home/user/a.txt", "one\ntwo\nthree\nfour\n");
    const say = async (...list: Step[]) => (await vm.sendPrompt(session, steps(...list))).text;
    expect(await say({ read: "/home/user/a.txt", line: 2, limit: 2 })).toBe("two\nthree\n");
    expect(await say({ write: "/home/user/b.txt", content: "ü\n" })).toBe("written");
    expect(await vm.readFile("/home/user/b.txt", "utf8")).toBe("ü\n");
    expect((await vm.stat("/home/user/b.txt")).uid).toBe(1000);
    expect(await say({ read: "/none" })).toMatch(/^error -32002/);
    await vm.writeFile("/root/secret", "s");
    expect(await say({ read: "/root/secret" })).toMatch(/^error -32603: EACCES/);
    expect(await say({ write: "/etc/passwd", content: "" })).toMatch(/EACCES/);
    expect(await say({ read: "/dev/zero" })).toMatch(/EINVAL/);
    expect(await say({ read: "relative" })).toMatch(/absolute/);
  });

  it("runs terminals in the VM, bounded", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test", { cwd: "/tmp", env: { GREETING: "hi" } });
    const say = async (...list: Step[]) => (await vm.sendPrompt(session, steps(...list))).text;
    expect(await say({ terminal: 'pwd; echo "$GREETING" >&2; exit 3' })).toBe("/tmp\nhi\n[3]");
    expect(await say({ terminal: "printf", args: ["%s", "a b"] })).toBe("a b[0]");
    expect(await say({ terminal: "seq 1 9", outputByteLimit: 4 })).toBe("8\n9\n[0, truncated]");
    expect(await say({ terminal: "kill -9 $$" })).toBe("[SIGKILL]");
  });

  it("sets the mode and the model", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    await vm.setSessionMode(session, "plan");
    await vm.setSessionModel(session, "large");
    expect((await vm.sendPrompt(session, steps({ tell: "mode" }, { tell: "model" }))).text).toBe("planlarge");
    expect((await vm.listSessions())[0]).toMatchObject({
      modes: { currentModeId: "plan" },
      configOptions: [{ id: "model", currentValue: "large" }],
    });
  });

  it("host tools know the session that an agent calls them in", async () => {
    const project = hostToolkit("who", {
      am: {
        description: "the session",
        args: z.object({}),
        handler: async (context) => context.sessionId ?? "none",
      },
    });
    const vm = await agentVm(mode, { toolKits: [project] });
    const session = await vm.createSession("test");
    const { text } = await vm.sendPrompt(session, steps({ terminal: "agentos-who am" }));
    expect(text).toContain(`"result":"${session.sessionId}"`);
    expect((await vm.exec("agentos-who am")).stdout).toContain('"result":"none"');
    expect(await vm.readFile("/etc/agentos/instructions.md", "utf8")).toContain("agentos-who");
  });

  it("twenty sessions work at once: none fails, each keeps its order", async () => {
    const vm = await agentVm(mode);
    const sessions = await Promise.all(Array.from({ length: 20 }, () => vm.createSession("test")));
    const round: Step[] = [
      { say: "x" },
      { tool: { title: "t", run: ["/usr/bin/true"] } },
      { terminal: "echo done" },
    ];
    const script = steps(...round, ...round);
    const results = await Promise.all(sessions.map((session) => vm.sendPrompt(session, script)));
    expect(new Set(results.map(({ text }) => text))).toEqual(new Set(["xdone\n[0]xdone\n[0]"]));
    for (const session of sessions) {
      const events = await vm.getSessionEvents(session);
      expect(kinds(events)).toEqual([
        "prompt",
        ...["agent_message_chunk", "tool_call", "tool_call_update", "agent_message_chunk"],
        ...["agent_message_chunk", "tool_call", "tool_call_update", "agent_message_chunk"],
        "turn_end",
      ]);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    }
  });

  describe("permissions", () => {
    it.each([
      ["once", "allow"],
      ["always", "allow-always"],
      ["reject", "reject"],
    ] as const)("a policy answers %s", async (reply, option) => {
      const vm = await agentVm(mode, { onPermissionRequest: () => reply });
      const session = await vm.createSession("test");
      expect((await vm.sendPrompt(session, steps({ ask: "rm" }))).text).toBe(`permission: ${option}`);
      expect(kinds(await vm.getSessionEvents(session))).toEqual([
        "prompt",
        "permission_request",
        "permission_reply",
        "agent_message_chunk",
        "turn_end",
      ]);
    });

    it("the session's own policy comes before that of all, and may leave it to others", async () => {
      const vm = await agentVm(mode, { onPermissionRequest: () => "reject" });
      const [one, other] = [await vm.createSession("test"), await vm.createSession("test")];
      vm.onPermissionRequest(one, async ({ toolCall }) => (toolCall.title === "ls" ? "once" : undefined));
      const ask = async (session: SessionRef, title: string) =>
        (await vm.sendPrompt(session, steps({ ask: title }))).text;
      expect(await ask(one, "ls")).toBe("permission: allow");
      expect(await ask(one, "rm")).toBe("permission: reject");
      expect(await ask(other, "ls")).toBe("permission: reject");
    });

    it("refuses where nobody is who could answer", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test");
      expect((await vm.sendPrompt(session, steps({ ask: "rm" }))).text).toBe("permission: reject");
    });

    it("an answer to an unknown request, a second answer and an unknown option are errors", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test");
      const asked = eventOf(vm, session, ({ type }) => type === "permission_request");
      const turn = vm.sendPrompt(session, steps({ ask: "rm" }));
      const { permissionId } = (await asked) as SessionEvent & { permissionId: string };
      const respond = (id: string, reply: "once" | { optionId: string }) =>
        vm.respondPermission(session, id, reply);
      await expect(respond("perm-99", "once")).rejects.toMatchObject({
        code: "ERR_AGENTOS_PERMISSION",
        reason: "unknown",
      });
      await expect(respond(permissionId, { optionId: "maybe" })).rejects.toMatchObject({ reason: "option" });
      await respond(permissionId, { optionId: "allow-always" });
      await expect(respond(permissionId, "once")).rejects.toMatchObject({ reason: "answered" });
      expect((await turn).text).toBe("permission: allow-always");
    });
  });

  describe("cancelling", () => {
    it("ends the turn as cancelled and kills the tools it started", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test");
      const running = eventOf(vm, session, ({ type }) => type === "update");
      const script = steps(
        { tool: { title: "wait", run: ["/usr/bin/sleep", "1000"] } },
        { say: "never said" },
      );
      const turn = vm.sendPrompt(session, script);
      await running;
      await expect.poll(() => commandsOf(vm)).toContain("/usr/bin/sleep");
      await vm.cancelPrompt(session);
      expect(await turn).toEqual({ response: { stopReason: "cancelled" }, text: "" });
      expect(await commandsOf(vm)).not.toContain("/usr/bin/sleep");
      expect((await vm.sendPrompt(session, "next")).text).toBe("you said: next");
    });

    it("kills terminals and takes back what was asked", async () => {
      const vm = await agentVm(mode, { onSessionEvent: () => {} });
      const session = await vm.createSession("test");
      const turn = vm.sendPrompt(session, steps({ terminal: "sleep 1000" }));
      await expect.poll(() => commandsOf(vm)).toContain("sleep");
      await vm.cancelPrompt(session);
      expect((await turn).response.stopReason).toBe("cancelled");
      expect(await commandsOf(vm)).not.toContain("sleep");
      const asked = eventOf(vm, session, ({ type }) => type === "permission_request");
      const second = vm.sendPrompt(session, steps({ ask: "rm" }));
      await asked;
      await vm.cancelPrompt(session);
      expect(await second).toEqual({
        response: { stopReason: "cancelled" },
        text: "permission: cancelled",
      });
    });

    it("kills an agent that does not listen; the turn is cancelled, the session can be resumed", async () => {
      const exits: AgentExit[] = [];
      const vm = await agentVm(mode, { onAgentExit: (exit) => void exits.push(exit) });
      const session = await vm.createSession("test", { cancelGraceMs: 20 });
      const said = eventOf(vm, session, says("still here"));
      const turn = vm.sendPrompt(session, steps({ say: "still here" }, { hang: true }));
      await said;
      await vm.cancelPrompt(session);
      expect((await turn).response.stopReason).toBe("cancelled");
      expect(exits[0]?.error).toMatchObject({ code: "ERR_AGENTOS_AGENT_TIMEOUT" });
      await expect(vm.sendPrompt(session, "x")).rejects.toMatchObject({ code: "ERR_AGENTOS_AGENT_TIMEOUT" });
      await vm.resumeSession(session);
      expect((await vm.sendPrompt(session, "back")).response.stopReason).toBe("end_turn");
    });

    it("a signal and a time limit cancel too", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test");
      const stop = new AbortController();
      const said = eventOf(vm, session, says("on"));
      const turn = vm.sendPrompt(session, steps({ say: "on" }, { sleep: 100_000 }), { signal: stop.signal });
      await said;
      stop.abort();
      expect((await turn).response.stopReason).toBe("cancelled");
      await expect(
        vm.sendPrompt(session, steps({ sleep: 100_000 }), { timeoutMs: 20 }),
      ).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_TIMEOUT",
      });
      expect((await vm.sendPrompt(session, "next")).text).toBe("you said: next");
    });
  });

  describe("faults", () => {
    it("an unknown type names those that are installed", async () => {
      const vm = await agentVm(mode);
      await expect(vm.createSession("claude")).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_UNKNOWN",
        message: expect.stringContaining("installed: test, test-env"),
      });
    });

    it("an agent whose command is missing cannot start", async () => {
      const vm = await agentVm(mode);
      await expect(vm.createSession("absent")).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_START",
        message: expect.stringContaining("no-such-agent"),
      });
      expect(await vm.listSessions()).toEqual([]);
    });

    it("an agent that exits at once is reported with its own words", async () => {
      const vm = await agentVm(mode);
      await expect(vm.createSession("test", setup({ start: "exit" }))).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_EXIT",
        exitCode: 3,
        stderr: "test-agent: no key was given",
      });
    });

    it("an agent's own refusal reaches the caller", async () => {
      const vm = await agentVm(mode);
      await expect(vm.createSession("test", setup({ start: "refuse" }))).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_REQUEST",
        message: "Authentication required: set TEST_KEY",
        rpcCode: -32000,
      });
      const session = await vm.createSession("test");
      await expect(vm.sendPrompt(session, steps({ fail: "overloaded" }))).rejects.toMatchObject({
        message: "overloaded",
      });
      expect((await vm.getSessionEvents(session)).at(-1)).toMatchObject({
        type: "turn_error",
        message: "overloaded",
      });
      expect((await vm.sendPrompt(session, "next")).text).toBe("you said: next");
    });

    it("an agent that does not answer when it starts is killed", async () => {
      const vm = await agentVm(mode);
      const options = { ...setup({ start: "hang" }), startTimeoutMs: 20 };
      await expect(vm.createSession("test", options)).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_TIMEOUT",
      });
      expect(await commandsOf(vm)).not.toContain("test-agent");
    });

    it("output that is no protocol ends the agent", async () => {
      const vm = await agentVm(mode);
      await expect(vm.createSession("test", setup({ start: "garbage" }))).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_PROTOCOL",
        message: expect.stringContaining("Welcome to the test agent!"),
      });
      for (const raw of [
        '{"jsonrpc":"2.0","method":',
        "[]",
        '{"id":1}',
        '{"jsonrpc":"2.0","method":"session/update"}',
      ]) {
        const session = await vm.createSession("test");
        await expect(
          vm.sendPrompt(session, steps({ say: "kept" }, { raw }, { hang: true })),
        ).rejects.toMatchObject({ code: "ERR_AGENTOS_AGENT_PROTOCOL" });
        expect(kinds(await vm.getSessionEvents(session)).slice(0, 2)).toEqual([
          "prompt",
          "agent_message_chunk",
        ]);
      }
      expect((await vm.exec("echo unharmed")).stdout).toBe("unharmed\n");
    });

    it("an agent that floods is killed; what it said until then is kept", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test", { maxTurnBytes: 1_000_000 });
      await expect(vm.sendPrompt(session, steps({ flood: true }))).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_PROTOCOL",
        message: expect.stringContaining("more than 1000000 bytes"),
      });
      const events = await vm.getSessionEvents(session);
      expect(events.length).toBeGreaterThan(100);
      expect(events.length).toBeLessThan(400);
      expect((await vm.exec("echo unharmed")).stdout).toBe("unharmed\n");
    });

    it("an agent killed in mid-tool is reported once, with its transcript, and takes its tools with it", async () => {
      const exits: AgentExit[] = [];
      const vm = await agentVm(mode, { onAgentExit: (exit) => void exits.push(exit) });
      const session = await vm.createSession("test");
      const turn = vm.sendPrompt(session, steps({ tool: { title: "t", run: ["/usr/bin/sleep", "1000"] } }));
      const queued = vm.sendPrompt(session, "queued");
      await expect.poll(() => commandsOf(vm)).toContain("/usr/bin/sleep");
      await Promise.all([
        expect(turn).rejects.toMatchObject({ code: "ERR_AGENTOS_AGENT_EXIT", signal: "SIGKILL" }),
        expect(queued).rejects.toMatchObject({ code: "ERR_AGENTOS_AGENT_EXIT" }),
        vm.exec("pkill -9 test-agent"),
      ]);
      expect(exits).toHaveLength(1);
      expect(exits[0]).toMatchObject({ sessionId: session.sessionId, agentType: "test", signal: "SIGKILL" });
      expect(await commandsOf(vm)).not.toContain("/usr/bin/sleep");
      expect(kinds(await vm.getSessionEvents(session))).toEqual([
        "prompt",
        "tool_call",
        "agent_exit",
        "turn_error",
      ]);
      expect((await vm.listSessions())[0]?.state).toBe("exited");
    });

    it("an agent that exits in mid-prompt leaves its exit code and last words", async () => {
      const heard: string[] = [];
      const vm = await agentVm(mode, { onAgentStderr: ({ data }) => void heard.push(data) });
      const session = await vm.createSession("test");
      await expect(
        vm.sendPrompt(session, steps({ stderr: "out of luck\n" }, { exit: 7 })),
      ).rejects.toMatchObject({ exitCode: 7, stderr: "out of luck" });
      expect(heard.join("")).toBe("out of luck\n");
    });

    it("a VM that is disposed in mid-prompt rejects it", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test");
      const said = eventOf(vm, session, says("on"));
      const turn = vm.sendPrompt(session, steps({ say: "on" }, { sleep: 100_000 }));
      const queued = vm.sendPrompt(session, "queued");
      await said;
      await Promise.all([
        expect(turn).rejects.toBeInstanceOf(VmDisposedError),
        expect(queued).rejects.toBeInstanceOf(VmDisposedError),
        vm.dispose(),
      ]);
      await expect(vm.sendPrompt(session, "x")).rejects.toBeInstanceOf(VmDisposedError);
      await expect(vm.createSession("test")).rejects.toBeInstanceOf(VmDisposedError);
    });

    it("calls on unknown sessions say so", async () => {
      const vm = await agentVm(mode);
      const unknown = { code: "ERR_AGENTOS_SESSION_UNKNOWN" };
      await expect(vm.sendPrompt("nope", "x")).rejects.toMatchObject(unknown);
      await expect(vm.getSessionEvents("nope")).rejects.toMatchObject(unknown);
      await expect(vm.resumeSession("nope")).rejects.toMatchObject(unknown);
      await expect(vm.closeSession("nope")).rejects.toMatchObject(unknown);
    });

    it("wrong options are named", async () => {
      const vm = await agentVm(mode);
      await expect(vm.createSession("test", { cwd: "relative" })).rejects.toMatchObject({ option: "cwd" });
      await expect(vm.createSession("test", { envv: {} } as never)).rejects.toMatchObject({ option: "envv" });
    });
  });

  describe("closing and resuming", () => {
    it("a closed session keeps its transcript and takes no prompts", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test", setup({ close: true }));
      await vm.sendPrompt(session, "hello");
      await vm.closeSession(session);
      await vm.closeSession(session);
      expect(await commandsOf(vm)).not.toContain("test-agent");
      await expect(vm.sendPrompt(session, "x")).rejects.toMatchObject({ code: "ERR_AGENTOS_SESSION_CLOSED" });
      expect(kinds(await vm.getSessionEvents(session))).toEqual([
        "prompt",
        "agent_message_chunk",
        "turn_end",
      ]);
      expect((await vm.listSessions())[0]?.state).toBe("closed");
    });

    it("closing in mid-prompt fails what waits, and kills a stubborn agent", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test", setup({ stubborn: true }));
      const turn = vm.sendPrompt(session, steps({ sleep: 100_000 }));
      const queued = vm.sendPrompt(session, "queued");
      const closed = { code: "ERR_AGENTOS_SESSION_CLOSED" };
      await eventOf(vm, session, ({ type }) => type === "prompt");
      await Promise.all([
        expect(turn).rejects.toMatchObject(closed),
        expect(queued).rejects.toMatchObject(closed),
        vm.closeSession(session),
      ]);
      expect(await commandsOf(vm)).not.toContain("test-agent");
    });

    it("destroying forgets the session", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test", { additionalInstructions: "Be brief." });
      const file = `/run/agentos/sessions/${session.sessionId}.md`;
      expect(await vm.readFile(file, "utf8")).toMatch(/Be brief\.\n$/);
      await vm.destroySession(session);
      expect(await vm.listSessions()).toEqual([]);
      expect(await vm.exists(file)).toBe(false);
      await expect(vm.getSessionEvents(session)).rejects.toMatchObject({
        code: "ERR_AGENTOS_SESSION_UNKNOWN",
      });
    });

    it.each(["loadSession", "resume"] as const)(
      "an agent with %s takes the session up without repeating it in the transcript",
      async (capability) => {
        const vm = await agentVm(mode);
        const session = await vm.createSession("test", setup({ [capability]: true }));
        await vm.sendPrompt(session, "first");
        await vm.closeSession(session);
        expect((await vm.resumeSession(session)).sessionId).toBe(session.sessionId);
        const { text } = await vm.sendPrompt(session, steps({ tell: "prompts" }));
        expect(JSON.parse(text)[0]).toBe("first");
        expect(kinds(await vm.getSessionEvents(session))).toEqual([
          "prompt",
          "agent_message_chunk",
          "turn_end",
          "resumed",
          "prompt",
          "agent_message_chunk",
          "turn_end",
        ]);
        const seqs = (await vm.getSessionEvents(session)).map(({ seq }) => seq);
        expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7]);
      },
    );

    it("an agent that does not remember is told the transcript", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test");
      await vm.sendPrompt(session, "remember the plum");
      await vm.closeSession(session);
      await vm.resumeSession(session);
      const { text } = await vm.sendPrompt(session, "and?");
      expect(text).toContain("User: remember the plum\n\nAssistant: you said: remember the plum");
      expect(text).toMatch(/and\?$/);
      expect((await vm.sendPrompt(session, "once only")).text).toBe("you said: once only");
    });

    it("a living session is left as it is, and resuming twice starts one agent", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test");
      expect(await vm.resumeSession(session)).toEqual(session);
      await vm.closeSession(session);
      await Promise.all([vm.resumeSession(session), vm.resumeSession(session)]);
      expect((await commandsOf(vm)).filter((name) => name === "test-agent")).toHaveLength(1);
    });
  });

  describe("instructions", () => {
    it("a file describes the machine, with what the app adds", async () => {
      const vm = await agentVm(mode, { additionalInstructions: "Never push.", limits: { maxProcesses: 50 } });
      const text = await vm.readFile("/etc/agentos/instructions.md", "utf8");
      expect(text).toMatch(/virtual Linux machine/);
      expect(text).toMatch(/## Installed commands\n\n.*\bawk\b/s);
      expect(text).toContain("- at most 50 processes");
      expect(text).toMatch(/## Instructions\n\nNever push\.\n$/);
      expect((await vm.exec("cat /etc/agentos/instructions.md")).stdout).toBe(text);
      expect((await vm.exec("echo x >> /etc/agentos/instructions.md")).exitCode).not.toBe(0);
    });

    it("each agent is given them in its own way", async () => {
      const vm = await agentVm(mode, { additionalInstructions: "Never push." });
      const ask = async (type: string, what: string) =>
        (await vm.sendPrompt(await vm.createSession(type), steps({ tell: what }))).text;
      const file = "/etc/agentos/instructions.md";
      expect(await ask("test", "AGENTOS_INSTRUCTIONS_FILE")).toBe(file);
      expect(await ask("test-env", "AGENTOS_INSTRUCTIONS")).toContain("Never push.");
      expect(JSON.parse(await ask("test-args", "argv"))).toEqual([
        "test-agent",
        "--quiet",
        "--system-prompt-file",
        file,
      ]);
      const meta = JSON.parse(await ask("test-meta", "meta")) as { systemPrompt: { append: string } };
      expect(meta.systemPrompt.append).toContain("Never push.");
      const said = (await vm.sendPrompt(await vm.createSession("test-prompt"), "hi")).text;
      expect(said).toMatch(/^you said: # This machine.*Never push\.\nhi$/s);
    });

    it("a session can do without them", async () => {
      const vm = await agentVm(mode);
      const session = await vm.createSession("test", { skipOsInstructions: true });
      expect((await vm.sendPrompt(session, steps({ tell: "AGENTOS_INSTRUCTIONS_FILE" }))).text).toBe("unset");
    });
  });
});
