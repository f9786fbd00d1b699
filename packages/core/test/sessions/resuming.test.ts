import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { agentVm, commandsOf, eventOf, kinds, setup, steps } from "./agent-vm.ts";

describe.each(MODES)("closing and resuming, %s", (mode) => {
  it("a closed session keeps its transcript and takes no prompts", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test", setup({ close: true }));
    await vm.sendPrompt(session, "hello");
    await vm.closeSession(session);
    await vm.closeSession(session);
    expect(await commandsOf(vm)).not.toContain("test-agent");
    await expect(vm.sendPrompt(session, "x")).rejects.toMatchObject({ code: "ERR_AGENTOS_SESSION_CLOSED" });
    expect(kinds(await vm.getSessionEvents(session))).toEqual(["prompt", "agent_message_chunk", "turn_end"]);
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

  it("resuming waits for a close that has not ended; closing twice is one close", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test", setup({ stubborn: true }));
    const turn = vm.sendPrompt(session, steps({ sleep: 100_000 }));
    await eventOf(vm, session, ({ type }) => type === "prompt");
    const closed = [vm.closeSession(session), vm.closeSession(session)];
    await expect(turn).rejects.toMatchObject({ code: "ERR_AGENTOS_SESSION_CLOSED" });
    await vm.resumeSession(session);
    await Promise.all(closed);
    expect((await vm.sendPrompt(session, "again")).response.stopReason).toBe("end_turn");
    expect((await vm.listSessions())[0]?.state).toBe("idle");
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
