import { exitCodeOf, exited, isSysError, O_RDONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  openInput,
  type Proc,
  quoteName,
  stderr,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { shownName } from "../shared/quote.ts";
import { findCommand } from "../shared/search-path.ts";
import { type ItemSource, itemReader, unescapeDelimiter, XargsError } from "./items.ts";

const options = {
  zero: {
    short: "0",
    long: "null",
    help: "items are separated by a null, not whitespace; disables quote and backslash processing and logical EOF processing",
  },
  file: { short: "a", long: "arg-file", value: "FILE", help: "read arguments from FILE, not standard input" },
  delimiter: {
    short: "d",
    long: "delimiter",
    value: "CHARACTER",
    help: "items in input stream are separated by CHARACTER, not by whitespace",
  },
  eof: { short: "E", value: "END", help: "set logical EOF string" },
  eofOptional: {
    short: "e",
    long: "eof",
    value: "END",
    optional: true,
    help: "equivalent to -E END if END is specified",
  },
  replace: { short: "I", value: "R", help: "same as --replace=R" },
  replaceOptional: {
    short: "i",
    long: "replace",
    value: "R",
    optional: true,
    help: "replace R in INITIAL-ARGS with names read from standard input",
  },
  maxLines: {
    short: "L",
    value: "MAX-LINES",
    help: "use at most MAX-LINES non-blank input lines per command line",
  },
  maxLinesOptional: {
    short: "l",
    long: "max-lines",
    value: "MAX-LINES",
    optional: true,
    help: "similar to -L but defaults to at most one non-blank input line",
  },
  maxArgs: {
    short: "n",
    long: "max-args",
    value: "MAX-ARGS",
    help: "use at most MAX-ARGS arguments per command line",
  },
  openTty: {
    short: "o",
    long: "open-tty",
    help: "reopen stdin as /dev/tty in the child process before executing the command",
  },
  maxProcs: {
    short: "P",
    long: "max-procs",
    value: "MAX-PROCS",
    help: "run at most MAX-PROCS processes at a time",
  },
  interactive: { short: "p", long: "interactive", help: "prompt before running commands" },
  slotVariable: {
    long: "process-slot-var",
    value: "VAR",
    help: "set environment variable VAR in child processes",
  },
  noRunIfEmpty: {
    short: "r",
    long: "no-run-if-empty",
    help: "if there are no arguments, then do not run COMMAND",
  },
  maxChars: {
    short: "s",
    long: "max-chars",
    value: "MAX-CHARS",
    help: "limit length of command line to MAX-CHARS",
  },
  showLimits: { long: "show-limits", help: "show limits on command-line length" },
  verbose: { short: "t", long: "verbose", help: "print commands before executing them" },
  exit: { short: "x", long: "exit", help: "exit if the size (see -s) is exceeded" },
} as const;

type Options = OptionValues<typeof options>;

const DEFAULT_MAX_CHARS = 131_072;

export default defineProgram({
  name: "xargs",
  summary: "build and execute command lines from standard input",
  usage: "[OPTION]... COMMAND [INITIAL-ARGS]...",
  options,
  optionsFirst: true,
  async run(proc, { options, operands, order }) {
    const settings = settingsOf(options, order);
    const command = operands.length > 0 ? operands : ["echo"];
    let fd: number;
    try {
      fd = await openInput(proc, options.file ?? "-");
    } catch (error) {
      await warn(proc, `Cannot open input file ${quoteName(options.file!)}: ${errorText(error)}`);
      return 1;
    }
    const run = new Run(proc, command, settings, fd === 0);
    try {
      return await run.all(itemReader(proc, fd, settings.source));
    } catch (error) {
      if (!(error instanceof XargsError)) throw error;
      await run.drain();
      await warn(proc, error.message);
      return 1;
    }
  },
});

interface Settings {
  source: ItemSource;
  replace: string | undefined;
  maxLines: number;
  maxArgs: number;
  maxChars: number;
  maxProcs: number;
  runIfEmpty: boolean;
  verbose: boolean;
  ask: boolean;
  exitOnSize: boolean;
  openTty: boolean;
  slotVariable: string | undefined;
}

function count(text: string | undefined, option: string, fallback: number, least = 1): number {
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new UsageError(`invalid number "${text}" for -${option} option`);
  const value = Number(text);
  if (value < least) throw new UsageError(`value ${text} for -${option} option should be >= ${least}`);
  return value;
}

/** -I, -L and -n exclude each other: the last one given holds. */
function settingsOf(options: Options, order: readonly { name: string; value: string | true }[]): Settings {
  const modes = ["replace", "replaceOptional", "maxLines", "maxLinesOptional", "maxArgs"];
  const last = order.findLast(({ name }) => modes.includes(name));
  const mode = last?.name;
  const value = last?.value === true ? undefined : last?.value;
  const replace = mode === "replace" || mode === "replaceOptional" ? (value ?? "{}") : undefined;
  const lines = mode === "maxLines" || mode === "maxLinesOptional";
  const delimiter = options.zero
    ? "\0"
    : options.delimiter === undefined
      ? undefined
      : unescapeDelimiter(options.delimiter);
  const eof = options.eof ?? (typeof options.eofOptional === "string" ? options.eofOptional : undefined);
  return {
    source: { delimiter, eof: delimiter === undefined ? eof : undefined, wholeLines: replace !== undefined },
    replace,
    maxLines: lines ? count(value, "L", 1) : Number.POSITIVE_INFINITY,
    maxArgs: mode === "maxArgs" ? count(value, "n", 1) : replace !== undefined ? 1 : Number.POSITIVE_INFINITY,
    maxChars: count(options.maxChars, "s", DEFAULT_MAX_CHARS),
    maxProcs: count(options.maxProcs, "P", 1, 0) || Number.POSITIVE_INFINITY,
    runIfEmpty: !options.noRunIfEmpty && replace === undefined,
    verbose: options.verbose || options.interactive,
    ask: options.interactive,
    exitOnSize: options.exit || lines || replace !== undefined,
    openTty: options.openTty,
    slotVariable: options.slotVariable,
  };
}

const sizeOf = (text: string): number => text.length + 1;

/** Collects items into command lines and runs them. */
class Run {
  readonly #proc: Proc;
  readonly #command: string[];
  readonly #settings: Settings;
  readonly #stdinTaken: boolean;
  /** pid → its slot. */
  readonly #running = new Map<number, number>();
  #status = 0;
  /** A command said 255 or could not be run: no more are started. */
  #stopped = false;

  constructor(proc: Proc, command: string[], settings: Settings, stdinTaken: boolean) {
    this.#proc = proc;
    this.#command = command;
    this.#settings = settings;
    this.#stdinTaken = stdinTaken;
  }

  async all(items: AsyncGenerator<{ text: string; endsLine: boolean }>): Promise<number> {
    const { replace, maxArgs, maxLines, maxChars, runIfEmpty, exitOnSize } = this.#settings;
    const fixed = this.#command.reduce((sum, word) => sum + sizeOf(word), 0);
    let batch: string[] = [];
    let chars = fixed;
    let lines = 0;
    let ranAny = false;
    const flush = async () => {
      await this.#start(batch);
      ranAny = true;
      batch = [];
      chars = fixed;
      lines = 0;
    };
    for await (const { text, endsLine } of items) {
      if (this.#stopped) break;
      if (replace === undefined && chars + sizeOf(text) > maxChars) {
        if (batch.length === 0 || exitOnSize) throw new XargsError("argument line too long");
        await flush();
      }
      batch.push(text);
      chars += sizeOf(text);
      if (endsLine) lines++;
      if (batch.length >= maxArgs || lines >= maxLines) await flush();
    }
    if (!this.#stopped && (batch.length > 0 || (!ranAny && runIfEmpty))) await flush();
    await this.drain();
    return this.#status;
  }

  async #start(items: string[]): Promise<void> {
    if (this.#stopped) return;
    const { replace, verbose, ask, maxProcs } = this.#settings;
    const argv =
      replace === undefined
        ? [...this.#command, ...items]
        : [this.#command[0]!, ...this.#command.slice(1).map((word) => word.replaceAll(replace, items[0]!))];
    if (
      replace !== undefined &&
      argv.reduce((sum, word) => sum + sizeOf(word), 0) > this.#settings.maxChars
    ) {
      throw new XargsError("argument list too long");
    }
    if (verbose) await stderr(this.#proc).write(argv.map(shownName).join(" ") + (ask ? " ?..." : "\n"));
    if (ask && !(await askTerminal(this.#proc))) return;
    while (this.#running.size >= maxProcs) await this.#reap();
    await this.#spawn(argv);
    if (maxProcs === 1) await this.drain();
  }

  async #spawn(argv: string[]): Promise<void> {
    const proc = this.#proc;
    let input: number | undefined;
    try {
      const file = await findCommand(proc, argv[0]!, proc.env.get("PATH"));
      const env = new Map(proc.env);
      const slot = this.#freeSlot();
      if (this.#settings.slotVariable) env.set(this.#settings.slotVariable, String(slot));
      if (this.#stdinTaken)
        input = await proc.open(this.#settings.openTty ? "/dev/tty" : "/dev/null", O_RDONLY);
      const fds = new Map(
        proc
          .listFds()
          .filter((fd) => fd !== input && !proc.getCloexec(fd))
          .map((fd) => [fd, fd]),
      );
      if (input !== undefined) fds.set(0, input);
      this.#running.set(await proc.spawn(file, argv, { env, fds }), slot);
    } catch (error) {
      if (!isSysError(error)) throw error;
      await warn(proc, `${argv[0]}: ${error.message}`);
      this.#status = error.code === "ENOENT" ? 127 : 126;
      this.#stopped = true;
    } finally {
      if (input !== undefined) await proc.close(input);
    }
  }

  #freeSlot(): number {
    const used = new Set(this.#running.values());
    let slot = 0;
    while (used.has(slot)) slot++;
    return slot;
  }

  async #reap(): Promise<void> {
    const ended = await this.#proc.wait(-1);
    if (!ended || !this.#running.delete(ended.pid)) return;
    const name = this.#command[0]!;
    if (!exited(ended.status)) {
      await warn(this.#proc, `${name}: terminated by signal ${ended.status & 0x7f}`);
      this.#status = 125;
      this.#stopped = true;
      return;
    }
    const code = exitCodeOf(ended.status);
    if (code === 255) {
      await warn(this.#proc, `${name}: exited with status 255; aborting`);
      this.#status = 124;
      this.#stopped = true;
    } else if (code === 126 || code === 127) {
      this.#status = code;
      this.#stopped = true;
    } else if (code !== 0 && this.#status === 0) this.#status = 123;
  }

  async drain(): Promise<void> {
    while (this.#running.size > 0) await this.#reap();
  }
}

/** -p asks on the terminal, because standard input holds the items. */
async function askTerminal(proc: Proc): Promise<boolean> {
  const fd = await proc.open("/dev/tty", O_RDONLY);
  try {
    const byte = new Uint8Array(1);
    let first: number | undefined;
    while ((await proc.read(fd, byte)) === 1 && byte[0] !== 10) first ??= byte[0];
    return first === 0x79 || first === 0x59;
  } finally {
    await proc.close(fd);
  }
}
