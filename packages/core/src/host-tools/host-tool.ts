// Functions of the app that programs in the VM call as commands: `agentos-<kit> <tool> --flag value`.

import type { z } from "zod";
import type { AgentOs } from "../agent-os.ts";

/** On whose behalf a tool runs. */
export interface ToolContext {
  /** The VM from which the tool is called. */
  vm: AgentOs;
  /** The session whose agent made the call, itself or through a program that it started. */
  sessionId?: string;
  /** Aborted when the call's time is up, when its process dies, and when the VM is disposed. */
  signal: AbortSignal;
}

/** A call that the help shows. */
export interface ToolExample {
  /** What the call does. */
  description: string;
  /** What follows the tool's name: `--city Paris --days 3`. */
  arguments: string;
}

/** A function of the app, as a command of the VM. */
export interface ToolDefinition<Schema extends z.core.$ZodType = z.core.$ZodType> {
  /** What the help says it does. */
  description: string;
  /** The schema of the input, whose fields become the command's flags. @default an object without fields */
  inputSchema?: Schema;
  /** Runs in the app's process. The result must be JSON; an exception becomes the answer's `error`. */
  execute: (input: z.output<Schema>, context: ToolContext) => unknown;
  /** Calls that the help shows. */
  examples?: readonly ToolExample[];
  /** After this time the call fails and its signal is aborted. Infinity means never. @default 60_000 */
  timeoutMs?: number;
  /** The most bytes of the result as JSON. @default 16 MiB */
  maxResultBytes?: number;
}

/** A tool whose type of input has been erased. */
export type HostTool = Omit<ToolDefinition, "execute"> & {
  execute: (input: never, context: ToolContext) => unknown;
};

/** Tools under the name of one command. */
export interface ToolKit {
  /** The command is named after it: `weather` becomes `agentos-weather`. */
  name: string;
  /** What the help says it is for. */
  description: string;
  /** The tools by name, each a subcommand. */
  tools: Readonly<Record<string, HostTool>>;
}

/** A tool of the short form. */
export interface ShortTool<Input> {
  /** What the help says it does. */
  description: string;
  /** The schema of the input, whose fields become the flags. */
  args?: z.core.$ZodType<Input, unknown>;
  /** Runs in the app's process. */
  handler: (context: ToolContext, args: Input) => unknown;
  /** Calls that the help shows. */
  examples?: readonly ToolExample[];
  /** After this time the call fails and its signal is aborted. @default 60_000 */
  timeoutMs?: number;
  /** The most bytes of the result as JSON. @default 16 MiB */
  maxResultBytes?: number;
}

/**
 * @example
 * hostTool({
 *   description: "Weather of the next days",
 *   inputSchema: z.object({ city: z.string(), days: z.number().int().default(3) }),
 *   execute: ({ city, days }) => forecast(city, days),
 * })
 */
export function hostTool<Schema extends z.core.$ZodType>(
  definition: ToolDefinition<Schema>,
): ToolDefinition<Schema> {
  return definition;
}

/** Groups tools under one command. */
export function toolKit<Kit extends ToolKit>(kit: Kit): Kit {
  return kit;
}

/**
 * A tool kit in short form, whose handlers take the context first.
 * @example
 * hostToolkit("project", {
 * listIssues: { description: "…", args: z.object({ status: z.string() }), handler: async (c, { status }) => … },
 * })
 */
export function hostToolkit<Inputs extends Record<string, unknown>>(
  name: string,
  tools: { [K in keyof Inputs]: ShortTool<Inputs[K]> },
  description = `Tools of ${name}`,
): ToolKit {
  const named = Object.entries(tools as Record<string, ShortTool<unknown>>);
  return {
    name,
    description,
    tools: Object.fromEntries(
      named.map(([tool, { args, handler, ...rest }]) => [tool, longForm(args, handler, rest)]),
    ),
  };
}

function longForm(
  inputSchema: z.core.$ZodType | undefined,
  handler: ShortTool<unknown>["handler"],
  rest: Pick<HostTool, "description" | "examples" | "timeoutMs" | "maxResultBytes">,
): HostTool {
  return { ...rest, inputSchema, execute: (input, context) => handler(context, input) };
}
