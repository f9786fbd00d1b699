import { isSysError, SIGNALS } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { execCommand, reportFailure } from "../shared/run-command.ts";
import { parseSignal } from "../shared/signal-names.ts";
import { splitString } from "./split-string.ts";

const FAILED = 125;

/** Puts the words of -S strings in their places; what follows a string belongs to the words. */
function expandSplits(argv: readonly string[], { env }: Pick<Proc, "env">): readonly string[] {
  const out = [argv[0]!];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i]!;
    const match = /^(?:(-[iv0]*)S|--split-string(?==|$)=?)([\s\S]*)$/.exec(word);
    if (match !== null) {
      const flags = match[1] !== undefined && match[1].length > 1 ? [match[1]] : [];
      const text = match[2] !== "" ? match[2]! : (argv[++i] ?? "");
      return expandSplits(
        [argv[0]!, ...out.slice(1), ...flags, ...splitString(text, env), ...argv.slice(i + 1)],
        { env },
      );
    }
    if (word === "--" || word === "-" || !word.startsWith("-")) return [...out, ...argv.slice(i)];
    out.push(word);
    if (/^-[iv0]*[uC]$|^--(unset|chdir)$/.test(word) && i + 1 < argv.length) out.push(argv[++i]!);
  }
  return out;
}

function setSignals(proc: Proc, list: string | true | undefined, action: "default" | "ignore"): void {
  if (list === undefined) return;
  const numbers =
    list === true
      ? Object.values(SIGNALS).filter((number) => number !== SIGNALS.SIGKILL && number !== SIGNALS.SIGSTOP)
      : list.split(",").map((name) => {
          const number = parseSignal(name);
          if (number === undefined || number === 0)
            throw new UsageError(`${quote(proc, name)}: invalid signal`);
          return number;
        });
  for (const number of numbers) proc.sigaction(number, action);
}

function environmentOf(proc: Proc, ignore: boolean, unset: readonly string[]): Map<string, string> {
  const env = new Map(ignore ? [] : proc.env);
  for (const name of unset) {
    if (name === "" || name.includes("=")) throw new UnsetError(name);
    env.delete(name);
  }
  return env;
}

class UnsetError extends Error {}

async function runCommand(proc: Proc, argv: string[], env: Map<string, string>, chdir: string | undefined) {
  if (chdir !== undefined) {
    try {
      await proc.chdir(chdir);
    } catch (error) {
      return fail(proc, `cannot change directory to ${quoteName(chdir)}: ${errorText(error)}`, FAILED);
    }
  }
  try {
    return await execCommand(proc, argv, env);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const status = await reportFailure(proc, argv[0]!, error, "");
    if (status === 127 && /\s/.test(argv[0]!)) await warn(proc, "use -[v]S to pass options in shebang lines");
    return status;
  }
}

export default defineProgram({
  name: "env",
  summary: "Set each NAME to VALUE in the environment and run COMMAND.",
  usage: "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]",
  usageStatus: FAILED,
  optionsFirst: true,
  modernize: expandSplits,
  options: {
    ignoreEnvironment: { short: "i", long: "ignore-environment", help: "start with an empty environment" },
    zero: { short: "0", long: "null", help: "end each output line with NUL, not newline" },
    unset: {
      short: "u",
      long: "unset",
      value: "NAME",
      repeat: true,
      help: "remove variable from the environment",
    },
    chdir: { short: "C", long: "chdir", value: "DIR", help: "change working directory to DIR" },
    splitString: {
      short: "S",
      long: "split-string",
      value: "S",
      help: "process and split S into separate arguments",
    },
    blockSignal: {
      long: "block-signal",
      value: "SIG",
      optional: true,
      help: "block delivery of SIG signal(s) to COMMAND",
    },
    defaultSignal: {
      long: "default-signal",
      value: "SIG",
      optional: true,
      help: "reset handling of SIG signal(s)",
    },
    ignoreSignal: {
      long: "ignore-signal",
      value: "SIG",
      optional: true,
      help: "set handling of SIG signal(s) to do nothing",
    },
    debug: { short: "v", long: "debug", help: "print verbose information for each processing step" },
  },
  async run(proc, { options, operands }) {
    let words = operands;
    const ignore = options.ignoreEnvironment || words[0] === "-";
    if (words[0] === "-") words = words.slice(1);
    let env: Map<string, string>;
    try {
      env = environmentOf(proc, ignore, options.unset);
    } catch (error) {
      if (!(error instanceof UnsetError)) throw error;
      return fail(proc, `cannot unset ${quote(proc, error.message)}: Invalid argument`, FAILED);
    }
    let at = 0;
    for (; words[at]?.includes("="); at++) {
      const equals = words[at]!.indexOf("=");
      env.set(words[at]!.slice(0, equals), words[at]!.slice(equals + 1));
    }
    const command = words.slice(at);
    if (command.length > 0) {
      if (options.zero) throw new UsageError("cannot specify --null (-0) with command");
      setSignals(proc, options.defaultSignal, "default");
      setSignals(proc, options.ignoreSignal, "ignore");
      return runCommand(proc, command, env, options.chdir);
    }
    if (options.chdir !== undefined) throw new UsageError("must specify command with --chdir (-C)");
    for (const [name, value] of env)
      await stdout(proc).write(`${name}=${value}${options.zero ? "\0" : "\n"}`);
    return 0;
  },
});
