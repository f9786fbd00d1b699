import { AgentOs, ConfigError } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../../tests/support/vm.ts";
import { answer, create, kitOf, weather } from "./kits.ts";

describe.each(MODES)("host tools (%s)", (mode) => {
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
