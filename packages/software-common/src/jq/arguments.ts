// jq's own command line: options anywhere, single letters in clusters, some with two arguments.

import type { OptionsSpec } from "@agentos/kernel/program";

export const OPTIONS = {
  nullInput: { short: "n", long: "null-input", help: "use `null` as the single input value" },
  rawInput: { short: "R", long: "raw-input", help: "read each line as string instead of JSON" },
  slurp: {
    short: "s",
    long: "slurp",
    help: "read all inputs into an array and use it as the single input value",
  },
  compact: { short: "c", long: "compact-output", help: "compact instead of pretty-printed output" },
  raw: { short: "r", long: "raw-output", help: "output strings without escapes and quotes" },
  raw0: { long: "raw-output0", help: "implies -r and output NUL after each output" },
  join: { short: "j", long: "join-output", help: "implies -r and output without newline after each output" },
  ascii: {
    short: "a",
    long: "ascii-output",
    help: "output strings by only ASCII characters using escape sequences",
  },
  sortKeys: { short: "S", long: "sort-keys", help: "sort keys of each object on output" },
  color: { short: "C", long: "color-output", help: "colorize JSON output" },
  monochrome: { short: "M", long: "monochrome-output", help: "disable colored output" },
  tab: { long: "tab", help: "use tabs for indentation" },
  indent: { long: "indent", value: "n", help: "use n spaces for indentation (max 7 spaces)" },
  unbuffered: { long: "unbuffered", help: "flush output stream after each output" },
  stream: { long: "stream", help: "parse the input value in streaming fashion" },
  seq: { long: "seq", help: "parse input/output as application/json-seq" },
  file: { short: "f", long: "from-file", value: "file", help: "load the filter from a file" },
  arg: { long: "arg", value: "name value", help: "set $name to the string value" },
  argjson: { long: "argjson", value: "name value", help: "set $name to the JSON value" },
  slurpfile: {
    long: "slurpfile",
    value: "name file",
    help: "set $name to an array of JSON values read from the file",
  },
  rawfile: { long: "rawfile", value: "name file", help: "set $name to string contents of file" },
  args: { long: "args", help: "consume remaining arguments as positional string values" },
  jsonargs: { long: "jsonargs", help: "consume remaining arguments as positional JSON values" },
  exitStatus: { short: "e", long: "exit-status", help: "set exit status code based on the output" },
  version: { short: "V", long: "version", help: "show the version" },
  help: { short: "h", long: "help", help: "show the help" },
} as const satisfies OptionsSpec;

type OptionName = keyof typeof OPTIONS;

/** A mistake on the command line: exit status 2. */
export class UsageProblem extends Error {
  readonly hint: boolean;

  constructor(message: string, hint = true) {
    super(message);
    this.hint = hint;
  }
}

export interface CommandLine {
  flags: Set<OptionName>;
  indent: number;
  /** --arg, --argjson, --slurpfile, --rawfile, in order. */
  named: { kind: "arg" | "argjson" | "slurpfile" | "rawfile"; name: string; value: string }[];
  positional: { kind: "args" | "jsonargs"; value: string }[];
  operands: string[];
}

const BY_LONG = new Map<string, OptionName>(
  Object.entries(OPTIONS).map(([name, { long }]) => [long, name as OptionName]),
);
const BY_SHORT = new Map<string, OptionName>(
  Object.entries(OPTIONS).flatMap(([name, spec]) =>
    "short" in spec ? [[spec.short, name as OptionName] as const] : [],
  ),
);

export function parseCommandLine(words: readonly string[]): CommandLine {
  return new CommandLineParser(words).parse();
}

class CommandLineParser {
  readonly #words: readonly string[];
  readonly #result: CommandLine = { flags: new Set(), indent: 2, named: [], positional: [], operands: [] };
  #at = 0;
  #rest: "operands" | "args" | "jsonargs" = "operands";
  #filterSeen = false;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  parse(): CommandLine {
    let options = true;
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++]!;
      if (options && word === "--") options = false;
      else if (!options || word === "-" || !/^-[^\d]/.test(word)) this.#operand(word);
      else if (word.startsWith("--")) this.#option(this.#known(BY_LONG.get(word.slice(2)), word), word);
      else for (const letter of word.slice(1)) this.#option(this.#known(BY_SHORT.get(letter), word), word);
    }
    return this.#result;
  }

  #known(name: OptionName | undefined, word: string): OptionName {
    if (name === undefined) throw new UsageProblem(`Unknown option: ${word}`);
    return name;
  }

  #operand(word: string): void {
    const { operands, positional, flags } = this.#result;
    if (this.#rest === "operands" || (!this.#filterSeen && !flags.has("file"))) operands.push(word);
    else positional.push({ kind: this.#rest, value: word });
    this.#filterSeen = true;
  }

  #option(name: OptionName, word: string): void {
    this.#result.flags.add(name);
    if (name === "args" || name === "jsonargs") this.#rest = name;
    else if (name === "indent") this.#indent();
    else if (name === "arg" || name === "argjson" || name === "slurpfile" || name === "rawfile") {
      if (this.#at + 2 > this.#words.length) {
        const what = name === "arg" || name === "argjson" ? (name === "arg" ? "value" : "text") : "filename";
        throw new UsageProblem(`${word} takes two parameters (e.g. ${word} varname ${what})`);
      }
      this.#result.named.push({
        kind: name,
        name: this.#words[this.#at]!,
        value: this.#words[this.#at + 1]!,
      });
      this.#at += 2;
    }
  }

  #indent(): void {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new UsageProblem("--indent takes one parameter");
    const indent = Number.parseInt(word, 10);
    if (indent < 0) throw new UsageProblem("Cannot indent less than zero");
    if (indent > 7) throw new UsageProblem("Cannot indent more than 7 characters");
    this.#result.indent = Number.isNaN(indent) ? 0 : indent;
  }
}
