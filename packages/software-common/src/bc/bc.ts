import {
  defineProgram,
  errorText,
  openInput,
  PROGRAM_VERSION,
  type Proc,
  stderr,
  stdout,
} from "@agentos/kernel/program";
import { DecimalTooLong } from "../shared/decimal.ts";
import { WrappedOutput } from "../shared/wrapped-output.ts";
import { Lexer } from "./lexer.ts";
import { Machine, type Surroundings } from "./machine.ts";
import { type Item, Parser } from "./parser.ts";
import { SourceLines } from "./source-lines.ts";
import type { Dialect } from "./token-stream.ts";

const BANNER = `bc (AgentOS) ${PROGRAM_VERSION}\n`;

const LIMITS = `BC_BASE_MAX     = 2147483647
BC_DIM_MAX      = 16777215
BC_SCALE_MAX    = 2147483647
BC_STRING_MAX   = 2147483647
MAX Exponent    = 9223372036854775807
Number of vars  = 32767
`;

/** bc: a language of numbers with as many digits as one likes. Source: POSIX XCU bc; GNU bc manual. */
export default defineProgram({
  name: "bc",
  summary: "An arbitrary precision calculator language.",
  usage: "[OPTION]... [FILE]...",
  modernize: ([name = "bc", ...given], proc) => {
    const always = (proc.env.get("BC_ENV_ARGS") ?? "").split(" ").filter((word) => word !== "");
    return [name, ...always, ...given];
  },
  options: {
    interactive: { short: "i", long: "interactive", help: "force interactive mode" },
    mathlib: { short: "l", long: "mathlib", help: "use the predefined math routines" },
    quiet: { short: "q", long: "quiet", help: "don't print initial banner" },
    standard: { short: "s", long: "standard", help: "non-standard bc constructs are errors" },
    warn: { short: "w", long: "warn", help: "warn about non-standard bc constructs" },
    printHelp: { short: "h", help: "print the usage and exit" },
    printVersion: { short: "v", help: "print version information and exit" },
  },
  async run(proc, { options, operands }) {
    if (options.printVersion) {
      await stdout(proc).write(BANNER);
      return 0;
    }
    if (options.printHelp) {
      await stdout(proc).write("usage: bc [options] [file ...]\n");
      return 0;
    }
    for (const name of operands) {
      const problem = await unavailable(proc, name);
      if (problem === undefined) continue;
      await stderr(proc).write(`File ${name} is unavailable.\n`);
      return 1;
    }
    const interactive = options.interactive || (operands.length === 0 && proc.isatty(0) && proc.isatty(1));
    if (interactive && !options.quiet && !proc.env.has("POSIXLY_CORRECT")) await stdout(proc).write(BANNER);
    const dialect: Dialect = options.standard ? "posix" : options.warn ? "warn" : "gnu";
    return new Session(proc, operands, options.mathlib, dialect, interactive).run();
  },
});

async function unavailable(proc: Proc, name: string): Promise<string | undefined> {
  try {
    await proc.close(await openInput(proc, name));
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

/** One run of bc: items are read, and run as soon as they are complete. */
class Session {
  readonly #proc: Proc;
  readonly #lines: SourceLines;
  readonly #lexer = new Lexer();
  readonly #parser: Parser;
  readonly #machine: Machine;

  constructor(
    proc: Proc,
    files: readonly string[],
    library: boolean,
    dialect: Dialect,
    interactive: boolean,
  ) {
    this.#proc = proc;
    this.#lines = new SourceLines(proc, files);
    this.#parser = new Parser(this.#lexer, dialect);
    const output = new WrappedOutput(proc, "BC_LINE_LENGTH", 2);
    const around: Surroundings = {
      pause: () => proc.yield(),
      show: (text) => {
        const wait = output.write(text);
        return interactive ? Promise.resolve(wait).then(() => stdout(proc).flush()) : wait;
      },
      complain: (text) => this.#complain(text),
      readNumber: () => this.#lines.readNumber(),
      random: () => Math.floor(Math.random() * 2 ** 31),
      notice: (which) => (which === "limits" ? LIMITS : `${BANNER}There is NO WARRANTY.\n`),
    };
    this.#machine = new Machine(around, library);
  }

  async run(): Promise<number> {
    try {
      for (;;) {
        const item = await this.#nextItem();
        if (item.kind === "quit") return 0;
        if ((await this.#perform(item)) === "halt") return 0;
      }
    } catch (error) {
      if (!(error instanceof DecimalTooLong || error instanceof RangeError)) throw error;
      await this.#complain("Fatal error: Out of memory for malloc.\n");
      return 1;
    }
  }

  async #perform(item: Item): Promise<"halt" | undefined> {
    if (item.kind === "function") this.#machine.define(item.definition);
    else if (item.kind === "code") return this.#machine.run(item.code);
    else if (item.kind === "complaints") {
      for (const text of item.texts) await this.#complain(`${this.#lines.name} ${text}\n`);
      return this.#machine.run(this.#parser.runnable);
    }
    return undefined;
  }

  async #nextItem(): Promise<Item> {
    const parse = this.#parser.item();
    for (;;) {
      const { done, value } = parse.next();
      if (done) return value;
      const line = await this.#lines.next();
      if (line === "next file") this.#lexer.endOfFile();
      else if (line === undefined) this.#lexer.end();
      else this.#lexer.feed(line);
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
  }

  async #complain(text: string): Promise<void> {
    await stdout(this.#proc).flush();
    await stderr(this.#proc).write(text);
  }
}
