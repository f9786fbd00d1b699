import { type AgentExit, AgentRequestError, hostToolkit, VmDisposedError } from "@agentos/core";
import type { Answer } from "@agentos/testing-llm";
import { expect, it } from "vitest";
import { z } from "zod";
import { MODEL, piVm, setUp, updates } from "./pi-vm.ts";

/** Pi tries again so often, after so short a time. */
const RETRY = { retry: { maxRetries: 2, baseDelayMs: 1, provider: { timeoutMs: 300 } } };

const failure = (status: number, type: string, message: string) => ({ error: { status, type, message } });

it("passes on what Pi says about a missing key", { timeout: 60_000 }, async () => {
  const { vm } = await piVm([], { llm: undefined });
  const session = await vm.createSession("pi", MODEL);
  const failure = await vm.sendPrompt(session, "hello").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AgentRequestError);
  expect(String(failure)).toMatch(/No API key found for anthropic/i);
});

it("passes on what the model says when it refuses", { timeout: 60_000 }, async () => {
  const error = { status: 400, type: "invalid_request_error", message: "the prompt is too odd" };
  const { vm } = await piVm([{ error }]);
  const session = await vm.createSession("pi", MODEL);
  await expect(vm.sendPrompt(session, "hello")).rejects.toThrow("the prompt is too odd");
});

it.each<[string, Answer, RegExp]>([
  ["overloaded", failure(529, "overloaded_error", "Overloaded"), /529.*Overloaded/],
  ["limiting the rate", failure(429, "rate_limit_error", "slow down"), /429.*slow down/],
  ["cutting its stream", { message: [{ text: "One moment please" }], cutAfter: 4 }, /.+/],
  ["silent", { silent: true }, /timed? ?out/i],
])(
  "a model that is %s is asked again, visibly, and then given up",
  { timeout: 60_000 },
  async (_name, answer, message) => {
    const { vm, provider } = await piVm([answer, answer, answer, { message: [{ text: "Back again." }] }]);
    await setUp(vm, "settings.json", RETRY);
    const session = await vm.createSession("pi", MODEL);
    const error = await vm.sendPrompt(session, "hello").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AgentRequestError);
    expect(String(error)).toMatch(message);
    expect(provider.requests).toHaveLength(3);
    const events = await vm.getSessionEvents(session);
    const retries = updates(events).filter(({ _meta }) => _meta?.retry);
    expect(retries.map(({ _meta }) => _meta?.retry)).toMatchObject([
      { attempt: 1, maxAttempts: 2 },
      { attempt: 2 },
    ]);
    expect(events.at(-1)).toMatchObject({ type: "turn_error" });
    expect((await vm.sendPrompt(session, "again")).text).toBe("Back again.");
  },
);

it("a model that answers again in time lets the turn go on", { timeout: 60_000 }, async () => {
  const { vm } = await piVm([
    failure(529, "overloaded_error", "Overloaded"),
    { message: [{ text: "Here I am." }] },
  ]);
  await setUp(vm, "settings.json", RETRY);
  const session = await vm.createSession("pi", MODEL);
  expect(await vm.sendPrompt(session, "hello")).toMatchObject({
    response: { stopReason: "end_turn" },
    text: "Here I am.",
  });
});

it("a key that the provider does not take is told at once", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm([
    failure(401, "authentication_error", "invalid x-api-key"),
    { message: [{ text: "Welcome." }] },
  ]);
  const session = await vm.createSession("pi", MODEL);
  const error = await vm.sendPrompt(session, "hello").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AgentRequestError);
  expect(String(error)).toMatch(/401.*invalid x-api-key/);
  expect(provider.requests).toHaveLength(1);
  expect((await vm.sendPrompt(session, "again")).text).toBe("Welcome.");
});

it("a cancelled turn ends at once, also between two attempts", { timeout: 60_000 }, async () => {
  const { vm } = await piVm([
    failure(529, "overloaded_error", "Overloaded"),
    { message: [{ text: "Next." }] },
  ]);
  await setUp(vm, "settings.json", { retry: { baseDelayMs: 60_000, maxAgentDelayMs: 60_000 } });
  const session = await vm.createSession("pi", MODEL);
  const retrying = new Promise<void>((resolve) => {
    vm.onSessionEvent(session, (event) => event.type === "update" && event.update._meta?.retry && resolve());
  });
  const turn = vm.sendPrompt(session, "hello");
  await retrying;
  await vm.cancelPrompt(session);
  expect((await turn).response).toEqual({ stopReason: "cancelled" });
  expect((await vm.sendPrompt(session, "again")).text).toBe("Next.");
});

it("a Pi that is killed in mid-tool is reported, takes its tool with it, and can be resumed", {
  timeout: 60_000,
}, async () => {
  const exits: AgentExit[] = [];
  const { vm, provider } = await piVm(
    [
      { message: [{ tool: "bash", input: { command: "echo started; sleep 1000" } }] },
      { message: [{ text: "Alive." }] },
    ],
    { onAgentExit: (exit) => void exits.push(exit) },
  );
  const session = await vm.createSession("pi", MODEL);
  const sleeping = async () => (await vm.exec("pgrep -x sleep")).stdout;
  const turn = vm.sendPrompt(session, "Wait");
  const killed = expect(turn).rejects.toMatchObject({ code: "ERR_AGENTOS_AGENT_EXIT", signal: "SIGKILL" });
  await expect.poll(sleeping, { timeout: 20_000 }).not.toBe("");
  const agent = (await vm.listProcesses()).find(({ command }) => command === "node")!;
  await vm.killProcess(agent.pid);
  await killed;
  expect(exits).toMatchObject([{ agentType: "pi", signal: "SIGKILL" }]);
  expect(await sleeping()).toBe("");
  await vm.resumeSession(session);
  expect((await vm.sendPrompt(session, "Are you there?")).text).toBe("Alive.");
  expect(provider.requests[1]!.body).toContain('"text":"Wait"');
});

it("a VM that is disposed in mid-prompt rejects it", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm([{ message: [{ text: "One moment" }], hang: true }]);
  const session = await vm.createSession("pi", MODEL);
  const turn = expect(vm.sendPrompt(session, "hello")).rejects.toBeInstanceOf(VmDisposedError);
  await expect.poll(() => provider.requests.length, { timeout: 20_000 }).toBe(1);
  await vm.dispose();
  await turn;
  await expect.poll(() => provider.requests[0]!.aborted).toBe(true);
});

it("tool arguments that fail the schema, and a result of 5 MB, come back to the model", {
  timeout: 60_000,
}, async () => {
  const big = hostToolkit("big", {
    result: {
      description: "A big result",
      args: z.object({ bytes: z.number().int() }),
      handler: async (_context, { bytes }) => "x".repeat(bytes),
    },
  });
  const bash = (command: string) => ({ message: [{ tool: "bash", input: { command } }] });
  const { vm, provider } = await piVm(
    [
      { message: [{ tool: "write", input: { path: 7, contents: "no such argument" } }] },
      bash("agentos-big result --bytes many"),
      bash("agentos-big result --bytes 5000000 | wc -c; agentos-big result --bytes 5000000"),
      { message: [{ text: "Seen." }] },
    ],
    { toolKits: [big] },
  );
  const session = await vm.createSession("pi", MODEL);
  expect((await vm.sendPrompt(session, "Try")).text).toBe("Seen.");
  expect(provider.requests[1]!.body).toMatch(/Validation failed for tool \\?"write/);
  expect(provider.requests[2]!.body).toContain("--bytes: expected a number, got");
  // Pi cuts what a command says, and keeps the whole in a file of the VM.
  expect(provider.requests[3]!.body.length).toBeLessThan(1_000_000);
  expect(provider.requests[3]!.body).toMatch(/Full output: \/tmp\//);
});

it("MCP servers, which Pi does not know, are refused", { timeout: 60_000 }, async () => {
  const { vm } = await piVm([]);
  const mcpServers = [{ name: "files", command: "mcp-files", args: [], env: [] }];
  await expect(vm.createSession("pi", { ...MODEL, mcpServers })).rejects.toThrow("Pi takes no MCP servers");
});
