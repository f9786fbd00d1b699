import { LineReader, latin1ToOsString, openInput, type Proc } from "@agentos/kernel/program";

/** The lines of bc's files and then of standard input, which the program's own read() takes numbers from as well. */
export class SourceLines {
  readonly #proc: Proc;
  readonly #files: string[];
  readonly #standardInput: LineReader;
  #reader: LineReader | undefined;
  #fd = 0;
  #batch: string[] = [];
  #fromInput: string[] = [];
  /** For messages. */
  name = "(standard_in)";

  constructor(proc: Proc, files: readonly string[]) {
    this.#proc = proc;
    this.#files = [...files];
    this.#standardInput = new LineReader(proc, 0);
  }

  /** A line with its newline; "next file" before the first of another; undefined at the end. */
  async next(): Promise<string | "next file" | undefined> {
    if (!this.#reader && this.#files.length > 0) return this.#open(this.#files.shift()!);
    if (!this.#reader) return this.#nextOfInput();
    const line = this.#batch.shift();
    if (line !== undefined) {
      const last = this.#batch.length === 0 && this.#reader.endsWithoutDelimiter;
      return latin1ToOsString(last ? line : `${line}\n`);
    }
    this.#batch = (await this.#reader.next()) ?? [];
    if (this.#batch.length > 0) return this.next();
    await this.#proc.close(this.#fd);
    this.#reader = undefined;
    this.name = "(standard_in)";
    return "next file";
  }

  async #open(file: string): Promise<"next file"> {
    this.#fd = await openInput(this.#proc, file);
    this.#reader = new LineReader(this.#proc, this.#fd);
    this.name = file;
    return "next file";
  }

  async #nextOfInput(): Promise<string | undefined> {
    if (this.#fromInput.length === 0) this.#fromInput = (await this.#standardInput.next()) ?? [];
    const line = this.#fromInput.shift();
    if (line === undefined) return undefined;
    const last = this.#fromInput.length === 0 && this.#standardInput.endsWithoutDelimiter;
    return latin1ToOsString(last ? line : `${line}\n`);
  }

  /** The next word of standard input, if it is a number, else "0"; undefined at the end. */
  async readNumber(): Promise<string | undefined> {
    for (;;) {
      const line = await this.#nextOfInput();
      if (line === undefined) return undefined;
      const match = /^\s*(-?[0-9A-Z]*\.?[0-9A-Z]*)(.*)$/s.exec(line);
      const [, number = "", rest = ""] = match ?? [];
      if (number === "" && rest.trim() === "") continue;
      if (rest.trim() !== "") this.#fromInput.unshift(rest.replace(/\n$/, ""));
      return /[0-9A-Z]/.test(number) ? number : "0";
    }
  }
}
