import { decode, SIGNALS, type WindowSize } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  type Proc,
  Reader,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { strftime } from "@agentos/posix";
import { type RowStyle, rowsOf } from "../less/rows.ts";
import { execCommand } from "../shared/run-command.ts";
import { readBytes } from "../shared/text-file.ts";

const SHORTEST_SECONDS = 0.1;
const LONGEST_SECONDS = 2 ** 31 / 1000;
const MOST_OUTPUT = 1 << 20;
const LONGEST_LINE = 1 << 15;
const COMMAND_FAILED = 8;
const CANNOT_EXECUTE = 4;
const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?1049l";
const FAILURE = "command exit with a non-zero status, press a key to exit";

interface Settings {
  argv: readonly string[];
  seconds: number;
  title: string | undefined;
  colors: boolean;
  wrap: boolean;
  differences: "none" | "last" | "all";
}

interface Run {
  output: string;
  failed: boolean;
}

/** watch: runs a command again and again and shows its output on the whole screen. Source: watch(1) of procps-ng. */
export default defineProgram({
  name: "watch",
  summary: "Execute a program periodically, showing output fullscreen.",
  usage: "[options] command",
  optionsFirst: true,
  options: {
    beep: { short: "b", long: "beep", help: "beep if command has a non-zero exit" },
    color: { short: "c", long: "color", help: "interpret ANSI color and style sequences" },
    differences: {
      short: "d",
      long: "differences",
      value: "permanent",
      optional: true,
      help: "highlight changes between updates",
    },
    errexit: { short: "e", long: "errexit", help: "exit if command has a non-zero exit" },
    chgexit: { short: "g", long: "chgexit", help: "exit when output from command changes" },
    equexit: { short: "q", long: "equexit", value: "cycles", help: "exit when output does not change" },
    interval: { short: "n", long: "interval", value: "secs", help: "seconds to wait between updates" },
    precise: { short: "p", long: "precise", help: "attempt run command in precise intervals" },
    noTitle: { short: "t", long: "no-title", help: "turn off header" },
    noWrap: { short: "w", long: "no-wrap", help: "turn off line wrapping" },
    exec: { short: "x", long: "exec", help: 'pass command to exec instead of "sh -c"' },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("no command given");
    const interval = Number((options.interval ?? proc.env.get("WATCH_INTERVAL") ?? "2").replace(",", "."));
    if (Number.isNaN(interval)) return fail(proc, `failed to parse argument: '${options.interval}'`);
    const equal = options.equexit === undefined ? undefined : Number(options.equexit);
    if (equal !== undefined && !(equal >= 1))
      return fail(proc, `failed to parse argument: '${options.equexit}'`);
    const command = operands.join(" ");
    const watcher = new Watcher(proc, {
      argv: options.exec ? operands : ["/bin/sh", "-c", command],
      seconds: Math.min(Math.max(SHORTEST_SECONDS, interval), LONGEST_SECONDS),
      title: options.noTitle ? undefined : command,
      colors: options.color,
      wrap: !options.noWrap,
      differences: options.differences === undefined ? "none" : options.differences === true ? "last" : "all",
    });
    await watcher.begin();
    try {
      let same = 0;
      for (let previous: string | undefined; ; ) {
        const start = proc.monotonicMs();
        const { output, failed } = await watcher.show();
        if (failed && options.beep) await stdout(proc).write("\x07");
        if (failed && options.errexit) {
          await watcher.waitForKey(FAILURE);
          return COMMAND_FAILED;
        }
        same = output === previous ? same + 1 : 0;
        if (options.chgexit && previous !== undefined && same === 0) return 0;
        if (equal !== undefined && same >= equal) return 0;
        previous = output;
        if (!(await watcher.pause(options.precise ? proc.monotonicMs() - start : 0))) return 0;
      }
    } finally {
      await watcher.end();
    }
  },
});

class Watcher {
  readonly #proc: Proc;
  readonly #settings: Settings;
  #stopped = false;
  #previous: string[] | undefined;
  /** For each row, the columns that have changed. */
  #changed: Set<number>[] = [];

  constructor(proc: Proc, settings: Settings) {
    this.#proc = proc;
    this.#settings = settings;
  }

  async begin(): Promise<void> {
    for (const signal of [SIGNALS.SIGINT, SIGNALS.SIGTERM, SIGNALS.SIGHUP]) {
      this.#proc.sigaction(signal, { handler: () => void (this.#stopped = true), restart: true });
    }
    this.#proc.sigaction(SIGNALS.SIGWINCH, { handler: () => undefined, restart: true });
    await stdout(this.#proc).write(ENTER);
  }

  async end(): Promise<void> {
    await stdout(this.#proc).write(LEAVE);
    await stdout(this.#proc).flush();
  }

  /** Runs the command and draws what it wrote. */
  async show(): Promise<Run> {
    const { title, wrap, colors } = this.#settings;
    const run = await this.#run();
    const { rows, cols } = this.#size();
    const style: RowStyle = {
      columns: cols,
      chop: !wrap,
      raw: colors && "colors",
      tab: 8,
      shift: 0,
      highlight: undefined,
    };
    const height = Math.max(1, rows - (title === undefined ? 0 : 2));
    const lines = run.output.replace(/\n$/, "").split("\n", height);
    const body = lines.flatMap((line) => rowsOf(line.slice(0, LONGEST_LINE), style)).slice(0, height);
    const header = title === undefined ? [] : [this.#header(title, cols), ""];
    const out = stdout(this.#proc);
    await out.write(`\x1b[H\x1b[2J${[...header, ...this.#mark(body)].join("\n")}`);
    await out.flush();
    return run;
  }

  /** @returns whether to go on */
  async pause(spentMs: number): Promise<boolean> {
    if (!this.#stopped) await this.#proc.sleep(Math.max(0, this.#settings.seconds * 1000 - spentMs));
    return !this.#stopped;
  }

  async waitForKey(message: string): Promise<void> {
    await stdout(this.#proc).write(`\x1b[${this.#size().rows};1H${message}`);
    await stdout(this.#proc).flush();
    await this.#proc.read(0, new Uint8Array(1));
  }

  async #run(): Promise<Run> {
    const proc = this.#proc;
    const [from, to] = proc.pipe(true);
    const pid = proc.fork(async (child) => {
      await child.dup2(to, 1);
      await child.dup2(to, 2);
      const { argv } = this.#settings;
      try {
        return await execCommand(child, argv);
      } catch (error) {
        return fail(child, `unable to execute '${argv[0]}': ${errorText(error)}`, CANNOT_EXECUTE);
      }
    });
    await proc.close(to);
    const output = await readOutput(proc, from);
    await proc.close(from);
    const { status } = (await proc.wait(pid))!;
    return { output, failed: status !== 0 };
  }

  #size(): WindowSize {
    const { rows, cols } = this.#proc.isatty(1) ? this.#proc.getWindowSize(1) : { rows: 0, cols: 0 };
    return { rows: rows || 24, cols: cols || 80 };
  }

  #header(title: string, columns: number): string {
    const seconds = Number(this.#proc.now() / 1_000_000_000n);
    const clock = { seconds, nanoseconds: 0, timeZone: this.#proc.env.get("TZ") };
    const right = `${this.#proc.uname().nodename}: ${strftime("%a %b %e %H:%M:%S %Y", clock)}`;
    const left = `Every ${this.#settings.seconds.toFixed(1)}s: `;
    const room = columns - left.length - right.length - 1;
    const shown = title.length <= room ? title : `${title.slice(0, Math.max(0, room - 3))}...`;
    return room < 0 ? right.slice(0, columns) : `${left}${shown.padEnd(room)} ${right}`;
  }

  /** Reverses what has changed since the last time, or ever. */
  #mark(rows: string[]): string[] {
    const { differences, colors } = this.#settings;
    if (differences === "none" || colors) return rows;
    const previous = this.#previous;
    this.#previous = rows;
    if (previous === undefined) return rows;
    return rows.map((row, index) => {
      const before = [...(previous[index] ?? "")];
      const changed = differences === "all" ? (this.#changed[index] ??= new Set()) : new Set<number>();
      const cells = [...row];
      for (const [at, cell] of cells.entries()) if (cell !== before[at]) changed.add(at);
      return cells.map((cell, at) => (changed.has(at) ? `\x1b[7m${cell}\x1b[27m` : cell)).join("");
    });
  }
}

/** All that comes, of which only the beginning is kept. */
async function readOutput(proc: Proc, fd: number): Promise<string> {
  const output = decode(await readBytes(proc, fd, MOST_OUTPUT));
  const reader = new Reader(proc, fd);
  while (await reader.read()) {
    const pause = proc.yield();
    if (pause) await pause;
  }
  return output;
}
