import { isSysError, O_RDONLY } from "@agentos/kernel/abi";
import { errorText, LineReader, type Proc } from "@agentos/kernel/program";
import { shownName } from "../shared/quote.ts";
import { type Compare, type KeyColumn, keyColumn } from "./key-column.ts";
import { sortIndexes } from "./merge-sort.ts";
import type { SortSettings } from "./settings.ts";
import { openOrFail, SortFailure } from "./sort-inputs.ts";

/** Beyond this many bytes of lines and keys the sort gives up, as on a machine without memory. */
const LARGEST = 2 ** 29;
const LINE_OVERHEAD = 24;
const CHUNK = 1 << 15;
/** Lines are kept in blocks of 2 ** BLOCK_BITS: one array of millions takes long to grow. */
const BLOCK_BITS = 15;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

/** All lines in memory with their keys, and the order to print them in. */
export class SortedLines {
  readonly #blocks: string[][] = [];
  #last: string[] = [];
  #count = 0;
  readonly #columns: KeyColumn[];
  readonly #settings: SortSettings;
  readonly #overhead: number;
  #bytes = 0;
  #order: Uint32Array = new Uint32Array(0);

  constructor(settings: SortSettings) {
    this.#settings = settings;
    this.#columns = settings.keys.map((key) => keyColumn(key, settings.separator, settings.seed));
    this.#overhead = this.#columns.reduce((sum, column) => sum + column.weight, LINE_OVERHEAD);
  }

  get count(): number {
    return this.#count;
  }

  async read(proc: Proc, name: string): Promise<void> {
    const fd = await openOrFail(proc, name, O_RDONLY);
    const reader = new LineReader(proc, fd, this.#settings.delimiter);
    try {
      for (;;) {
        const next = reader.next();
        const batch = next instanceof Promise ? await next : next;
        if (batch === undefined) break;
        this.#add(batch);
        const pause = proc.yield();
        if (pause) await pause;
      }
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new SortFailure(`read failed: ${shownName(name)}: ${errorText(error)}`);
    }
    if (fd !== 0) await proc.close(fd);
  }

  #add(batch: readonly string[]): void {
    for (const line of batch) {
      if ((this.#count++ & BLOCK_MASK) === 0) this.#blocks.push((this.#last = []));
      this.#last.push(line);
      this.#bytes += line.length + this.#overhead;
    }
    for (const column of this.#columns) for (const line of batch) column.add(line);
    if (this.#bytes > LARGEST) throw new SortFailure("memory exhausted");
  }

  /** By the keys alone; equal lines compare 0. */
  compareKeys(): Compare {
    const { keys, reverse } = this.#settings;
    const parts = this.#columns.map((column, i) => directed(column.compare(), keys[i]!.reverse));
    if (parts.length === 0) return directed(this.#compareLines(), reverse);
    if (parts.length === 1) return parts[0]!;
    return (a, b) => {
      for (const part of parts) {
        const difference = part(a, b);
        if (difference !== 0) return difference;
      }
      return 0;
    };
  }

  /** By the keys, then by whole lines unless the sort is stable or unique. */
  compareFully(): Compare {
    const { stable, unique, reverse, keys } = this.#settings;
    const byKeys = this.compareKeys();
    if (stable || unique || keys.length === 0) return byKeys;
    const byLine = directed(this.#compareLines(), reverse);
    return (a, b) => byKeys(a, b) || byLine(a, b);
  }

  #compareLines(): Compare {
    const blocks = this.#blocks;
    return (a, b) => {
      const left = blocks[a >>> BLOCK_BITS]![a & BLOCK_MASK]!;
      const right = blocks[b >>> BLOCK_BITS]![b & BLOCK_MASK]!;
      return left < right ? -1 : left === right ? 0 : 1;
    };
  }

  async sort(proc: Proc): Promise<void> {
    this.#order = await sortIndexes(this.count, this.compareFully(), () => proc.yield());
  }

  setOrder(order: Uint32Array): void {
    this.#order = order;
  }

  line(index: number): string {
    return this.#blocks[index >>> BLOCK_BITS]![index & BLOCK_MASK]!;
  }

  /** The output in pieces of some kilobytes. */
  async *chunks(proc: Proc, { unique, delimiter }: SortSettings): AsyncGenerator<string> {
    const end = String.fromCharCode(delimiter);
    const differs = unique ? this.compareKeys() : undefined;
    let out = "";
    let previous: number | undefined;
    for (const index of this.#order) {
      if (differs !== undefined && previous !== undefined && differs(previous, index) === 0) continue;
      previous = index;
      out += this.line(index) + end;
      if (out.length < CHUNK) continue;
      yield out;
      out = "";
      const pause = proc.yield();
      if (pause) await pause;
    }
    if (out !== "") yield out;
  }
}

const directed = (compare: Compare, reverse: boolean): Compare =>
  reverse ? (a, b) => compare(b, a) : compare;
