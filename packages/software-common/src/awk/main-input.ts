import { O_RDONLY } from "@agentos/kernel/abi";
import { errorText, latin1ToOsString, type Proc, warn } from "@agentos/kernel/program";
import { expandEscapes } from "./lexer.ts";
import { type RecordEnd, RecordReader } from "./record-reader.ts";

/** What the main input asks of the program's variables. */
export interface InputHost {
  /** ARGC and ARGV as they are now. */
  argument(index: number): string | undefined;
  assign(name: string, value: string): void;
  beginFile(name: string): Promise<void>;
  endFile(): Promise<void>;
  recordEnd(): RecordEnd;
}

/** The records of all operands in turn: files, assignments, standard input if no file is named. */
export class MainInput {
  readonly #proc: Proc;
  readonly #host: InputHost;
  #reader: RecordReader | undefined;
  #fd = -1;
  #next = 1;
  #sawFile = false;
  #ended = false;
  failed = false;

  constructor(proc: Proc, host: InputHost) {
    this.#proc = proc;
    this.#host = host;
  }

  get terminator(): string {
    return this.#reader?.terminator ?? "";
  }

  /** A record that is at hand without waiting. */
  take(end: RecordEnd): string | undefined {
    return this.#reader?.take(end);
  }

  /** The next record; undefined at the end of all input. */
  async fetch(): Promise<string | undefined> {
    for (;;) {
      if (this.#reader === undefined && !(await this.#open())) return undefined;
      const record = await this.#read();
      if (record !== undefined) return record;
      await this.#close();
    }
  }

  /** A directory, or a file that stops being readable, counts as ended. */
  async #read(): Promise<string | undefined> {
    try {
      return await this.#reader!.fetch(this.#host.recordEnd());
    } catch (error) {
      const text = errorText(error);
      await warn(this.#proc, `warning: command line argument is not readable: ${text}`);
      return undefined;
    }
  }

  async #open(): Promise<boolean> {
    while (!this.#ended) {
      const operand = this.#operand();
      if (operand === undefined) return false;
      if (operand === "-" || operand === "/dev/stdin") this.#fd = 0;
      else if (!(await this.#openFile(operand))) continue;
      this.#reader = new RecordReader(this.#proc, this.#fd);
      await this.#host.beginFile(operand);
      return true;
    }
    return false;
  }

  async #openFile(path: string): Promise<boolean> {
    try {
      this.#fd = await this.#proc.open(latin1ToOsString(path), O_RDONLY);
      return true;
    } catch (error) {
      await warn(
        this.#proc,
        `warning: command line argument \`${latin1ToOsString(path)}' cannot be opened: ${errorText(error)}`,
      );
      this.failed = true;
      return false;
    }
  }

  /** The next operand that names input; assignments are made in passing. */
  #operand(): string | undefined {
    for (
      let operand = this.#host.argument(this.#next);
      operand !== undefined;
      operand = this.#host.argument(this.#next)
    ) {
      this.#next++;
      if (operand === "") continue;
      const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(operand);
      if (assignment === null) {
        this.#sawFile = true;
        return operand;
      }
      this.#host.assign(assignment[1]!, expandEscapes(assignment[2]!));
    }
    this.#ended = true;
    if (this.#sawFile) return undefined;
    this.#ended = false;
    this.#sawFile = true;
    return "-";
  }

  async #close(): Promise<void> {
    this.#reader = undefined;
    await this.#host.endFile();
    if (this.#fd > 0) await this.#proc.close(this.#fd);
    this.#fd = -1;
  }

  /** nextfile */
  async skipFile(): Promise<void> {
    if (this.#reader !== undefined) await this.#close();
  }
}
