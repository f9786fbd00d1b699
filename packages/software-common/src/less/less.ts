import { isDirectory, isSysError } from "@agentos/kernel/abi";
import {
  type Arguments,
  defineProgram,
  errorText,
  fail,
  openInput,
  type Proc,
  stderr,
  stdout,
} from "@agentos/kernel/program";
import { copyInput } from "../shared/copy-input.ts";
import { TerminalKeys } from "../shared/terminal-keys.ts";
import { Pager, type PagerSettings } from "./pager.ts";
import { Screen } from "./screen.ts";

const OPTIONS = {
  quitAtEnd: { short: "e", long: "quit-at-eof", help: "leave at the second command beyond the end" },
  quitAtFirstEnd: { short: "E", long: "QUIT-AT-EOF", help: "leave at the first command beyond the end" },
  force: { short: "f", long: "force", help: "open files that are not regular" },
  quitIfShort: { short: "F", long: "quit-if-one-screen", help: "leave at once if all fits on one screen" },
  noHighlight: { short: "gG", long: "HILITE-SEARCH", help: "highlight fewer matches" },
  ignoreCase: { short: "i", long: "ignore-case", help: "ignore case unless the pattern has capitals" },
  alwaysIgnoreCase: { short: "I", long: "IGNORE-CASE", help: "ignore case in searches" },
  quitOnInterrupt: { short: "K", long: "quit-on-intr", help: "leave at an interrupt" },
  medium: { short: "m", long: "long-prompt", help: "prompt with the percentage" },
  long: { short: "M", long: "LONG-PROMPT", help: "prompt with lines and percentage" },
  noNumbers: { short: "n", long: "line-numbers", help: "show no line numbers" },
  numbers: { short: "N", long: "LINE-NUMBERS", help: "show line numbers" },
  pattern: { short: "p", long: "pattern", value: "PATTERN", help: "begin at the first match of PATTERN" },
  quiet: { short: "qQ", long: ["quiet", "silent", "QUIET", "SILENT"], help: "never ring the bell" },
  raw: { short: "r", long: "raw-control-chars", help: "send every control character to the terminal" },
  colors: {
    short: "R",
    long: "RAW-CONTROL-CHARS",
    help: "send the escape sequences of colours to the terminal",
  },
  squeeze: { short: "s", long: "squeeze-blank-lines", help: "show several blank lines as one" },
  chop: { short: "S", long: "chop-long-lines", help: "cut long lines instead of wrapping them" },
  tabs: { short: "x", long: "tabs", value: "N", help: "set tab stops N columns apart" },
  noInit: { short: "X", long: "no-init", help: "leave the text on the terminal at the end" },
  repaint: { short: "cC", long: ["clear-screen", "CLEAR-SCREEN"], help: "draw from the top" },
  dumb: { short: "d", long: "dumb", help: "do not mind a terminal that can do little" },
  window: { short: "z", long: "window", value: "N", help: "accepted for compatibility" },
  jump: { short: "j", long: "jump-target", value: "N", help: "accepted for compatibility" },
} as const;

const STDIN_IS_TERMINAL = 'Missing filename ("less --help" for help)\n';

/** The words of $LESS before those of the command line. */
function withEnvironment(argv: readonly string[], proc: Proc): readonly string[] {
  const words = (proc.env.get("LESS") ?? "").split(/[\s$]+/).filter(Boolean);
  const options = words.map((word) => (/^[-+]/.test(word) ? word : `-${word}`));
  return [argv[0]!, ...options, ...argv.slice(1)];
}

function settingsOf({ options, operands }: Arguments<typeof OPTIONS>): PagerSettings {
  const commands = operands.filter((word) => word.startsWith("+")).map((word) => word.replace(/^\++/, ""));
  if (options.pattern !== undefined) commands.unshift(`/${options.pattern}`);
  return {
    style: {
      columns: 80,
      chop: options.chop,
      raw: options.colors ? "colors" : options.raw && "all",
      tab: Math.min(Math.max(1, Number.parseInt(options.tabs ?? "8", 10) || 8), 256),
      shift: 0,
      highlight: undefined,
    },
    numbers: options.numbers && !options.noNumbers,
    squeeze: options.squeeze,
    ignoreCase: options.alwaysIgnoreCase ? "always" : options.ignoreCase ? "lowercase" : "never",
    prompt: options.long ? "long" : options.medium ? "medium" : "short",
    quitAtEnd: options.quitAtFirstEnd ? "first" : options.quitAtEnd ? "second" : "never",
    quitOnInterrupt: options.quitOnInterrupt,
    initial: commands,
  };
}

/** less: shows text a screen at a time; copies it if standard output is no terminal. Source: less(1). */
export default defineProgram({
  name: "less",
  summary: "Show the contents of files a screen at a time.",
  usage: "[OPTION]... [+COMMAND] [FILE]...",
  options: OPTIONS,
  modernize: withEnvironment,
  async run(proc, args) {
    const files = args.operands.filter((word) => !word.startsWith("+"));
    const names = files.length > 0 ? files : ["-"];
    if (names[0] === "-" && proc.isatty(0)) {
      await stderr(proc).write(STDIN_IS_TERMINAL);
      return 1;
    }
    const good = await readable(proc, names);
    if (good.length === 0) return 0;
    return proc.isatty(1) ? page(proc, good, args) : copyAll(proc, good);
  },
});

/** The files that can be opened; the others are reported, on standard output and without a status, as less does. */
async function readable(proc: Proc, names: readonly string[]): Promise<string[]> {
  const good: string[] = [];
  for (const name of names) {
    try {
      if (name !== "-" && isDirectory((await proc.stat(name)).mode)) {
        await stdout(proc).write(`${name} is a directory\n`);
        continue;
      }
      const fd = await openInput(proc, name);
      if (fd !== 0) await proc.close(fd);
      good.push(name);
    } catch (error) {
      if (!isSysError(error)) throw error;
      await stdout(proc).write(`${name}: ${errorText(error)}\n`);
    }
  }
  return good;
}

async function copyAll(proc: Proc, names: readonly string[]): Promise<number> {
  for (const name of names) {
    const fd = await openInput(proc, name);
    await copyInput(proc, fd);
    if (fd !== 0) await proc.close(fd);
  }
  return 0;
}

async function page(proc: Proc, names: readonly string[], args: Arguments<typeof OPTIONS>): Promise<number> {
  const keys = await TerminalKeys.open(proc);
  const screen = new Screen(proc, keys, !args.options.noInit);
  const pager = new Pager(proc, { keys, screen }, settingsOf(args), names);
  try {
    const view = await pager.open(0);
    view.style.columns = screen.size.cols;
    if (args.options.quitIfShort && names.length === 1) {
      const rows = await view.page(screen.height);
      if (await view.atEnd()) {
        await stdout(proc).write(rows.map((row) => `${row}\n`).join(""));
        return 0;
      }
    }
    await screen.begin();
    try {
      await pager.run();
    } finally {
      await screen.end();
    }
    return 0;
  } catch (error) {
    return fail(proc, errorText(error));
  } finally {
    keys.end();
  }
}
