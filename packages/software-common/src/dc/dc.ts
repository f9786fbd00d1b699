import { O_RDONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  LineReader,
  latin1ToOsString,
  osStringToLatin1,
  type Proc,
  stderr,
  stdout,
} from "@agentos/kernel/program";
import { DecimalTooLong } from "../shared/decimal.ts";
import { spawnCommand } from "../shared/run-command.ts";
import { WrappedOutput } from "../shared/wrapped-output.ts";
import { Interpreter, type Surroundings } from "./interpreter.ts";

/** GNU's status when a file or standard input says q; an expression's is 0. */
const QUIT_IN_FILE = 1;

/** dc: a calculator with a stack. Source: GNU dc manual. */
export default defineProgram({
  name: "dc",
  summary: "A reverse-polish desk calculator with arbitrary precision.",
  usage: "[OPTION]... [FILE]...",
  options: {
    expression: { short: "e", long: "expression", value: "EXPR", repeat: true, help: "evaluate expression" },
    file: { short: "f", long: "file", value: "FILE", repeat: true, help: "evaluate contents of file" },
    printHelp: { short: "h", help: "display this help and exit" },
    printVersion: { short: "V", help: "output version information and exit" },
  },
  async run(proc, { options, order, operands }) {
    if (options.printHelp || options.printVersion) {
      await stdout(proc).write("Usage: dc [OPTION]... [FILE]...\n");
      return 0;
    }
    const session = new Session(proc);
    const sources = [
      ...order.filter(({ name }) => name === "expression" || name === "file"),
      ...operands.map((value) => ({ name: "file", value })),
    ];
    for (const { name, value } of sources) {
      const done =
        name === "file" ? session.file(String(value)) : session.text(osStringToLatin1(String(value)));
      if ((await done) === "quit") return name === "file" ? QUIT_IN_FILE : session.status;
    }
    if (sources.length === 0 && (await session.input()) === "quit") return QUIT_IN_FILE;
    return session.status;
  },
});

/** One run of dc: standard input is both a source and where "?" reads. */
class Session {
  readonly #proc: Proc;
  readonly #interpreter: Interpreter;
  readonly #input: LineReader;
  #lines: string[] = [];
  status = 0;

  constructor(proc: Proc) {
    this.#proc = proc;
    this.#input = new LineReader(proc, 0);
    const output = new WrappedOutput(proc, "DC_LINE_LENGTH", 1);
    const around: Surroundings = {
      pause: () => proc.yield(),
      show: (text) => output.write(text),
      write: (latin1) => output.writeRaw(latin1),
      complain: (text) => this.#complain(text),
      readLine: async () => {
        await stdout(proc).flush();
        return (await this.#line()) ?? "";
      },
      shell: (command) => this.#shell(command),
    };
    this.#interpreter = new Interpreter(around);
  }

  async file(name: string): Promise<"quit" | undefined> {
    if (name === "-") return this.input();
    let fd: number;
    try {
      fd = await this.#proc.open(name, O_RDONLY);
    } catch (error) {
      errorText(error);
      await this.#complain(`dc: Could not open file ${name}\n`);
      return undefined;
    }
    const reader = new LineReader(this.#proc, fd);
    const batches: string[] = [];
    for (let lines = await reader.next(); lines; lines = await reader.next()) batches.push(lines.join("\n"));
    await this.#proc.close(fd);
    return this.text(`${batches.join("\n")}\n`);
  }

  /** Standard input, a line at a time; a string in brackets may take several. */
  async input(): Promise<"quit" | undefined> {
    let text = "";
    let depth = 0;
    for (let line = await this.#line(); line !== undefined; line = await this.#line()) {
      text += line;
      depth += depthOf(line);
      if (depth > 0) continue;
      const result = await this.text(text, true);
      if (result === "quit") return result;
      await stdout(this.#proc).flush();
      text = "";
      depth = 0;
    }
    return this.text(text, true);
  }

  async text(latin1: string, fromInput = false): Promise<"quit" | undefined> {
    try {
      return await this.#interpreter.run(latin1, fromInput);
    } catch (error) {
      if (!(error instanceof DecimalTooLong || error instanceof RangeError)) throw error;
      await this.#complain("dc: Out of memory for malloc.\n");
      this.status = 1;
      return "quit";
    }
  }

  async #line(): Promise<string | undefined> {
    if (this.#lines.length === 0) this.#lines = (await this.#input.next()) ?? [];
    const line = this.#lines.shift();
    if (line === undefined) return undefined;
    return this.#lines.length === 0 && this.#input.endsWithoutDelimiter ? line : `${line}\n`;
  }

  async #shell(command: string): Promise<void> {
    await stdout(this.#proc).flush();
    const pid = await spawnCommand(this.#proc, ["sh", "-c", latin1ToOsString(command)]);
    await this.#proc.wait(pid);
  }

  async #complain(text: string): Promise<void> {
    await stdout(this.#proc).flush();
    await stderr(this.#proc).write(text);
  }
}

/** How many brackets a line opens more than it closes; comments may hold any. */
function depthOf(line: string): number {
  let depth = 0;
  for (const char of line) {
    if (char === "#" && depth === 0) return depth;
    if (char === "[") depth++;
    else if (char === "]") depth--;
  }
  return depth;
}
