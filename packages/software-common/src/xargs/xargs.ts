import { exitCodeOf, exited, isSysError, O_RDONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  openInput,
  type Proc,
  stderr,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { quote, shownName } from "../shared/quote.ts";
import { findCommand } from "../shared/search-path.ts";
import { type Item, type ItemSource, itemReader, unescapeDelimiter, XargsError } from "./items.ts";

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
const ITEMS_PER_BREATH = 256;

export default defineProgram({
  name: "xargs",
  summary: "build and execute command lines from standard input",
  usage: "[OPTION]... COMMAND [INITIAL-ARGS]...",
  options,
  optionsFirst: true,
  async run(proc, { options, operands, order }) {
    const command = operands.length > 0 ? operands : ["echo"];
    let settings: Settings;
    let fd: number;
    try {
      settings = settingsOf(options, order);
      if (commandSize(command) > settings.maxChars) {
        throw new XargsError("cannot fit single argument within argument list size limit");
      }
    } catch (error) {
      if (!(error instanceof XargsError)) throw error;
      await warn(proc, error.message);
      return 1;
    }
    try {
      fd = await openInput(proc, options.file ?? "-");
    } catch (error) {
      await warn(proc, `Cannot open input file ${quote(proc, options.file!)}: ${errorText(error)}`);
      return 1;
    }
    return new Run(proc, command, settings, fd === 0).all(itemReader(proc, fd, settings.source));
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
  const asked = order.filter(({ name }) => modes.includes(name));
  const [replacing] = asked.filter(({ name }) => name.startsWith("replace"));
  // "-I {} -n 1" says the same twice: -n does not undo -I.
  const same = asked.at(-1)?.name === "maxArgs" && asked.at(-1)?.value === "1" ? replacing : undefined;
  const last = same ?? asked.at(-1);
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
const commandSize = (words: readonly string[]): number => words.reduce((sum, word) => sum + sizeOf(word), 0);

/** Collects items into command lines and runs them. */
class Run {
  readonly #proc: Proc;
  readonly #command: string[];
  readonly #settings: Settings;
  readonly #stdinTaken: boolean;
  /** pid → its slot. */
  readonly #running = new Map<number, number>();
  readonly #fixed: number;
  #batch: string[] = [];
  #chars = 0;
  #lines = 0;
  #ranAny = false;
  #status = 0;
  /** A command said 255 or could not be run: no more are started. */
  #stopped = false;

  constructor(proc: Proc, command: string[], settings: Settings, stdinTaken: boolean) {
    this.#proc = proc;
    this.#command = command;
    this.#settings = settings;
    this.#stdinTaken = stdinTaken;
    this.#fixed = commandSize(command);
  }

  async all(batches: AsyncGenerator<Item[]>): Promise<number> {
    let failure: XargsError | undefined;
    try {
      for await (const items of batches) {
        for (let i = 0; i < items.length; i++) {
          const waiting =
            this.#add(items[i]!) ?? (i % ITEMS_PER_BREATH === 0 ? this.#proc.yield() : undefined);
          if (waiting) await waiting;
        }
        if (this.#stopped) break;
      }
    } catch (error) {
      if (!(error instanceof XargsError)) throw error;
      failure = error;
    }
    // Items in front of a mistake in the input still run.
    const pending = this.#batch.length > 0 && !failure?.fatal;
    if (pending || (!failure && !this.#ranAny && this.#settings.runIfEmpty)) await this.#flush();
    await this.drain();
    if (!failure) return this.#status;
    await warn(this.#proc, failure.message);
    return 1;
  }

  /** Answers a promise if a command had to run first. */
  #add(item: Item): Promise<void> | undefined {
    if (this.#stopped) return undefined;
    const { replace, maxChars } = this.#settings;
    if (replace === undefined && this.#fixed + this.#chars + sizeOf(item.text) > maxChars)
      return this.#addToNext(item);
    return this.#take(item);
  }

  async #addToNext(item: Item): Promise<void> {
    const { maxChars, exitOnSize } = this.#settings;
    if (this.#fixed + sizeOf(item.text) > maxChars) {
      await this.#flushPending();
      throw new XargsError("argument line too long", true);
    }
    if (exitOnSize) throw new XargsError("argument list too long", true);
    await this.#flush();
    await this.#take(item);
  }

  #take({ text, endsLine }: Item): Promise<void> | undefined {
    const { maxArgs, maxLines } = this.#settings;
    this.#batch.push(text);
    this.#chars += sizeOf(text);
    if (endsLine) this.#lines++;
    return this.#batch.length >= maxArgs || this.#lines >= maxLines ? this.#flush() : undefined;
  }

  async #flushPending(): Promise<void> {
    if (this.#batch.length > 0) await this.#flush();
  }

  async #flush(): Promise<void> {
    const items = this.#batch;
    this.#batch = [];
    this.#chars = 0;
    this.#lines = 0;
    this.#ranAny = true;
    await this.#start(items);
  }

  async #start(items: string[]): Promise<void> {
    if (this.#stopped) return;
    const { replace, verbose, ask, maxProcs } = this.#settings;
    const argv =
      replace === undefined
        ? [...this.#command, ...items]
        : [this.#command[0]!, ...this.#command.slice(1).map((word) => word.replaceAll(replace, items[0]!))];
    if (replace !== undefined && commandSize(argv) > this.#settings.maxChars) {
      throw new XargsError("argument list too long", true);
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
