import {
  type AgentOs,
  type AgentOsOptions,
  ConfigError,
  type LlmOption,
  MemorySessionStore,
  type SessionEvent,
  type SessionRef,
} from "@agentos/core";
import common from "@agentos/software-common";
import testAgent, { type Step } from "@agentos/testing-agent";
import { FakeProvider, type Scenario } from "@agentos/testing-llm";
import { describe, expect, it, onTestFinished } from "vitest";
import { createVm, MODES, type Mode } from "../../../tests/support/vm.ts";

const KEY = "sk-test-0123456789abcdef-secret";
const HOST = "llm.agentos.internal";

async function gatewayVm(
  mode: Mode,
  scenario: Partial<Scenario>,
  llm: Partial<LlmOption> = {},
  more: AgentOsOptions = {},
) {
  const provider = await FakeProvider.start({ apiKey: KEY, answers: [{}], ...scenario });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const options: AgentOsOptions = {
    software: [common, testAgent],
    llm: { provider: "anthropic", apiKey: KEY, baseUrl: provider.url, ...llm },
    ...more,
  };
  const vm = await createVm(mode, options);
  return { vm, provider };
}

interface Ask {
  path?: string;
  method?: string;
  body?: object | string;
  /** Variables of the agent's environment are filled in. */
  headers?: string[];
  cutAfter?: number;
}

const MESSAGE = { model: "claude-test", max_tokens: 100, messages: [{ role: "user", content: "hi" }] };

/** An HTTP request of the agent's to the gateway. */
function ask({ path = "/v1/messages", method = "POST", body = MESSAGE, headers, cutAfter }: Ask = {}): Step {
  const content = typeof body === "string" ? body : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${HOST}`,
    "connection: close",
    "content-type: application/json",
    ...(headers ?? ["x-api-key: $ANTHROPIC_API_KEY", "anthropic-version: 2023-06-01"]),
    ...(method === "GET" ? [] : [`content-length: ${Buffer.byteLength(content)}`]),
  ];
  const request = `${lines.join("\r\n")}\r\n\r\n${method === "GET" ? "" : content}`;
  return { http: { host: HOST, request, cutAfter } };
}

async function run(vm: AgentOs, session: SessionRef, ...steps: Step[]): Promise<string> {
  return (await vm.sendPrompt(session, JSON.stringify(steps))).text;
}

const usages = async (vm: AgentOs, session: SessionRef) =>
  (await vm.getSessionEvents(session)).filter(({ type }) => type === "usage");

describe.each(MODES)("the gateway to the model, %s", (mode) => {
  it("passes streams through, counts their tokens, and knows them by session", async () => {
    const message = [{ text: "Hello from the model" }, { tool: "bash", input: { command: "ls" } }];
    const { vm, provider } = await gatewayVm(mode, { answers: [{ message, inputTokens: 42 }] });
    const session = await vm.createSession("test");
    const answer = await run(vm, session, ask({ body: { ...MESSAGE, stream: true } }));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('"text_delta","text":"Hello "');
    expect(answer).toContain('"partial_json":"{\\"comman"');
    expect(answer).toContain("event: message_stop");
    expect(provider.requests[0]).toMatchObject({
      method: "POST",
      path: "/v1/messages",
      headers: { "x-api-key": KEY, "anthropic-version": "2023-06-01" },
    });
    expect(await usages(vm, session)).toMatchObject([
      {
        provider: "anthropic",
        model: "claude-test",
        status: 200,
        inputTokens: 42,
        outputTokens: 14,
        totalTokens: 56,
      },
    ]);
  });

  it("answers that come whole are counted too", async () => {
    const { vm } = await gatewayVm(mode, { answers: [{ message: [{ text: "one two" }], inputTokens: 7 }] });
    const session = await vm.createSession("test");
    expect(await run(vm, session, ask())).toContain('"text":"one two"');
    expect(await usages(vm, session)).toMatchObject([{ inputTokens: 7, outputTokens: 2, totalTokens: 9 }]);
  });

  it("speaks to OpenAI's API, and makes its streams count", async () => {
    const { vm, provider } = await gatewayVm(
      mode,
      { answers: [{ message: [{ text: "Hi there" }] }] },
      { provider: "openai" },
    );
    const session = await vm.createSession("test");
    const body = { model: "gpt-test", stream: true, messages: [] };
    const request = ask({
      path: "/v1/chat/completions",
      body,
      headers: ["authorization: Bearer $OPENAI_API_KEY"],
    });
    const text = await run(vm, session, { tell: "OPENAI_BASE_URL" }, request);
    expect(text).toMatch(/^http:\/\/llm\.agentos\.internal\/v1HTTP\/1\.1 200/);
    expect(text).toContain("data: [DONE]");
    expect(provider.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(await usages(vm, session)).toMatchObject([
      { provider: "openai", model: "gpt-test", inputTokens: 100, outputTokens: 10 },
    ]);
  });

  it("a provider of one's own is reached under its own address", async () => {
    await using own = await FakeProvider.start({ answers: [{ message: [{ text: "mine" }] }] });
    const { vm } = await gatewayVm(
      mode,
      {},
      {
        provider: {
          name: "own",
          protocol: "anthropic",
          baseUrl: `${own.url}/v1`,
          headers: { "x-team": "a" },
        },
        baseUrl: undefined,
      },
    );
    const session = await vm.createSession("test");
    expect(await run(vm, session, ask())).toContain("mine");
    expect(own.requests[0]?.headers).toMatchObject({ "x-team": "a", "x-api-key": KEY });
    expect(await usages(vm, session)).toMatchObject([{ provider: "own" }]);
  });

  it("the key is nowhere in the VM, whatever the provider repeats", async () => {
    const { vm } = await gatewayVm(mode, { answers: [{ echoHeaders: true }] });
    const session = await vm.createSession("test");
    const streamed = await run(vm, session, ask({ body: { ...MESSAGE, stream: true } }));
    const whole = await run(vm, session, ask());
    expect(whole).toContain("[redacted]");
    const everything = await vm.exec(
      "env; cat /proc/*/environ /proc/*/cmdline; find / -xdev -type f -not -path '/usr/bin/*' -exec cat {} +",
      { env: {} },
    );
    const told = await run(vm, session, { tell: "ANTHROPIC_API_KEY" }, { terminal: "env" });
    const transcript = JSON.stringify(await vm.getSessionEvents(session));
    expect(everything.stdout).toContain("agentos-");
    for (const text of [streamed, whole, told, transcript, everything.stdout, everything.stderr]) {
      expect(text.includes(KEY)).toBe(false);
      expect(text.includes(KEY.slice(0, 16))).toBe(false);
    }
  });

  it("only sessions' tokens open it, and only while they live", async () => {
    const { vm, provider } = await gatewayVm(mode, {});
    const [one, other] = [await vm.createSession("test"), await vm.createSession("test")];
    const token = await run(vm, one, { tell: "ANTHROPIC_API_KEY" });
    expect(await run(vm, other, { tell: "ANTHROPIC_API_KEY" })).not.toBe(token);
    const withToken = ask({ headers: [`x-api-key: ${token}`] });
    expect(await run(vm, other, ask({ headers: ["x-api-key: guess"] }))).toMatch(/^HTTP\/1\.1 401/);
    expect(await run(vm, other, ask({ headers: [] }))).toMatch(/^HTTP\/1\.1 401/);
    expect(await run(vm, other, withToken)).toMatch(/^HTTP\/1\.1 200/);
    await vm.closeSession(one);
    expect(await run(vm, other, withToken)).toMatch(/^HTTP\/1\.1 401/);
    expect(provider.requests).toHaveLength(1);
  });

  it("asks only for what a model is asked for, of models that are allowed", async () => {
    const { vm, provider } = await gatewayVm(mode, {}, { allowedModels: ["claude-*-test", "exact"] });
    const session = await vm.createSession("test");
    const status = async (request: Ask) => (await run(vm, session, ask(request))).slice(9, 12);
    const model = (name: unknown) => ({ body: { ...MESSAGE, model: name } });
    expect(await status(model("claude-big-test"))).toBe("200");
    expect(await status(model("exact"))).toBe("200");
    expect(await status(model("claude-big"))).toBe("403");
    expect(await status(model(undefined))).toBe("403");
    const twice = `{"model":"expensive","max_tokens":1,"messages":[],"model":"exact"}`;
    expect(await status({ body: twice })).toBe("200");
    expect(provider.requests.at(-1)?.body).not.toContain("expensive");
    expect(await status({ path: "/v1/files" })).toBe("404");
    expect(await status({ path: "/v1/messages/../files" })).toBe("404");
    expect(await status({ path: "//evil.example/v1/messages" })).toBe("404");
    expect(await status({ body: "[1]" })).toBe("400");
    expect(await status({ path: "/v1/models", method: "GET" })).toBe("200");
    expect(provider.requests).toHaveLength(4);
  });

  it("a session that has used its budget gets no more, another does", async () => {
    const { vm, provider } = await gatewayVm(
      mode,
      { answers: [{ message: [{ text: "word" }], inputTokens: 60 }] },
      { maxTokensPerSession: 100 },
    );
    const env = { TEST_AGENT: JSON.stringify({ resume: true }) };
    const [one, other] = [await vm.createSession("test", { env }), await vm.createSession("test")];
    const status = async (session: SessionRef) => (await run(vm, session, ask())).slice(9, 12);
    expect([await status(one), await status(one)]).toEqual(["200", "200"]);
    const refused = await run(vm, one, ask());
    expect(refused).toMatch(/^HTTP\/1\.1 403/);
    expect(refused).toContain("122 of 100 tokens");
    expect(await status(other)).toBe("200");
    await vm.closeSession(one);
    await vm.resumeSession(one);
    expect(await status(one)).toBe("403");
    expect(provider.requests).toHaveLength(3);
  });

  it("what a session used counts in the VM that resumes it", async () => {
    const sessionStore = new MemorySessionStore();
    const answers = [{ message: [{ text: "word" }], inputTokens: 150 }];
    const budget = { maxTokensPerSession: 100 };
    const first = await gatewayVm(mode, { answers }, budget, { sessionStore });
    const env = { TEST_AGENT: JSON.stringify({ resume: true }) };
    const session = await first.vm.createSession("test", { env });
    expect(await run(first.vm, session, ask())).toMatch(/^HTTP\/1\.1 200/);
    const home = await first.vm.snapshot();
    await first.vm.dispose();
    const second = await gatewayVm(mode, { answers }, budget, { sessionStore, root: home });
    await second.vm.resumeSession(session, { env });
    expect(await run(second.vm, session, ask())).toMatch(/^HTTP\/1\.1 403/);
    expect(second.provider.requests).toHaveLength(0);
  });

  it("what a query says is passed on", async () => {
    const { vm, provider } = await gatewayVm(mode, {});
    const session = await vm.createSession("test");
    await run(vm, session, ask({ path: "/v1/messages?beta=true" }));
    await run(vm, session, ask({ path: "/v1/models?limit=5&after_id=a", method: "GET" }));
    expect(provider.requests.map(({ path }) => path)).toEqual([
      "/v1/messages?beta=true",
      "/v1/models?limit=5&after_id=a",
    ]);
  });

  it("a session that is closed while the model answers pays for what came", async () => {
    const answers = [{ message: [{ text: "a ".repeat(50) }], hang: true }];
    const { vm, provider } = await gatewayVm(mode, { answers });
    const session = await vm.createSession("test");
    const turn = run(vm, session, ask({ body: { ...MESSAGE, stream: true } }));
    await expect.poll(() => provider.requests.length).toBe(1);
    await Promise.all([
      expect(turn).rejects.toMatchObject({ code: "ERR_AGENTOS_SESSION_CLOSED" }),
      vm.closeSession(session),
    ]);
    await expect.poll(() => usages(vm, session)).toMatchObject([{ status: 200 }]);
  });

  it.each([
    [401, "authentication_error"],
    [429, "rate_limit_error"],
    [529, "overloaded_error"],
  ])("the provider's %i reaches the agent as it is", async (status, type) => {
    const error = { status, type, message: `it is ${status}`, retryAfter: 7 };
    const { vm } = await gatewayVm(mode, { answers: [{ error }] });
    const session = await vm.createSession("test");
    const answer = await run(vm, session, ask({ body: { ...MESSAGE, stream: true } }));
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain("retry-after: 7");
    expect(answer).toContain(`"type":"${type}","message":"it is ${status}"`);
    expect(await usages(vm, session)).toMatchObject([{ status, totalTokens: 0 }]);
  });

  it("a provider that cannot be reached is a bad gateway", async () => {
    const gone = await FakeProvider.start({ answers: [{}] });
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    const { vm } = await gatewayVm(mode, {}, { baseUrl: url });
    const session = await vm.createSession("test");
    expect(await run(vm, session, ask())).toMatch(/^HTTP\/1\.1 502.*cannot be reached/s);
    expect(await usages(vm, session)).toMatchObject([{ status: 502, totalTokens: 0 }]);
  });

  it("a stream that the provider cuts is cut for the agent, and still counted", async () => {
    const answers = [{ message: [{ text: "a b c d e f g h" }], inputTokens: 50, cutAfter: 6, delayMs: 1 }];
    const { vm } = await gatewayVm(mode, { answers });
    const session = await vm.createSession("test");
    const answer = await run(vm, session, ask({ body: { ...MESSAGE, stream: true } }));
    expect(answer).toContain("message_start");
    expect(answer).not.toContain("message_stop");
    // No last chunk: the agent's HTTP client sees that it is not whole.
    expect(answer).not.toMatch(/\r\n0\r\n\r\n$/);
    const [usage] = (await usages(vm, session)) as (SessionEvent & { type: "usage" })[];
    expect(usage).toMatchObject({ status: 200, inputTokens: 50 });
    expect(usage?.outputTokens).toBeGreaterThan(0);
  });

  it("an agent that hangs up ends the request to the provider, and pays for what came", async () => {
    const answers = [{ message: [{ text: "a ".repeat(50) }], hang: true }];
    const { vm, provider } = await gatewayVm(mode, { answers });
    const session = await vm.createSession("test");
    await run(vm, session, ask({ body: { ...MESSAGE, stream: true }, cutAfter: 500 }));
    await expect.poll(() => provider.requests[0]?.aborted).toBe(true);
    await expect.poll(async () => (await usages(vm, session)).length).toBe(1);
    expect((await usages(vm, session))[0]).toMatchObject({ inputTokens: 100 });
  });

  it("a stream comes piece by piece", async () => {
    const answers = [{ message: [{ text: "first second" }], hang: true }];
    const { vm } = await gatewayVm(mode, { answers });
    const session = await vm.createSession("test");
    // The answer never ends: only what is passed on at once can be seen.
    const answer = await run(vm, session, ask({ body: { ...MESSAGE, stream: true }, cutAfter: 900 }));
    expect(answer).toContain('"text":"first "');
  });

  it("the VM's hosts file names it, in a fork too", async () => {
    const { vm } = await gatewayVm(mode, {});
    const line = `127.0.0.2\t${HOST}\n`;
    expect((await vm.readFile("/etc/hosts", "utf8")).split(line)).toHaveLength(2);
    const llm: LlmOption = { provider: "anthropic", apiKey: KEY };
    const fork = await createVm(mode, { software: [common, testAgent], root: await vm.snapshot(), llm });
    expect((await fork.readFile("/etc/hosts", "utf8")).split(line)).toHaveLength(2);
  });
});

describe("the option llm", () => {
  it.each([
    [{ provider: "acme", apiKey: "k" }, "llm.provider"],
    [{ provider: "anthropic", apiKey: "" }, "llm.apiKey"],
    [{ provider: "anthropic", apiKey: "k", baseUrl: "ftp://x" }, "llm.baseUrl"],
    [{ provider: "anthropic", apiKey: "k", maxTokensPerSession: -1 }, "llm.maxTokensPerSession"],
    [{ provider: "anthropic", apiKey: "k", models: [] }, "llm.models"],
  ])("%j is refused by name", async (llm, option) => {
    const failure = await createVm("inline", { llm: llm as never }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure).toMatchObject({ option });
  });
});
