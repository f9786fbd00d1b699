import {
  type AgentExit,
  AgentOs,
  MemorySessionStore,
  SidecarExitError,
  VmDisposedError,
} from "@agentos/core";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { agentVm, commandsOf, eventOf, kinds, says, setup, steps } from "./agent-vm.ts";

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

describe.each(MODES)("faults of agents, %s", (mode) => {
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
    for (const cwd of ["/nowhere", "/etc/passwd"]) {
      await expect(vm.createSession("test", { cwd })).rejects.toMatchObject({
        code: "ERR_AGENTOS_AGENT_START",
        message: expect.stringContaining(`is ${cwd} a directory?`),
      });
    }
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
      '{"jsonrpc":"2.0","id":{},"method":"fs/read_text_file"}',
      '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"sessionUpdate":"agent_message_chunk"}}}',
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

  it("answers that nobody waits for are dropped, and not printed by the app", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    const raw = '{"jsonrpc":"2.0","id":99,"result":{}}';
    expect((await vm.sendPrompt(session, steps({ raw }, { say: "goes on" }))).text).toBe("goes on");
    expect(printed).not.toHaveBeenCalled();
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
