import type { MaybePromise } from "@agentos/kernel/abi";
import { errorText, LineReader, openInput, type Proc, warn } from "@agentos/kernel/program";

/** The lines of all input files in turn, with one batch of look-ahead. */
export class SedInput {
  readonly #proc: Proc;
  readonly #files: readonly string[];
  readonly #delimiter: number;
  #file = -1;
  #fd = -1;
  #reader: LineReader | undefined;
  #batch: string[] = [];
  #at = 0;
  /** The batch after the current one, read ahead. */
  #pending: string[] | undefined;
  /** Some file could not be read. */
  failed = false;
  lineNumber = 0;
  /** Called when a file begins, before its first line is read. */
  onFile: (path: string) => MaybePromise<void> = () => {};
  /** Called when the file's last line has been dealt with. */
  onFileEnd: () => MaybePromise<void> = () => {};
  /** Line numbers and `$` count by file (-s, -i). */
  readonly separate: boolean;

  constructor(proc: Proc, files: readonly string[], options: { delimiter: number; separate: boolean }) {
    this.#proc = proc;
    this.#files = files;
    this.#delimiter = options.delimiter;
    this.separate = options.separate;
  }

  get fileName(): string {
    return this.#files[Math.max(0, this.#file)]!;
  }

  /** Whether the line taken last was its file's last and had no newline. */
  get missesNewline(): boolean {
    return (
      this.#at === this.#batch.length &&
      this.#pending === undefined &&
      (this.#reader?.endsWithoutDelimiter ?? false)
    );
  }

  /** The next line, from the batch at hand if it is there; undefined: ask fetch(). */
  take(): string | undefined {
    if (this.#at >= this.#batch.length) return undefined;
    this.lineNumber++;
    return this.#batch[this.#at++];
  }

  /** Makes sure that take() has a line; false at the end of all input. */
  async fetch(): Promise<boolean> {
    while (this.#at >= this.#batch.length) {
      if (!(await this.#nextBatch()) && !(await this.#nextFile())) return false;
    }
    return true;
  }

  /** Whether no line follows, in this file if files are separate. */
  async isLast(): Promise<boolean> {
    if (this.#at < this.#batch.length) return false;
    if (await this.#peekBatch()) return false;
    if (this.separate) return true;
    return !(await this.#anyFurtherLine());
  }

  /** Whether more lines are known to follow, without reading. */
  get hasMore(): boolean {
    return this.#at < this.#batch.length;
  }

  async #peekBatch(): Promise<boolean> {
    if (this.#pending !== undefined) return true;
    if (this.#reader === undefined) return false;
    this.#pending = await this.#reader.next();
    return this.#pending !== undefined;
  }

  /** Moves on to the next batch of the current file. */
  async #nextBatch(): Promise<boolean> {
    if (!(await this.#peekBatch())) return false;
    this.#batch = this.#pending!;
    this.#pending = undefined;
    this.#at = 0;
    return true;
  }

  /** Looks for a further line beyond the current file, which is at its end. */
  async #anyFurtherLine(): Promise<boolean> {
    while (await this.#nextFile()) {
      if (await this.#peekBatch()) {
        this.#at = 0;
        this.#batch = [];
        return true;
      }
    }
    return false;
  }

  async #nextFile(): Promise<boolean> {
    if (this.#file >= 0 && this.#fd >= 0) await this.#close();
    while (this.#file + 1 < this.#files.length) {
      const path = this.#files[++this.#file]!;
      try {
        this.#fd = await openInput(this.#proc, path);
      } catch (error) {
        await warn(this.#proc, `can't read ${path}: ${errorText(error)}`);
        this.failed = true;
        continue;
      }
      if (this.separate) this.lineNumber = 0;
      await this.onFile(path);
      this.#reader = new LineReader(this.#proc, this.#fd, this.#delimiter);
      return true;
    }
    return false;
  }

  async #close(): Promise<void> {
    await this.onFileEnd();
    if (this.#fd > 0) await this.#proc.close(this.#fd);
    this.#fd = -1;
  }

  /** Ends with the current file, whether or not it has been read to its end. */
  async finish(): Promise<void> {
    if (this.#fd >= 0) await this.#close();
  }
}
