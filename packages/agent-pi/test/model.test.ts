import { FakeProvider } from "@agentos/testing-llm";
import { expect, it, onTestFinished } from "vitest";
import { MODEL, piVm, setUp, updates } from "./pi-vm.ts";

it("lets the app choose among the models", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm([{ message: [{ text: "hi" }] }]);
  const session = await vm.createSession("pi", MODEL);
  expect(session.configOptions).toMatchObject([{ id: "model", currentValue: "anthropic/claude-sonnet-4-5" }]);
  await vm.setSessionModel(session, "anthropic/claude-haiku-4-5");
  await vm.sendPrompt(session, "hello");
  expect(JSON.parse(provider.requests[0]!.body)).toMatchObject({ model: "claude-haiku-4-5" });
  await expect(vm.createSession("pi", { env: { AGENTOS_PI_MODEL: "none/such" } })).rejects.toThrow(
    '"none/such" is not a model that Pi knows',
  );
});

it("lists the models that there is a key for", { timeout: 60_000 }, async () => {
  const { vm } = await piVm([]);
  const { configOptions } = await vm.createSession("pi", MODEL);
  const option = configOptions?.find(({ category }) => category === "model");
  const names =
    option?.type === "select" ? option.options.map((entry) => "value" in entry && entry.value) : [];
  expect(names).toContain("anthropic/claude-haiku-4-5");
  expect(names.filter((name) => !String(name).startsWith("anthropic/"))).toEqual([]);
});

it("tells thoughts, words and usage as they come, each turn its own tokens", {
  timeout: 60_000,
}, async () => {
  const { vm } = await piVm([
    { message: [{ thinking: "let me see" }, { text: "Four." }], inputTokens: 1000, outputTokens: 10 },
    { message: [{ text: "Five." }], inputTokens: 2000, outputTokens: 20 },
  ]);
  const session = await vm.createSession("pi", MODEL);
  expect((await vm.sendPrompt(session, "2 + 2?")).text).toBe("Four.");
  await vm.sendPrompt(session, "And 1?");
  const told = updates(await vm.getSessionEvents(session));
  const thoughts = told.flatMap((update) =>
    update.sessionUpdate === "agent_thought_chunk" && update.content.type === "text"
      ? [update.content.text]
      : [],
  );
  expect(thoughts.join("")).toBe("let me see");
  const usages = told.filter(({ sessionUpdate }) => sessionUpdate === "usage_update");
  expect(usages).toMatchObject([
    { used: 1010, size: expect.any(Number), cost: { currency: "USD", amount: expect.any(Number) } },
    { used: 2020 },
  ]);
});

it("passes images on", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm([{ message: [{ text: "A dot." }] }]);
  const session = await vm.createSession("pi", MODEL);
  expect(session.capabilities.promptCapabilities).toMatchObject({ image: true });
  const dot =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await vm.sendPrompt(session, [
    { type: "text", text: "What is this?" },
    { type: "image", data: dot, mimeType: "image/png" },
  ]);
  const { messages } = JSON.parse(provider.requests[0]!.body) as { messages: { content: object[] }[] };
  expect(messages.at(-1)!.content).toContainEqual(
    expect.objectContaining({
      type: "image",
      source: { type: "base64", media_type: "image/png", data: dot },
    }),
  );
});

it("asks OpenAI's models where OPENAI_BASE_URL says, through the gateway or with a key of its own", {
  timeout: 60_000,
}, async () => {
  const provider = await FakeProvider.start({
    apiKey: "sk-openai",
    answers: [
      { message: [{ tool: "bash", input: { command: "echo hi > made" } }] },
      { message: [{ text: "Made." }] },
      { message: [{ text: "Again." }] },
    ],
  });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const { vm } = await piVm([], { llm: { provider: "openai", apiKey: "sk-openai", baseUrl: provider.url } });
  const session = await vm.createSession("pi", { env: { AGENTOS_PI_MODEL: "openai/gpt-5" } });
  expect((await vm.sendPrompt(session, "Make it")).text).toBe("Made.");
  expect(await vm.readFile("/home/user/made", "utf8")).toBe("hi\n");
  const usage = (await vm.getSessionEvents(session)).filter(({ type }) => type === "usage");
  expect(usage).toMatchObject([
    { provider: "openai", model: "gpt-5", totalTokens: 110 },
    { totalTokens: 110 },
  ]);

  const port = Number(new URL(provider.url).port);
  const { vm: direct } = await piVm([], { llm: undefined, loopbackExemptPorts: [port] });
  const env = {
    AGENTOS_PI_MODEL: "openai/gpt-5",
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OPENAI_API_KEY: "sk-openai",
  };
  const other = await direct.createSession("pi", { env });
  expect((await direct.sendPrompt(other, "Again")).text).toBe("Again.");
});

it("asks a provider of the VM's models.json", { timeout: 60_000 }, async () => {
  const provider = await FakeProvider.start({
    apiKey: "local",
    answers: [{ message: [{ text: "Locally." }] }],
  });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const port = Number(new URL(provider.url).port);
  const { vm } = await piVm([], { llm: undefined, loopbackExemptPorts: [port] });
  await setUp(vm, "models.json", {
    providers: {
      local: {
        baseUrl: `${provider.url}/v1`,
        api: "openai-completions",
        apiKey: "local",
        models: [{ id: "tiny" }],
      },
    },
  });
  const session = await vm.createSession("pi", { env: { AGENTOS_PI_MODEL: "local/tiny" } });
  expect((await vm.sendPrompt(session, "Where?")).text).toBe("Locally.");
  expect(provider.requests[0]).toMatchObject({ path: "/v1/chat/completions" });
});
