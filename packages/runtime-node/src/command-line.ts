// node's command line, as far as the kernel's side must understand it. Source: node --help.

/** What a guest is to run. */
export type Entry =
  | { kind: "file"; path: string }
  | { kind: "eval"; code: string; print: boolean; inputType: string }
  | { kind: "stdin" }
  | { kind: "text"; text: string };

export interface CommandLine {
  entry: Entry;
  /** process.execArgv: the options before the program. */
  execArgv: string[];
  /** process.argv without its first element. */
  args: string[];
  /** Options for the real node; empty for the most common case, which a waiting process can take. */
  nodeFlags: string[];
  /** Modules to load first: [how, specifier]. */
  preload: ["require" | "import", string][];
}

/** A command line that node refuses, in node's words; exit code 9. */
export class CommandLineError extends Error {
  override readonly name = "CommandLineError";
}

/** Options that change nothing but the guest's own process, and may be passed on. */
const PASSED_FLAGS = new Set([
  "--enable-source-maps",
  "--expose-gc",
  "--no-deprecation",
  "--no-warnings",
  "--pending-deprecation",
  "--preserve-symlinks",
  "--preserve-symlinks-main",
  "--throw-deprecation",
  "--trace-deprecation",
  "--trace-uncaught",
  "--trace-warnings",
  "--no-strip-types",
  "--experimental-vm-modules",
  "--use-strict",
  "--experimental-eventsource",
  "--insecure-http-parser",
  "--no-experimental-websocket",
  "--no-network-family-autoselection",
]);

/** Options with a value, which may follow or stand behind "=". */
const PASSED_VALUES = new Set([
  "--conditions",
  "--disable-warning",
  "--dns-result-order",
  "--max-http-header-size",
  "--max-old-space-size",
  "--stack-size",
  "--stack-trace-limit",
  "--unhandled-rejections",
]);

/** Options whose files the boot code loads itself: the real node has no files. */
const PRELOADS: Readonly<Record<string, "require" | "import">> = {
  "-r": "require",
  "--require": "require",
  "--import": "import",
};

const USAGE = `Usage: node [options] [ script.js ] [arguments]
       node [options] -e code [arguments]
       command | node [options]

Options:
  -e, --eval=...     evaluate code
  -p, --print [...]  evaluate code and print the result
  -v, --version      print the version of Node.js
  -h, --help         print this text
  -                  read the program from standard input
  --                 the end of the options
`;

/** @throws CommandLineError */
export function parseCommandLine(argv: readonly string[], version: string): CommandLine {
  const words = argv.slice(1);
  const execArgv: string[] = [];
  const nodeFlags: string[] = [];
  let code: string | undefined;
  let print = false;
  let inputType = "";
  const preload: CommandLine["preload"] = [];
  const line = (entry: Entry, args: string[]): CommandLine => ({ entry, execArgv, args, nodeFlags, preload });

  while (words.length > 0 && words[0]!.startsWith("-") && words[0] !== "-") {
    const word = words.shift()!;
    if (word === "--") break;
    const { name, value } = splitOption(word);
    if (name === "-v" || name === "--version") return line({ kind: "text", text: `${version}\n` }, []);
    if (name === "-h" || name === "--help") return line({ kind: "text", text: USAGE }, []);
    execArgv.push(word);
    if (name === "-e" || name === "--eval" || name === "-pe") {
      code = value ?? takeValue(name, words, execArgv);
      print ||= name === "-pe";
    } else if (name === "-p" || name === "--print") {
      print = true;
      if (value !== undefined) code = value;
      else if (words.length > 0 && !words[0]!.startsWith("-")) code = takeValue(name, words, execArgv);
    } else if (PRELOADS[name]) {
      preload.push([PRELOADS[name], value ?? takeValue(name, words, execArgv)]);
    } else if (name === "--input-type") inputType = value ?? takeValue(name, words, execArgv);
    else if (PASSED_FLAGS.has(name) && value === undefined) nodeFlags.push(word);
    else if (PASSED_VALUES.has(name)) nodeFlags.push(`${name}=${value ?? takeValue(name, words, execArgv)}`);
    else throw new CommandLineError(`node: bad option: ${word}`);
  }
  if (code !== undefined) return line({ kind: "eval", code, print, inputType }, words);
  const [first] = words;
  return line(
    first === undefined || first === "-" ? { kind: "stdin" } : { kind: "file", path: first },
    words,
  );
}

function splitOption(word: string): { name: string; value?: string } {
  const at = word.indexOf("=");
  return word.startsWith("--") && at > 0
    ? { name: word.slice(0, at), value: word.slice(at + 1) }
    : { name: word };
}

function takeValue(name: string, words: string[], execArgv: string[]): string {
  const value = words.shift();
  if (value === undefined) throw new CommandLineError(`node: ${name} requires an argument`);
  execArgv.push(value);
  return value;
}
