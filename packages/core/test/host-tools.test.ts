import {
  AgentOs,
  type AgentOsOptions,
  ConfigError,
  hostTool,
  hostToolkit,
  type Permissions,
  type ToolContext,
  toolKit,
} from "@agentos/core";
import common from "@agentos/software-common";
import testAgent from "@agentos/testing-agent";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createVm, MODES, type Mode } from "./modes.ts";

const weather = toolKit({
  name: "weather",
  description: "Weather of the world",
  tools: {
    forecast: hostTool({
      description: "Weather of the next days",
      inputSchema: z.object({
        city: z.string().describe("where"),
        days: z.number().int().min(1).default(3).describe("how many days"),
        unit: z.enum(["celsius", "fahrenheit"]).optional(),
        withWind: z.boolean().default(false),
        tags: z.array(z.string()).optional(),
        hours: z.array(z.number()).optional(),
        area: z.object({ lat: z.number(), lon: z.number() }).optional(),
        after: z.date().optional(),
        station: z.string().nullable().optional(),
        cache: z.union([z.boolean(), z.enum(["auto"])]).optional(),
        source: z.union([z.string(), z.object({ url: z.string() })]).optional(),
      }),
      examples: [{ description: "a week in Paris", arguments: "--city Paris --days 7" }],
      execute: (input) => input,
    }),
    now: hostTool({ description: "The weather now", execute: () => "sunny" }),
  },
});

function kitOf(execute: (context: ToolContext, args: { text: string }) => unknown, options = {}) {
  return hostToolkit("test", {
    run: {
      description: "runs",
      args: z.object({ text: z.string().default("") }),
      handler: execute,
      ...options,
    },
  });
}

const create = (mode: Mode, toolKits: AgentOsOptions["toolKits"], options: AgentOsOptions = {}) =>
  createVm(mode, { toolKits, ...options });

async function answer(vm: AgentOs, command: string, stdin?: string) {
  const { stdout, exitCode, stderr } = await vm.exec(command, { stdin });
  expect(stderr).toBe("");
  return {
    ...(JSON.parse(stdout) as { ok: boolean; result?: unknown; error?: string; code?: string }),
    exitCode,
  };
}

describe.each(MODES)("host tools (%s)", (mode) => {
  it("are commands whose flags come from the schema", async () => {
    const vm = await create(mode, [weather]);
    const { stdout, exitCode } = await vm.exec("agentos-weather forecast --city Paris --days 2");
    expect(stdout).toBe('{"ok":true,"result":{"city":"Paris","days":2,"withWind":false}}\n');
    expect(exitCode).toBe(0);
    expect(await answer(vm, "agentos-weather now")).toMatchObject({ ok: true, result: "sunny" });
    expect((await vm.exec("command -v agentos-weather")).stdout).toMatch(/bin\/agentos-weather\n$/);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ["--name=value", "--city=Paris", { city: "Paris" }],
    ["a value that begins with dashes", "--city=--days", { city: "--days" }],
    ["negative numbers", "--city x --hours -3 --hours 4.5", { hours: [-3, 4.5] }],
    ["a boolean flag", "--city x --with-wind", { withWind: true }],
    ["a negated boolean flag", "--with-wind --no-with-wind --city x", { withWind: false }],
    ["a boolean with a value", "--with-wind false --city x", { withWind: false }],
    ["the field's own name", "--city x --withWind", { withWind: true }],
    ["an enum", "--city x --unit fahrenheit", { unit: "fahrenheit" }],
    ["repeated flags", "--city x --tags a --tags 'b c'", { tags: ["a", "b c"] }],
    ["a JSON array", `--city x --hours '[1,2]'`, { hours: [1, 2] }],
    ["a nested object", `--city x --area '{"lat":1,"lon":2}'`, { area: { lat: 1, lon: 2 } }],
    ["a date", "--city x --after 2026-01-02", { after: "2026-01-02T00:00:00.000Z" }],
    ["text that looks like a number", "--city 123 --station 42", { city: "123", station: "42" }],
    ["a boolean or a word", "--city x --cache auto", { cache: "auto" }],
    ["a boolean or a word, without a value", "--cache --city x", { cache: true }],
    ["null", "--city x --station null", { station: null }],
    ["text or an object, as text", "--city x --source 5", { source: "5" }],
    ["text or an object, as an object", `--city x --source '{"url":"u"}'`, { source: { url: "u" } }],
    ["--json", `--json '{"city":"Rome","days":1}'`, { city: "Rome", days: 1 }],
    ["flags over --json", `--json '{"city":"Rome","days":1}' --days 2`, { city: "Rome", days: 2 }],
    ["text that is not ASCII", "--city Zürich", { city: "Zürich" }],
    ["an empty string", "--city ''", { city: "" }],
  ])("take %s", async (_name, args, expected) => {
    const vm = await create(mode, [weather]);
    const { ok, result } = await answer(vm, `agentos-weather forecast ${args}`);
    expect(ok).toBe(true);
    expect(result).toMatchObject(expected);
  });

  it("take JSON from standard input, of a pipe or a file, if they are given nothing else", async () => {
    const vm = await create(mode, [weather]);
    const expected = { ok: true, result: { city: "Oslo", days: 3 } };
    const tool = "agentos-weather forecast";
    expect(await answer(vm, `echo '{"city":"Oslo"}' | ${tool}`)).toMatchObject(expected);
    expect(await answer(vm, tool, '{"city":"Oslo"}')).toMatchObject(expected);
    expect(await answer(vm, `${tool} <<< '{"city":"Oslo"}'`)).toMatchObject(expected);
    expect(await answer(vm, `echo '{"city":"Oslo"}' | ${tool} --json -`)).toMatchObject(expected);
    expect(await answer(vm, `echo '{"city":"Oslo"}' | ${tool} --json - --days 3`)).toMatchObject(expected);
    expect(await answer(vm, `${tool} < /dev/null`)).toMatchObject({ ok: false, error: "--city is required" });
    const loop = `printf '%s\\n' a b | while read -r city; do ${tool} --city "$city"; done`;
    expect((await vm.exec(loop)).stdout.trim().split("\n")).toHaveLength(2);
  });

  it("do not wait for an input that they can do without", async () => {
    const vm = await create(mode, [kitOf((_c, { text }) => text)]);
    const { pid } = await vm.spawn("agentos-test", ["run"]);
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: 0, signal: null });
    expect(await answer(vm, `echo '{"text":"given"}' | agentos-test run`)).toMatchObject({ result: "given" });
    const late = `{ sleep 0.2; echo '{"text":"late"}'; } | agentos-test run --json -`;
    expect(await answer(vm, late)).toMatchObject({ result: "late" });
  });

  it.each([
    ["a missing flag", "", "--city is required"],
    ["a wrong number", "--city x --days many", '--days: expected a number, got "many"'],
    ["a number with a fraction", "--city x --days 1.5", "--days: expected int, received number"],
    ["a number out of range", "--city x --days 0", "--days: too small: expected number to be >=1"],
    [
      "what is neither true nor false",
      "--city x --with-wind=maybe",
      '--with-wind: expected true or false, got "maybe"',
    ],
    ["an object that is none", "--city x --area 5", '--area: expected JSON, got "5"'],
    ["a wrong choice", "--city x --unit kelvin", '--unit: expected one of "celsius"|"fahrenheit"'],
    [
      "a wrong field of an object",
      `--city x --area '{"lat":1}'`,
      "--area: lon: expected number, received undefined",
    ],
    ["a wrong type in --json", `--json '{"city":1}'`, "--city: expected string, received number"],
    ["several mistakes", "--days 0", "--city is required; --days: too small: expected number to be >=1"],
    ["an unknown flag", "--cty x", "unknown flag --cty; did you mean --city?"],
    ["no value", "--city", "--city needs a value"],
    ["a flag for a value", "--city --days 3", "--city needs a value"],
    ["an operand", "Paris", 'unexpected argument "Paris"; values belong to flags: --city "Paris"'],
    ["what is not JSON", "--json '{'", /^--json is not JSON: /],
    ["JSON that is no object", "--json '[1]'", "expected object, received array"],
    ["a value for a negation", "--city x --no-with-wind=1", "--no-with-wind takes no value"],
  ])("refuse %s, naming the flag", async (_name, args, error) => {
    const vm = await create(mode, [weather]);
    expect(await answer(vm, `agentos-weather forecast ${args} < /dev/null`)).toEqual({
      ok: false,
      error: typeof error === "string" ? error : expect.stringMatching(error),
      code: "invalid-arguments",
      exitCode: 1,
    });
  });

  it("explain themselves", async () => {
    const vm = await create(mode, [weather]);
    const kit = await vm.exec("agentos-weather --help");
    expect(kit.exitCode).toBe(0);
    expect(kit.stdout).toContain("Weather of the world\n\nUsage: agentos-weather <tool> [--flag value]...");
    expect(kit.stdout).toMatch(/^ {2}forecast {2}Weather of the next days$/m);
    const { stdout } = await vm.exec("agentos-weather forecast --city x --help");
    expect(stdout).toMatch(/^ {2}--city STRING +where \(required\)$/m);
    expect(stdout).toMatch(/^ {2}--days NUMBER +how many days \(default: 3\)$/m);
    expect(stdout).toMatch(/^ {2}--unit celsius\|fahrenheit$/m);
    expect(stdout).toMatch(/^ {2}--\[no-\]with-wind/m);
    expect(stdout).toMatch(/^ {2}--tags STRING +\(may be repeated\)$/m);
    expect(stdout).toContain("  # a week in Paris\n  agentos-weather forecast --city Paris --days 7\n");
    expect(await answer(vm, "agentos-weather forcast")).toMatchObject({
      error: 'unknown tool "forcast"; did you mean forecast?',
      exitCode: 1,
    });
  });

  it("are listed by agentos list-tools", async () => {
    const project = hostToolkit("project", {
      listIssues: { description: "Issues of the project", handler: () => [] },
    });
    const vm = await create(mode, [weather, project]);
    const { stdout } = await vm.exec("agentos list-tools");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/)[0])).toEqual([
      "agentos-weather forecast",
      "agentos-weather now",
      "agentos-project list-issues",
      "",
    ]);
    expect((await vm.exec("agentos list-tools project")).stdout).toBe(
      "agentos-project list-issues  Issues of the project\n",
    );
    const data = await answer(vm, "agentos list-tools weather --json");
    expect(data.result).toMatchObject([
      { kit: "weather", tool: "forecast" },
      { tool: "now", flags: [] },
    ]);
    expect(await answer(vm, "agentos list-tools nothing")).toMatchObject({ ok: false, exitCode: 1 });
  });

  it("run in the app's process, with the VM they were called from", async () => {
    const seen: unknown[] = [];
    const vm: AgentOs = await create(mode, [
      kitOf(async (c, { text }) => {
        seen.push(process.pid, c.vm === vm, c.sessionId, c.signal.aborted);
        await c.vm.writeFile("/tmp/from-tool", text);
      }),
    ]);
    expect(await answer(vm, "agentos-test run --text hi")).toMatchObject({
      ok: true,
      result: null,
    });
    expect(seen).toEqual([process.pid, true, undefined, false]);
    expect(await vm.readFile("/tmp/from-tool", "utf8")).toBe("hi");
  });

  it("know the session whose agent they are called by", async () => {
    const callers: unknown[] = [];
    const kit = kitOf(({ sessionId }) => void callers.push(sessionId));
    const vm = await create(mode, [kit], { software: [common, testAgent] });
    const [one, other] = await Promise.all([vm.createSession("test"), vm.createSession("test")]);
    const run = JSON.stringify([
      { tool: { title: "run", run: ["/bin/bash", "-c", "agentos-test run >&2"] } },
    ]);
    await vm.sendPrompt(one, run);
    await vm.sendPrompt(other, run);
    await vm.exec(`AGENTOS_SESSION_ID=${one.sessionId} agentos-test run`);
    expect(callers).toEqual([one.sessionId, other.sessionId, undefined]);
    const instructions = await vm.readFile("/etc/agentos/instructions.md", "utf8");
    expect(instructions).toContain("- `agentos-test run [--text STRING]`: runs\n");
  });

  it("answer with what a handler throws, without its stack", async () => {
    const vm = await create(mode, [
      kitOf((_c, { text }) => {
        if (text === "string") throw "just text";
        return Promise.reject(new TypeError("no such issue"));
      }),
    ]);
    expect(await answer(vm, "agentos-test run")).toEqual({
      ok: false,
      error: "no such issue",
      code: "failed",
      exitCode: 1,
    });
    expect(await answer(vm, "agentos-test run --text string")).toMatchObject({ error: "just text" });
  });

  it("work in pipelines and substitutions", async () => {
    const vm = await create(mode, [kitOf((_c, { text }) => text.split(" "))]);
    const { stdout } = await vm.exec(
      `agentos-test run --text "a b" | tr ab xy | tee /tmp/answer; x=$(agentos-test run --text c); echo "$x" && ! agentos-test run --bad >/dev/null && echo failed`,
    );
    expect(stdout).toBe('{"ok":true,"result":["x","y"]}\n{"ok":true,"result":["c"]}\nfailed\n');
  });

  it("run at the same time", async () => {
    let running = 0;
    const all = Promise.withResolvers<void>();
    const vm = await create(mode, [
      kitOf(async (_c, { text }) => {
        if (++running === 10) all.resolve();
        await all.promise;
        return text;
      }),
    ]);
    const { stdout } = await vm.exec(
      "for i in 1 2 3 4 5 6 7 8 9 10; do agentos-test run --text $i & done; wait",
    );
    expect(stdout.match(/"ok":true/g)).toHaveLength(10);
  });

  it("give results of megabytes, in pieces, up to their limit", async () => {
    const big = "é".repeat(2_500_000);
    const vm = await create(mode, [kitOf((_c, { text }) => (text === "more" ? big.repeat(4) : big))]);
    const { stdout } = await vm.exec("agentos-test run");
    expect((JSON.parse(stdout) as { result: string }).result).toBe(big);
    expect((await vm.exec("agentos-test run | head -c 20")).stdout).toBe(
      '{"ok":true,"result":"'.slice(0, 20),
    );
    expect(await answer(vm, "agentos-test run --text more")).toEqual({
      ok: false,
      error: "run: the result has 20000002 bytes; it may have 16777216",
      code: "unusable-result",
      exitCode: 1,
    });
    const small = await create(mode, [kitOf((_c, { text }) => text, { maxResultBytes: 5 })]);
    expect(await answer(small, "agentos-test run --text 123")).toMatchObject({ ok: true });
    expect(await answer(small, "agentos-test run --text 1234")).toMatchObject({ ok: false });
  });

  it("refuse results that are not JSON", async () => {
    const vm = await create(mode, [kitOf(() => ({ size: 1n }))]);
    expect(await answer(vm, "agentos-test run")).toMatchObject({
      ok: false,
      error: expect.stringContaining("run: the result is not JSON"),
    });
  });

  it("fail and are aborted when their time is up", async () => {
    const aborted = Promise.withResolvers<unknown>();
    const never = ({ signal }: ToolContext) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      return new Promise(() => {});
    };
    const vm = await create(mode, [kitOf(never, { timeoutMs: 30 })]);
    expect(await answer(vm, "agentos-test run")).toEqual({
      ok: false,
      error: "run: no result within 30 ms",
      code: "timed-out",
      exitCode: 1,
    });
    expect(await aborted.promise).toMatchObject({ code: "timed-out" });
  });

  it("are aborted when their process is killed, when their reader goes, and when the VM is disposed", async () => {
    const calls: { started: PromiseWithResolvers<void>; aborted: PromiseWithResolvers<unknown> }[] = [];
    const expectCall = () => {
      const call = { started: Promise.withResolvers<void>(), aborted: Promise.withResolvers<unknown>() };
      calls.push(call);
      return call;
    };
    const vm = await create(mode, [
      kitOf(({ signal }) => {
        const call = calls.at(-1)!;
        signal.addEventListener("abort", () => call.aborted.resolve(signal.reason));
        call.started.resolve();
        return new Promise(() => {});
      }),
    ]);
    const killed = expectCall();
    const { pid } = await vm.spawn("agentos-test", ["run", "--text", "x"]);
    await killed.started.promise;
    await vm.stopProcess(pid);
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: null, signal: "SIGTERM" });
    await killed.aborted.promise;

    const timedOut = expectCall();
    expect(await vm.exec("agentos-test run", { timeoutMs: 50 })).toMatchObject({ timedOut: true });
    await timedOut.aborted.promise;

    const disposed = expectCall();
    const pending = vm.exec("agentos-test run").catch((error: unknown) => error);
    await disposed.started.promise;
    await vm.dispose();
    expect(await pending).toMatchObject({ code: "ERR_AGENTOS_VM_DISPOSED" });
    expect(await disposed.aborted.promise).toMatchObject({ code: "ERR_AGENTOS_VM_DISPOSED" });
  });

  it.runIf(mode === "sidecar")("are aborted when the sidecar dies", async () => {
    await using handle = AgentOs.createSidecar();
    const started = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<unknown>();
    const never = ({ signal }: ToolContext) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      started.resolve();
      return new Promise(() => {});
    };
    const vm = await create(mode, [kitOf(never)], { sidecar: { kind: "explicit", handle } });
    const pending = vm.exec("agentos-test run").catch((error: unknown) => error);
    await started.promise;
    process.kill(handle.describe().pid!, "SIGKILL");
    expect(await pending).toMatchObject({ code: "ERR_AGENTOS_SIDECAR_EXIT" });
    expect(await aborted.promise).toMatchObject({ code: "ERR_AGENTOS_SIDECAR_EXIT" });
  });

  it("are only called as the permissions say", async () => {
    const kits = [weather, kitOf(() => "ran")];
    const withTools = (tools: Permissions["tools"]) => create(mode, kits, { permissions: { tools } });
    const denied = { ok: false, code: "denied", exitCode: 1, error: "agentos-test run: permission denied" };
    const none = await withTools("deny");
    expect(await answer(none, "agentos-test run")).toEqual(denied);
    const some = await withTools([
      { decision: "deny", tools: ["forecast"] },
      { decision: "allow", kits: ["wea*"] },
    ]);
    expect(await answer(some, "agentos-weather now")).toMatchObject({ ok: true });
    expect(await answer(some, "agentos-weather forecast --city x")).toMatchObject({ code: "denied" });
    expect(await answer(some, "agentos-test run")).toEqual(denied);
    const asked = await withTools(async ({ kit, tool, input }) => {
      expect([kit, tool]).toEqual(["test", "run"]);
      return (input as { text: string }).text === "please" ? "allow" : "deny";
    });
    expect(await answer(asked, "agentos-test run --text please")).toMatchObject({ ok: true });
    expect(await answer(asked, "agentos-test run --text now")).toEqual(denied);
  });

  it("keep the app's environment to themselves", async () => {
    process.env.AGENTOS_TEST_SECRET = "s3cret-value";
    try {
      const vm = await create(mode, [kitOf(() => process.env.AGENTOS_TEST_SECRET !== undefined)]);
      const { stdout } = await vm.exec(
        "agentos-test run; env; cat /proc/self/environ; agentos-test run & cat /proc/$!/environ",
      );
      expect(stdout).toContain('"result":true');
      expect(stdout).not.toContain("s3cret-value");
    } finally {
      delete process.env.AGENTOS_TEST_SECRET;
    }
  });

  it("belong to their VM: neither snapshots nor other VMs have them", async () => {
    const vm = await create(mode, [kitOf(() => "first")]);
    await vm.writeFile("/tmp/kept", "kept");
    const root = await vm.snapshot();
    const bare = await createVm(mode, { root });
    expect(await bare.exec("cat /tmp/kept; ls /usr/bin | grep agentos; agentos-test run")).toMatchObject({
      stdout: "kept",
      exitCode: 127,
    });
    const fork = await create(mode, [kitOf(() => "second")], { root });
    expect(await answer(fork, "agentos-test run")).toMatchObject({ result: "second" });
    expect(await answer(vm, "agentos-test run")).toMatchObject({ result: "first" });
    const again = await create(mode, [kitOf(() => "third")], { root: await fork.snapshot() });
    expect(await answer(again, "agentos-test run")).toMatchObject({ result: "third" });
  });

  it("have an alias for their option", async () => {
    const vm = await createVm(mode, { toolkits: [weather] });
    expect(await answer(vm, "agentos-weather now")).toMatchObject({ ok: true });
  });
});

it.each<[string, unknown, string]>([
  ["a kit without a name", [{ description: "", tools: {} }], "toolKits[0].name"],
  [
    "a tool without a function",
    [{ name: "a", description: "", tools: { b: { description: "" } } }],
    "toolKits[0].tools.b.execute",
  ],
  [
    "a schema that is none",
    [{ name: "a", description: "", tools: { b: { description: "", execute() {}, inputSchema: {} } } }],
    "toolKits[0].tools.b.inputSchema",
  ],
  ["a name that is no command's", [{ name: "a b/c", description: "", tools: {} }], "toolKits[0].name"],
  ["two kits of one name", [kitOf(() => 1), kitOf(() => 2)], "toolKits"],
  [
    "two tools of one name",
    [
      {
        name: "a",
        description: "",
        tools: { bC: { description: "", execute() {} }, b_c: { description: "", execute() {} } },
      },
    ],
    "toolKits[0].tools",
  ],
])("%s is a ConfigError that says where", async (_name, toolKits, option) => {
  const creating = AgentOs.create({ sidecar: { kind: "inline" }, toolKits: toolKits as [] });
  await expect(creating).rejects.toBeInstanceOf(ConfigError);
  await expect(creating).rejects.toMatchObject({ option });
});
