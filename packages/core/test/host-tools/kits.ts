import {
  type AgentOs,
  type AgentOsOptions,
  hostTool,
  hostToolkit,
  type ToolContext,
  toolKit,
} from "@agentos/core";
import { expect } from "vitest";
import { z } from "zod";
import { createVm, type Mode } from "../../../../tests/support/vm.ts";

export const weather = toolKit({
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

export function kitOf(execute: (context: ToolContext, args: { text: string }) => unknown, options = {}) {
  return hostToolkit("test", {
    run: {
      description: "runs",
      args: z.object({ text: z.string().default("") }),
      handler: execute,
      ...options,
    },
  });
}

export const create = (mode: Mode, toolKits: AgentOsOptions["toolKits"], options: AgentOsOptions = {}) =>
  createVm(mode, { toolKits, ...options });

export async function answer(vm: AgentOs, command: string, stdin?: string) {
  const { stdout, exitCode, stderr } = await vm.exec(command, { stdin });
  expect(stderr).toBe("");
  return {
    ...(JSON.parse(stdout) as { ok: boolean; result?: unknown; error?: string; code?: string }),
    exitCode,
  };
}
