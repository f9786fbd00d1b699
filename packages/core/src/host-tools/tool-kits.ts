// Tool kits and tools with the names they have in the VM.

import { z } from "zod";
import { ConfigError } from "../errors.ts";
import type { HostTool, ToolKit } from "./host-tool.ts";
import { type Flag, flagsOf } from "./tool-flags.ts";
import { kebabCase } from "./tool-names.ts";

const COMMAND_PREFIX = "agentos-";

export interface NamedTool {
  /** The name in the command: "list-issues". */
  name: string;
  /** The name in the kit: "listIssues". */
  key: string;
  tool: HostTool;
  schema: z.core.$ZodType;
  readonly flags: readonly Flag[];
}

export interface NamedKit {
  name: string;
  /** "agentos-project" */
  command: string;
  description: string;
  tools: readonly NamedTool[];
}

const isFunction = z.custom<HostTool["execute"]>(
  (value) => typeof value === "function",
  "must be a function",
);
const inputSchema = z.custom<z.core.$ZodType>(
  (value) => typeof value === "object" && value !== null && "_zod" in value,
  "must be a zod schema (zod 4)",
);
const toolSchema = z.strictObject({
  description: z.string(),
  inputSchema: inputSchema.optional(),
  execute: isFunction,
  examples: z.array(z.strictObject({ description: z.string(), arguments: z.string() })).optional(),
  timeoutMs: z.number().positive().or(z.literal(Number.POSITIVE_INFINITY)).optional(),
  maxResultBytes: z.number().int().positive().optional(),
});

/** The schema of the option `toolKits`. */
export const toolKitsSchema = z.array(
  z.strictObject({
    name: z.string().regex(/^[A-Za-z][\w-]{0,63}$/, "must be a name of letters, digits and dashes"),
    description: z.string(),
    tools: z.record(
      z.string().regex(/^[A-Za-z][\w-]{0,63}$/, "tools must have names of letters, digits and dashes"),
      toolSchema,
    ),
  }),
);

/** @throws ConfigError two of them would get the same name */
export function nameKits(kits: readonly ToolKit[]): NamedKit[] {
  const named = kits.map((kit, index): NamedKit => {
    const name = kebabCase(kit.name);
    const tools = Object.entries(kit.tools).map(([key, tool]) => nameTool(key, tool));
    requireUnique(tools, `toolKits[${index}].tools`);
    return { name, command: COMMAND_PREFIX + name, description: kit.description, tools };
  });
  requireUnique(named, "toolKits");
  return named;
}

const NO_INPUT = z.strictObject({});

function nameTool(key: string, tool: HostTool): NamedTool {
  const schema = tool.inputSchema ?? NO_INPUT;
  return {
    name: kebabCase(key),
    key,
    tool,
    schema,
    get flags() {
      return knownFlags(schema);
    },
  };
}

const flagsBySchema = new WeakMap<z.core.$ZodType, readonly Flag[]>();

/** Computed at first use, as most tools are never called. */
function knownFlags(schema: z.core.$ZodType): readonly Flag[] {
  let flags = flagsBySchema.get(schema);
  if (flags === undefined) flagsBySchema.set(schema, (flags = flagsOf(schema)));
  return flags;
}

function requireUnique(named: readonly { name: string }[], option: string): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) {
      throw new ConfigError(
        option,
        `AgentOs.create: option \`${option}\`: two of them are called ${JSON.stringify(name)}`,
      );
    }
    seen.add(name);
  }
}
