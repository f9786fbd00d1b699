import {
  defineProgram,
  helpText,
  type Proc,
  parseOptions,
  stderr,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { parseParameters, type ScanSettings, scanParameters } from "./scan-parameters.ts";

const BAD_PARAMETERS = 1;
const BAD_OPTIONS = 2;
const SELF_TEST = 4;

const OPTIONS = {
  alternative: { short: "a", long: "alternative", help: "allow long options starting with single -" },
  help: { short: "h", long: "help", help: "display this help" },
  longOptions: {
    short: "l",
    long: "longoptions",
    value: "longopts",
    repeat: true,
    help: "the long options to be recognized",
  },
  name: { short: "n", long: "name", value: "progname", help: "the name under which errors are reported" },
  options: { short: "o", long: "options", value: "optstring", help: "the short options to be recognized" },
  quiet: { short: "q", long: "quiet", help: "disable error reporting by getopt(3)" },
  quietOutput: { short: "Q", long: "quiet-output", help: "no normal output" },
  shell: { short: "s", long: "shell", value: "shell", help: "set quoting conventions to those of <shell>" },
  test: { short: "T", long: "test", help: "test for getopt(1) version" },
  unquoted: { short: "u", long: "unquoted", help: "do not quote the output" },
} as const;

const SUMMARY = "Parse command options.";
const USAGE =
  "optstring parameters | [options] [--] optstring parameters | [options] -o|--options optstring [options] [--] parameters";

function quoter(shell: string): (text: string) => string {
  if (shell === "csh" || shell === "tcsh")
    return (text) => `'${text.replace(/'/g, "'\\''").replace(/[!\n]/g, "\\$&")}'`;
  return (text) => `'${text.replace(/'/g, "'\\''")}'`;
}

async function scan(
  proc: Proc,
  words: readonly string[],
  settings: ScanSettings,
  silent: boolean,
): Promise<number> {
  const { output, errors } = scanParameters(words, settings);
  for (const error of errors) await stderr(proc).write(`${settings.name}: ${error}\n`);
  if (!silent) await stdout(proc).write(`${output}\n`);
  return errors.length > 0 ? BAD_PARAMETERS : 0;
}

export default defineProgram({
  name: "getopt",
  summary: SUMMARY,
  usage: USAGE,
  usageStatus: BAD_OPTIONS,
  rawArguments: true,
  async run(proc, { operands: argv }) {
    if (argv.length === 0) {
      await warn(proc, "missing optstring argument");
      await stderr(proc).write("Try 'getopt --help' for more information.\n");
      return BAD_OPTIONS;
    }
    const compatible = proc.env.has("GETOPT_COMPATIBLE") || !argv[0]!.startsWith("-");
    if (compatible) {
      const [shorts = "", ...words] = argv;
      const settings = parseParameters({
        shorts: shorts.replace(/^[-+]/, ""),
        longs: [],
        quoted: (text) => text,
        name: "getopt",
      });
      return scan(proc, words, settings, false);
    }
    const { options, operands } = parseOptions(OPTIONS, proc.argv, { optionsFirst: true });
    if (options.help) {
      await stdout(proc).write(helpText({ summary: SUMMARY, usage: USAGE, options: OPTIONS }, "getopt"));
      return 0;
    }
    if (options.test) return SELF_TEST;
    const shorts = options.options ?? operands[0];
    if (shorts === undefined) throw new UsageError("missing optstring argument");
    const words = options.options === undefined ? operands.slice(1) : operands;
    const settings = parseParameters({
      shorts,
      longs: options.longOptions.flatMap((list) => list.split(/[,\s]+/)).filter((name) => name !== ""),
      quoted: options.unquoted ? (text) => text : quoter(options.shell ?? "bash"),
      name: options.name ?? "getopt",
      alternative: options.alternative,
      quiet: options.quiet,
      inOrder: proc.env.has("POSIXLY_CORRECT"),
    });
    return scan(proc, words, settings, options.quietOutput);
  },
});
