import { expect, it } from "vitest";
import { z } from "zod";
import type { AgentOs } from "../agent-os.ts";
import type { ToolCall } from "../vm/processes/tool-commands.ts";
import { hostToolkit, type ToolContext } from "./host-tool.ts";
import { ToolHost } from "./tool-host.ts";
import { nameKits } from "./tool-kits.ts";

function hostOf(handler: (context: ToolContext) => unknown): ToolHost {
  const host = new ToolHost(
    nameKits([
      hostToolkit("test", {
        runIt: { description: "Runs it", args: z.object({ a: z.string().optional() }), handler },
      }),
    ]),
    "allow",
  );
  host.bind({} as AgentOs);
  return host;
}

const call: ToolCall = { command: "agentos-test", args: ["run-it"], pids: [12, 11, 1] };

async function answer(host: ToolHost, what: ToolCall): Promise<unknown> {
  const chunk = await host.call(what).read();
  return JSON.parse(new TextDecoder().decode(chunk as Uint8Array));
}

it("a call of a process that descends from an agent's is a call of its session", async () => {
  const host = hostOf(({ sessionId }) => sessionId ?? "none");
  host.sessions.set(11, "session-1");
  expect(await answer(host, call)).toMatchObject({ result: "session-1" });
  expect(await answer(host, { ...call, pids: [14, 1] })).toMatchObject({ result: "none" });
});

it("tools are called by the name of the command line and by their own", async () => {
  const host = hostOf(() => 1);
  expect(await answer(host, { ...call, args: ["runIt"] })).toMatchObject({ ok: true });
  expect(host.commands).toEqual([
    { name: "agentos", inputs: {} },
    { name: "agentos-test", inputs: { "run-it": "optional", runIt: "optional" } },
  ]);
});

it("an answer comes in pieces, the exit status last", async () => {
  const run = hostOf(() => "x".repeat(150_000)).call(call);
  const sizes: unknown[] = [];
  for (let item = await run.read(); item !== undefined; item = await run.read()) {
    sizes.push(typeof item === "number" ? item : `${item.length} bytes`);
  }
  expect(sizes).toEqual(["65536 bytes", "65536 bytes", `${150_000 + 24 - 131_072} bytes`, 0]);
});

it("the reference for agents is Markdown", () => {
  expect(hostOf(() => 1).reference()).toBe(
    "### test: Tools of test\n\n- `agentos-test run-it [--a STRING]`: Runs it\n",
  );
});
