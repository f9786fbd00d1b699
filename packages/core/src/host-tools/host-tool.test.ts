import { expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { AgentOsOptions } from "../options.ts";
import { hostTool, hostToolkit, toolKit } from "./host-tool.ts";

it("a tool's function gets what its schema makes of the input", () => {
  const tool = hostTool({
    description: "",
    inputSchema: z.object({
      city: z.string(),
      days: z.number().default(3),
      unit: z.enum(["c", "f"]).optional(),
      size: z.string().transform((text) => text.length),
    }),
    async execute(input, { signal, sessionId }) {
      expectTypeOf(input).toEqualTypeOf<{
        city: string;
        days: number;
        unit?: "c" | "f" | undefined;
        size: number;
      }>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(sessionId).toEqualTypeOf<string | undefined>();
    },
  });
  const kit = toolKit({
    name: "kit",
    description: "",
    tools: { tool, bare: hostTool({ description: "", execute: () => 1 }) },
  });
  expectTypeOf([kit]).toExtend<NonNullable<AgentOsOptions["toolKits"]>>();
  expect(Object.keys(kit.tools)).toEqual(["tool", "bare"]);
});

it("handlers of the short form get theirs, each by its own schema", () => {
  const kit = hostToolkit("project", {
    listIssues: {
      description: "",
      args: z.object({ status: z.enum(["open", "closed"]) }),
      handler: async (c, args) => {
        expectTypeOf(args).toEqualTypeOf<{ status: "open" | "closed" }>();
        expectTypeOf(c.signal).toEqualTypeOf<AbortSignal>();
        return [args.status];
      },
    },
    count: {
      description: "",
      args: z.object({ least: z.number() }),
      handler: (_c, { least }) => expectTypeOf(least).toEqualTypeOf<number>(),
    },
    ping: { description: "", handler: () => "pong" },
  });
  expect(kit.name).toBe("project");
  expect(Object.keys(kit.tools)).toEqual(["listIssues", "count", "ping"]);
});
