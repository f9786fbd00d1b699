import { styleText } from "node:util";
import { COMMANDS, type CommandSpec, GLOBAL_OPTIONS, type OptionSpec } from "./spec.ts";

const WIDTH = 80;

/** Headings are bold if the output is a terminal that supports colours. */
const heading = (text: string): string => styleText("bold", text, { stream: process.stdout });

export function generalHelp(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary] as const);
  return sections(
    `${heading("usage:")} agentos COMMAND [OPTION]...\n\nVirtual Linux machines inside Node.js.`,
    `${heading("commands:")}\n${table(commands)}`,
    `${heading("options:")}\n${table(Object.entries(GLOBAL_OPTIONS).map(optionRow))}`,
    "Help on a command: agentos COMMAND --help",
  );
}

export function commandHelp(command: CommandSpec): string {
  const usage = command.usage.map((line, i) => `${i === 0 ? heading("usage:") : "      "} agentos ${line}`);
  return sections(
    usage.join("\n"),
    wrap(command.description),
    `${heading("options:")}\n${table(Object.entries(command.options).map(optionRow))}`,
    `${heading("examples:")}\n${command.examples.map((example) => `  ${example}`).join("\n")}`,
  );
}

function sections(...parts: string[]): string {
  return `${parts.join("\n\n")}\n`;
}

function optionRow([name, { short, value, help }]: readonly [string, OptionSpec]): readonly [string, string] {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return [short ? `-${short}, ${long}` : `    ${long}`, help];
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = "";
    }
    line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join("\n");
}
