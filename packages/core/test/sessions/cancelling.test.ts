import type { AgentExit } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { agentVm, commandsOf, eventOf, says, steps } from "./agent-vm.ts";

describe.each(MODES)("cancelling, %s", (mode) => {
  it("ends the turn as cancelled and kills the tools it started", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    const running = eventOf(vm, session, ({ type }) => type === "update");
    const script = steps({ tool: { title: "wait", run: ["/usr/bin/sleep", "1000"] } }, { say: "never said" });
    const turn = vm.sendPrompt(session, script);
    await running;
    await expect.poll(() => commandsOf(vm)).toContain("/usr/bin/sleep");
    await vm.cancelPrompt(session);
    expect(await turn).toEqual({ response: { stopReason: "cancelled" }, text: "" });
    expect(await commandsOf(vm)).not.toContain("/usr/bin/sleep");
    expect((await vm.sendPrompt(session, "next")).text).toBe("you said: next");
  });

  it("kills what the agent is just about to start", async () => {
    const vm = await agentVm(mode);
    const script = steps({ tool: { title: "wait", run: ["/usr/bin/sleep", "1000"], late: true } });
    const cancelEarly = async () => {
      const session = await vm.createSession("test", { cancelGraceMs: 60_000 });
      const told = eventOf(vm, session, ({ type }) => type === "update");
      const turn = vm.sendPrompt(session, script);
      await told;
      await vm.cancelPrompt(session);
      expect((await turn).response.stopReason).toBe("cancelled");
      expect((await vm.sendPrompt(session, "next")).text).toBe("you said: next");
    };
    await Promise.all(Array.from({ length: 4 }, cancelEarly));
    expect(await commandsOf(vm)).not.toContain("/usr/bin/sleep");
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

  it("a turn can be cancelled as soon as it was asked for", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    const turn = vm.sendPrompt(session, steps({ sleep: 100_000 }));
    await vm.cancelPrompt(session);
    expect((await turn).response.stopReason).toBe("cancelled");
  });

  it("a prompt that waits for its turn is given up by its signal, the others go on", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    const running = vm.sendPrompt(session, steps({ sleep: 100_000 }));
    const stop = new AbortController();
    const waiting = vm.sendPrompt(session, "never given", { signal: stop.signal });
    const last = vm.sendPrompt(session, "last");
    stop.abort(new Error("changed my mind"));
    await expect(waiting).rejects.toMatchObject({ name: "AbortError", cause: stop.signal.reason });
    await expect(vm.sendPrompt(session, "nor this", { signal: stop.signal })).rejects.toMatchObject({
      code: "ABORT_ERR",
    });
    await vm.cancelPrompt(session);
    expect((await running).response.stopReason).toBe("cancelled");
    expect((await last).text).toBe("you said: last");
    const prompts = (await vm.getSessionEvents(session)).filter(({ type }) => type === "prompt");
    expect(prompts).toHaveLength(2);
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
    await expect(vm.sendPrompt(session, steps({ sleep: 100_000 }), { timeoutMs: 20 })).rejects.toMatchObject({
      code: "ERR_AGENTOS_AGENT_TIMEOUT",
    });
    expect((await vm.sendPrompt(session, "next")).text).toBe("you said: next");
  });
});
