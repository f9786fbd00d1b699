// Functions of this process as commands of the VM: what a shell, a script or an agent calls there runs here.

import { AgentOs, hostTool, hostToolkit, toolKit } from "@agentos/core";
import common from "@agentos/software-common";
import { z } from "zod";

const weather = toolKit({
  name: "weather",
  description: "Weather forecasts",
  tools: {
    forecast: hostTool({
      description: "The weather of the next days in a city",
      inputSchema: z.object({
        city: z.string().describe("name of the city"),
        days: z.number().int().min(1).max(7).default(3).describe("how many days"),
        unit: z.enum(["celsius", "fahrenheit"]).default("celsius"),
      }),
      examples: [{ description: "two days in Paris", arguments: "--city Paris --days 2" }],
      execute: ({ city, days, unit }) => ({
        city,
        unit,
        temperatures: Array.from({ length: days }, (_, day) => 18 + day),
      }),
    }),
  },
});

const issues = [
  { id: 1, title: "Login fails", status: "open" },
  { id: 2, title: "Typo", status: "closed" },
];
const project = hostToolkit("project", {
  listIssues: {
    description: "Issues of the project",
    args: z.object({ status: z.enum(["open", "closed"]).optional() }),
    handler: async (_context, { status }) =>
      issues.filter((issue) => status === undefined || issue.status === status),
  },
});

await using vm = await AgentOs.create({ software: common, toolKits: [weather, project] });

async function show(command: string): Promise<void> {
  const { stdout, exitCode } = await vm.exec(command);
  console.log(`$ ${command}\n${stdout}${exitCode === 0 ? "" : `(exit code ${exitCode})\n`}`);
}

await show("agentos list-tools");
await show("agentos-weather forecast --city Paris --days 2");
await show("agentos-weather forecast --days many");
await show("agentos-project list-issues --status open | grep -o 'Login fails'");
await show(`echo '{"city":"Oslo","unit":"fahrenheit"}' | agentos-weather forecast`);
