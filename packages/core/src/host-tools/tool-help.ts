// What --help and `agentos list-tools` print, and the reference in an agent's instructions.

import type { Flag, FlagType } from "./tool-flags.ts";
import type { NamedKit, NamedTool } from "./tool-kits.ts";

const SYNOPSIS_WIDTH = 100;

export function kitHelp(kit: NamedKit): string {
  return [
    kit.description,
    "",
    `Usage: ${kit.command} <tool> [--flag value]...`,
    "",
    "Tools:",
    ...columns(kit.tools.map(({ name, tool }) => [name, firstLine(tool.description)])),
    "",
    `Run '${kit.command} <tool> --help' for its flags. The answer is JSON on standard output,`,
    '{"ok":true,"result":...} or {"ok":false,"error":...} with exit status 1.',
    "",
  ].join("\n");
}

export function toolHelp(kit: NamedKit, tool: NamedTool): string {
  const { flags } = tool;
  const { description, examples = [] } = tool.tool;
  const command = `${kit.command} ${tool.name}`;
  const lines = [description, "", `Usage: ${synopsis(command, flags)}`, ""];
  if (flags.length > 0)
    lines.push("Flags:", ...columns(flags.map((flag) => [flagUsage(flag), flagNotes(flag)])));
  else lines.push("Flags:");
  lines.push(
    ...columns([
      ["--json JSON", 'the whole input; "-" reads it from standard input'],
      ["--help", "this text"],
    ]),
    "",
  );
  if (examples.length > 0) {
    lines.push("Examples:");
    for (const example of examples)
      lines.push(`  # ${example.description}`, `  ${command} ${example.arguments}`);
    lines.push("");
  }
  return lines.join("\n");
}

/** Lists the tools of one kit, or of all. */
export function toolListing(kits: readonly NamedKit[]): string {
  const rows = kits.flatMap(({ command, tools }) =>
    tools.map(({ name, tool }): [string, string] => [`${command} ${name}`, firstLine(tool.description)]),
  );
  return [...columns(rows, ""), ""].join("\n");
}

/** A tool as data, for programs. */
export interface ToolListing {
  kit: string;
  tool: string;
  command: string;
  description: string;
  flags: {
    name: string;
    types: readonly string[];
    repeats: boolean;
    required: boolean;
    description?: string;
  }[];
}

export function toolData(kits: readonly NamedKit[]): ToolListing[] {
  return kits.flatMap(({ name: kit, command, tools }) =>
    tools.map(({ name, tool, flags }) => ({
      kit,
      tool: name,
      command: `${command} ${name}`,
      description: tool.description,
      flags: flags.map(({ name: flag, types, repeats, required, description }) => ({
        name: `--${flag}`,
        types,
        repeats,
        required,
        description,
      })),
    })),
  );
}

/** Markdown: each kit's commands with their flags, under third-level headings. */
export function toolReference(kits: readonly NamedKit[]): string {
  return kits
    .map(({ name, command, description, tools }) =>
      [
        `### ${name}: ${firstLine(description)}`,
        "",
        ...tools.map(
          (tool) =>
            `- \`${synopsis(`${command} ${tool.name}`, tool.flags)}\`: ${firstLine(tool.tool.description)}`,
        ),
        "",
      ].join("\n"),
    )
    .join("\n");
}

function synopsis(command: string, flags: readonly Flag[]): string {
  const parts = [...flags]
    .sort((a, b) => Number(b.required) - Number(a.required))
    .map((flag) => {
      const usage = flag.repeats ? `${flagUsage(flag)}...` : flagUsage(flag);
      return flag.required ? usage : `[${usage}]`;
    });
  const whole = [command, ...parts].join(" ");
  return whole.length <= SYNOPSIS_WIDTH ? whole : `${command} [--flag value]...`;
}

function flagUsage({ name, types, choices }: Flag): string {
  if (types.includes("boolean")) return `--[no-]${name}`;
  return `--${name} ${choices.length > 0 ? choices.join("|") : VALUE_NAMES[types.at(-1)!]}`;
}

const VALUE_NAMES: Record<FlagType, string> = {
  string: "STRING",
  number: "NUMBER",
  boolean: "true|false",
  date: "DATE",
  json: "JSON",
  object: "JSON",
  null: "null",
};

function flagNotes({ description, required, repeats, defaultValue }: Flag): string {
  const notes = [
    ...(required ? ["required"] : []),
    ...(repeats ? ["may be repeated"] : []),
    ...(defaultValue === undefined ? [] : [`default: ${defaultValue}`]),
  ];
  const text = description === undefined ? "" : firstLine(description);
  return [text, notes.length > 0 ? `(${notes.join(", ")})` : ""].filter((part) => part !== "").join(" ");
}

function columns(rows: readonly (readonly [string, string])[], indent = "  "): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${indent}${left.padEnd(width)}  ${right}`.trimEnd());
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}
