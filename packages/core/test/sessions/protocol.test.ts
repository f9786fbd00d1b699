import { type AgentOs, type ElicitationRequest, SqliteSessionStore } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { agentVm, eventOf, kinds, setup, steps } from "./agent-vm.ts";

const FORM = { elicit: "Who are you?", properties: { name: { type: "string" } } };

describe.each(MODES)("the agent client protocol, %s", (mode) => {
  it("an agent that wants its user to authenticate says how, and is asked to", async () => {
    const vm = await agentVm(mode);
    const options = setup({ authMethod: "api-key" });
    await expect(vm.createSession("test", options)).rejects.toMatchObject({
      code: "ERR_AGENTOS_AGENT_REQUEST",
      rpcCode: -32000,
      message: 'Authentication required; createSession takes an authMethod: "api-key" (By api-key)',
    });
    await expect(vm.createSession("test", { ...options, authMethod: "magic" })).rejects.toThrow(
      'no way "magic"',
    );
    const session = await vm.createSession("test", { ...options, authMethod: "api-key" });
    expect((await vm.sendPrompt(session, "hello")).text).toBe("you said: hello");
    await vm.closeSession(session);
    await vm.resumeSession(session);
    expect((await vm.sendPrompt(session, "again")).response.stopReason).toBe("end_turn");
  });

  it("an agent of another version of the protocol is refused", async () => {
    const vm = await agentVm(mode);
    await expect(vm.createSession("test", setup({ protocolVersion: 99 }))).rejects.toMatchObject({
      code: "ERR_AGENTOS_AGENT_PROTOCOL",
      message: expect.stringContaining("version 99"),
    });
  });

  it("what an agent asks its user for is answered by the app, and the answer not recorded", async () => {
    const asked: ElicitationRequest[] = [];
    const vm = await agentVm(mode, {
      onElicitation: (request) => {
        asked.push(request);
        return { action: "accept", content: { name: "Ada Lovelace" } };
      },
    });
    const session = await vm.createSession("test");
    const { text } = await vm.sendPrompt(session, steps({ tell: "elicits" }, FORM));
    expect(text).toBe('trueaccept {"name":"Ada Lovelace"}');
    expect(asked).toMatchObject([
      { sessionId: session.sessionId, request: { mode: "form", message: "Who are you?" } },
    ]);
    const events = await vm.getSessionEvents(session);
    expect(kinds(events).slice(2, 4)).toEqual(["elicitation_request", "elicitation_reply"]);
    expect(events[3]).toMatchObject({ elicitationId: "elicit-1", action: "accept" });
    expect(JSON.stringify(events.slice(0, 4))).not.toContain("Lovelace");
  });

  it("an agent may ask before its session is there", async () => {
    using sessionStore = new SqliteSessionStore(":memory:");
    const vm = await agentVm(mode, {
      sessionStore,
      onElicitation: () => ({ action: "accept", content: {} }),
    });
    const session = await vm.createSession("test", setup({ start: "elicit" }));
    await vm.sendPrompt(session, "hello");
    const events = await vm.getSessionEvents(session);
    expect(kinds(events).slice(0, 3)).toEqual(["elicitation_request", "elicitation_reply", "prompt"]);
    await vm.dispose();
  });

  it("a form is declined by no answer, and taken back when the turn is cancelled", async () => {
    const answers: (() => undefined | Promise<never>)[] = [() => undefined, () => new Promise(() => {})];
    const vm = await agentVm(mode, { onElicitation: () => answers.shift()!() });
    const session = await vm.createSession("test");
    expect((await vm.sendPrompt(session, steps(FORM))).text).toBe("decline null");
    const asked = eventOf(vm, session, ({ type }) => type === "elicitation_request");
    const turn = vm.sendPrompt(session, steps(FORM));
    await asked;
    await vm.cancelPrompt(session);
    expect(await turn).toEqual({ response: { stopReason: "cancelled" }, text: "cancel null" });
  });

  it("without an app that could answer, agents are told that nobody can be asked", async () => {
    const vm: AgentOs = await agentVm(mode);
    const session = await vm.createSession("test");
    const { text } = await vm.sendPrompt(session, steps({ tell: "elicits" }, FORM));
    expect(text).toMatch(/^falseerror -32601/);
  });

  it("a mode or a model that the agent does not know is its own error, and nothing changes", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    await expect(vm.setSessionMode(session, "dance")).rejects.toMatchObject({ rpcCode: -32602 });
    await expect(vm.setSessionModel(session, "huge")).rejects.toMatchObject({ rpcCode: -32602 });
    expect((await vm.listSessions())[0]).toMatchObject({
      modes: { currentModeId: "code" },
      configOptions: [{ currentValue: "small" }],
    });
  });

  it("modes and models belong to one session each", async () => {
    const vm = await agentVm(mode);
    const [one, other] = [await vm.createSession("test"), await vm.createSession("test")];
    await Promise.all([vm.setSessionMode(one, "plan"), vm.setSessionModel(other, "large")]);
    const facts = steps({ tell: "mode" }, { tell: "model" });
    expect((await vm.sendPrompt(one, facts)).text).toBe("plansmall");
    expect((await vm.sendPrompt(other, facts)).text).toBe("codelarge");
  });
});
