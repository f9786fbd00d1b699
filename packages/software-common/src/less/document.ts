import { sysError } from "@agentos/kernel/abi";
import { LineReader, latin1ToOsString, type Proc } from "@agentos/kernel/program";

/** Longer lines are shown in parts. */
const LONGEST_LINE = 1 << 15;
const MOST_CHARACTERS = 1 << 28;

/** The lines of an input, read as far as they are asked for. */
export class PagedDocument {
  readonly name: string;
  readonly #proc: Proc;
  readonly #reader: LineReader;
  readonly #lines: string[] = [];
  #characters = 0;
  #complete = false;

  constructor(proc: Proc, fd: number, name: string) {
    this.#proc = proc;
    this.#reader = new LineReader(proc, fd);
    this.name = name;
  }

  /** Whether everything has been read. */
  get complete(): boolean {
    return this.#complete;
  }

  /** How many lines have been read. */
  get known(): number {
    return this.#lines.length;
  }

  /** A line by its index from 0; undefined beyond the end. @throws EINTR ENOMEM */
  async line(index: number): Promise<string | undefined> {
    while (index >= this.#lines.length && !this.#complete) await this.#readMore();
    const line = this.#lines[index];
    return line === undefined ? undefined : latin1ToOsString(line);
  }

  /** Reads everything; answers how many lines there are. @throws EINTR ENOMEM */
  async count(): Promise<number> {
    while (!this.#complete) await this.#readMore();
    return this.#lines.length;
  }

  async #readMore(): Promise<void> {
    const batch = await this.#reader.next();
    if (batch === undefined) this.#complete = true;
    for (const line of batch ?? []) {
      this.#characters += line.length;
      if (line.length <= LONGEST_LINE) this.#lines.push(line);
      else
        for (let at = 0; at < line.length; at += LONGEST_LINE)
          this.#lines.push(line.slice(at, at + LONGEST_LINE));
    }
    if (this.#characters > MOST_CHARACTERS) throw sysError("ENOMEM");
    const pause = this.#proc.yield();
    if (pause) await pause;
  }
}
