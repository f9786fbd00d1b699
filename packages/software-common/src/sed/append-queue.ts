import { isSysError, latin1FromBytes, O_RDONLY } from "@agentos/kernel/abi";
import { LineReader, type Proc, Reader } from "@agentos/kernel/program";
import type { SedOutputs } from "./output.ts";

type Queued = { type: "text"; text: string } | { type: "file"; path: string };

/** What `a`, `r` and `R` leave to be written at the end of the cycle or when the next line is read. */
export class AppendQueue {
  readonly #proc: Proc;
  readonly #outputs: SedOutputs;
  readonly #delimiter: number;
  #items: Queued[] = [];
  readonly #readers = new Map<string, { reader: LineReader; lines: string[] } | undefined>();

  constructor(proc: Proc, outputs: SedOutputs, delimiter: number) {
    this.#proc = proc;
    this.#outputs = outputs;
    this.#delimiter = delimiter;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  add(item: Queued): void {
    this.#items.push(item);
  }

  /** R: the next line of a file, if there is one. */
  async addLineOf(path: string): Promise<void> {
    if (!this.#readers.has(path)) this.#readers.set(path, await this.#openLines(path));
    const open = this.#readers.get(path);
    if (open === undefined) return;
    if (open.lines.length === 0) open.lines = (await open.reader.next()) ?? [];
    const line = open.lines.shift();
    if (line !== undefined) this.add({ type: "text", text: `${line}\n` });
  }

  async #openLines(path: string): Promise<{ reader: LineReader; lines: string[] } | undefined> {
    const fd = await this.#open(path);
    if (fd === undefined) return undefined;
    return { reader: new LineReader(this.#proc, fd, this.#delimiter), lines: [] };
  }

  /** A file that cannot be read counts as empty. */
  async #open(path: string): Promise<number | undefined> {
    try {
      return path === "/dev/stdin" ? 0 : await this.#proc.open(path, O_RDONLY);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return undefined;
    }
  }

  async flush(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    for (const item of items) {
      if (item.type === "text") {
        await this.#outputs.main.raw(item.text);
      } else {
        await this.#outputs.main.raw("");
        await this.#copyFile(item.path);
      }
    }
  }

  async #copyFile(path: string): Promise<void> {
    const fd = await this.#open(path);
    if (fd === undefined) return;
    await this.#outputs.flush();
    const reader = new Reader(this.#proc, fd);
    try {
      for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
        await this.#outputs.main.raw(latin1FromBytes(chunk));
      }
    } catch (error) {
      if (!isSysError(error, "EISDIR")) throw error;
    }
    if (fd !== 0) await this.#proc.close(fd);
  }
}
