import { longNames } from "./parse-options.ts";
import type { OptionSpec, Program } from "./program.ts";

const COLUMN = 28;

/** The text of --help, from the options as data. */
export function helpText(program: Pick<Program, "summary" | "usage" | "options">, name: string): string {
  const usage = program.usage === "" ? name : `${name} ${program.usage}`;
  const lines = Object.values(program.options).map(optionLine);
  const list = lines.length > 0 ? `\n${lines.join("\n")}\n` : "";
  return `Usage: ${usage}\n${program.summary}\n${list}`;
}

function optionLine(option: OptionSpec): string {
  const { value, optional } = option;
  const longs = longNames(option).map((name) => `--${name}`);
  const shorts = [...(option.short ?? "")].map((letter) => `-${letter}`);
  if (value !== undefined) {
    if (longs.length > 0) longs[0] += optional ? `[=${value}]` : `=${value}`;
    else if (shorts.length > 0) shorts[shorts.length - 1] += optional ? `[${value}]` : ` ${value}`;
  }
  const indent = shorts.length > 0 ? "  " : "      ";
  const names = indent + [...shorts, ...longs].join(", ");
  const help = option.help.replaceAll("\n", `\n${" ".repeat(COLUMN)}`);
  return names.length + 2 > COLUMN
    ? `${names}\n${" ".repeat(COLUMN)}${help}`
    : `${names.padEnd(COLUMN)}${help}`;
}
