import { hostToolkit, type SessionEvent } from "@agentos/core";
import type { Step } from "@agentos/testing-agent";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { MODES } from "../../../../tests/support/vm.ts";
import { agentVm, eventOf, kinds, steps } from "./agent-vm.ts";

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
});
