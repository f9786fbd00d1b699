// node's command line, as far as the kernel's side has to understand it. Source: node --help, node's
// src/node_options.cc.

import { findOption, longName, refusal } from "./option-table.ts";

export type OptionValue = string | boolean | number | string[];

/** What a guest is to run, as one of Node's main scripts (lib/internal/main). */
export type Main =
  | "run_main_module"
  | "eval_string"
  /** If standard input is a terminal, this becomes "repl". */
  | "eval_stdin"
  | "repl"
  | "check_syntax"
  | "test_runner"
  | "watch_mode";

export interface CommandLine {
  entry: { main: Main } | { text: string } | { script: string };
  /** process.execArgv: the options before the program. */
  execArgv: string[];
  /** process.argv without its first element. */
  args: string[];
  /** Options for the real node. Usually there are none, and then a waiting process can be used. */
  nodeFlags: string[];
  /** Options that Node's library reads inside the guest, by long name. */
  options: Map<string, OptionValue>;
}

/** A command line that node refuses, with node's message. Exit code 9. */
export class CommandLineError extends Error {
  override readonly name = "CommandLineError";
}

const USAGE = `Usage: node [options] [ script.js ] [arguments]
       node [options] -e code [arguments]
       command | node [options]

Options:
  -e, --eval=...     evaluate code
  -p, --print [...]  evaluate code and print the result
  -c, --check        check the syntax of a program without running it
  -i, --interactive  read, evaluate and print, terminal or not
  -r, --require=...  load a module before the program
  --import=...       import a module before the program
  --env-file=...     take environment variables from a file
  --run=...          run a script of package.json
  --test             run tests
  --watch            run again when files change
  -v, --version      print the version of Node.js
  -h, --help         print this text
  -                  read the program from standard input
  --                 the end of the options
`;

export interface Environment {
  /** process.version of the node in use. */
  version: string;
  NODE_OPTIONS?: string | undefined;
}

/** @throws CommandLineError */
export function parseCommandLine(
  argv: readonly string[],
  { version, NODE_OPTIONS }: Environment,
): CommandLine {
  const parser = new Parser(argv[0] ?? "node");
  parser.parseEnvironment(NODE_OPTIONS ?? "");
  const words = argv.slice(1);
  const execArgv = parser.parse(words);
  if (words[0] === "inspect" && execArgv.length === 0) parser.refuse("inspect", refusal("--inspect")!);
  const { nodeFlags, options } = parser;
  const line = (entry: CommandLine["entry"]): CommandLine => ({
    entry,
    execArgv,
    args: words,
    nodeFlags,
    options,
  });
  if (parser.asked) return line({ text: parser.asked === "--version" ? `${version}\n` : USAGE });
  const script = options.get("--run");
  return line(script === undefined ? { main: parser.chooseMain(words[0]) } : { script: String(script) });
}

class Parser {
  readonly nodeFlags: string[] = [];
  readonly options = new Map<string, OptionValue>();
  /** An option that only asks for a text to be printed. */
  asked: "--version" | "--help" | undefined;
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  refuse(word: string, why: string): never {
    throw new CommandLineError(`${this.#program}: ${word} is not available in a VM: ${why}`);
  }

  #fail(text: string): never {
    throw new CommandLineError(`${this.#program}: ${text}`);
  }

  /** Takes the options off the front of `words`. @returns the words taken */
  parse(words: string[]): string[] {
    const taken: string[] = [];
    while (words.length > 0 && words[0]!.startsWith("-") && words[0] !== "-") {
      const word = words.shift()!;
      if (word === "--") break;
      taken.push(word);
      this.#take(word, () => {
        const value = words.shift();
        if (value !== undefined) taken.push(value);
        return value;
      });
      if ((word === "-p" || word === "--print") && words.length > 0 && !words[0]!.startsWith("-")) {
        taken.push(words[0]!);
        this.options.set("--eval", words.shift()!);
      }
      if (this.asked) break;
    }
    return taken;
  }

  parseEnvironment(text: string): void {
    const words = this.#split(text);
    while (words.length > 0) {
      const word = words.shift()!;
      const { name } = splitOption(word);
      if (!name.startsWith("-") || !process.allowedNodeEnvironmentFlags.has(name)) {
        this.#fail(`${name} is not allowed in NODE_OPTIONS`);
      }
      this.#take(word, () => words.shift());
    }
  }

  /** Splits at spaces outside of double quotes, within which a backslash quotes. Source: ParseNodeOptionsEnvVar. */
  #split(text: string): string[] {
    const words: string[] = [];
    let isInWord = false;
    let isQuoted = false;
    for (let i = 0; i < text.length; i++) {
      let char = text[i]!;
      if (char === "\\" && isQuoted) {
        if (++i === text.length) this.#fail("invalid value for NODE_OPTIONS (invalid escape)\n");
        char = text[i]!;
      } else if (char === " " && !isQuoted) {
        isInWord = false;
        continue;
      } else if (char === '"') {
        isQuoted = !isQuoted;
        continue;
      }
      if (isInWord) words.push(words.pop() + char);
      else words.push(char);
      isInWord = true;
    }
    if (isQuoted) this.#fail("invalid value for NODE_OPTIONS (unterminated string)\n");
    return words;
  }

  #take(word: string, next: () => string | undefined): void {
    const { name, value } = splitOption(word);
    if (name === "-pe") {
      this.options.set("--print", true);
      this.#take("--eval", next);
      return;
    }
    const long = longName(name);
    if (long === "--version" || long === "--help") {
      this.asked = long;
      return;
    }
    const isNegation = long.startsWith("--no-") && findOption(long) === undefined;
    const option = isNegation ? `--${long.slice(5)}` : long;
    const row = findOption(option);
    if (!row) this.#refuseUnknown(word, option);
    if (row.kind === "flag") {
      if (row.isNative) this.nodeFlags.push(isNegation ? `--no-${option.slice(2)}` : option);
      else this.options.set(option, !isNegation);
      return;
    }
    if (isNegation) this.#fail(`${word} is an invalid negation because it is not a boolean option`);
    const text = value ?? next();
    if (text === undefined) this.#fail(`${name} requires an argument`);
    if (row.isNative) this.nodeFlags.push(`${option}=${text}`);
    else this.#set(option, row.kind, text);
  }

  #refuseUnknown(word: string, option: string): never {
    const why = refusal(option);
    if (why) this.refuse(word, why);
    return this.#fail(`bad option: ${word}`);
  }

  #set(option: string, kind: "value" | "number" | "list", text: string): void {
    if (kind === "value") this.options.set(option, text);
    else if (kind === "number") this.options.set(option, Number.parseInt(text, 10) || 0);
    else this.options.set(option, [...((this.options.get(option) as string[]) ?? []), text]);
    if (option === "--watch-path") this.options.set("--watch", true);
    if (option === "--test-random-seed") this.options.set("[has_test_random_seed]", true);
    if (option === "--test-isolation" && text !== "none" && text !== "process") {
      this.#fail("invalid value for --test-isolation");
    }
  }

  /** Source: node's StartExecution() and EnvironmentOptions::CheckOptions(). */
  chooseMain(program: string | undefined): Main {
    const has = (name: string): boolean => this.options.get(name) === true;
    const isEval = this.options.has("--eval");
    for (const [first, isSecond, second] of [
      ["--check", isEval, "--eval"],
      ["--check", has("--interactive"), "--interactive"],
      ["--test", has("--check"), "--check"],
      ["--test", isEval, "--eval"],
      ["--test", has("--interactive"), "--interactive"],
      ["--watch", has("--check"), "--check"],
      ["--watch", isEval, "--eval"],
      ["--watch", has("--interactive"), "--interactive"],
    ] as const) {
      if (has(first) && isSecond) this.#fail(`either ${first} or ${second} can be used, not both`);
    }
    if (has("--watch") && !has("--test") && program === undefined) {
      this.#fail("--watch requires specifying a file");
    }
    if (has("--check")) return "check_syntax";
    if (has("--test")) return "test_runner";
    if (has("--watch")) return "watch_mode";
    if (isEval && !has("--interactive")) return "eval_string";
    if (program !== undefined && program !== "-") return "run_main_module";
    return has("--interactive") ? "repl" : "eval_stdin";
  }
}

function splitOption(word: string): { name: string; value?: string } {
  const at = word.indexOf("=");
  return word.startsWith("--") && at > 0
    ? { name: word.slice(0, at), value: word.slice(at + 1) }
    : { name: word };
}
