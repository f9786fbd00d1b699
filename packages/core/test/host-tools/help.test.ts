import { hostToolkit } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { answer, create, weather } from "./kits.ts";

describe.each(MODES)("host tools (%s)", (mode) => {
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
});
