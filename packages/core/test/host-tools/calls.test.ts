import type { AgentOs, Permissions } from "@agentos/core";
import common from "@agentos/software-common";
import testAgent from "@agentos/testing-agent";
import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { answer, create, kitOf, weather } from "./kits.ts";

describe.each(MODES)("host tools (%s)", (mode) => {
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
        if (text === "object") throw { status: 404 };
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
    expect(await answer(vm, "agentos-test run --text object")).toMatchObject({ error: "{ status: 404 }" });
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
});
