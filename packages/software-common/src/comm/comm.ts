import { isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  openInput,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { LineSource } from "../shared/line-source.ts";
import { quote, shownName } from "../shared/quote.ts";

interface Columns {
  /** What stands before a line of each column; undefined hides it. */
  prefixes: readonly (string | undefined)[];
  end: string;
  check: boolean;
}

const ONLY_FIRST = 0;
const ONLY_SECOND = 1;
const BOTH = 2;

class Comparison {
  readonly counts = [0, 0, 0];
  disorder = false;
  readonly #proc: Proc;
  readonly #columns: Columns;
  readonly #previous: (string | undefined)[] = [undefined, undefined];
  readonly #reported = [false, false];

  constructor(proc: Proc, columns: Columns) {
    this.#proc = proc;
    this.#columns = columns;
  }

  async run(sources: readonly [LineSource, LineSource]): Promise<void> {
    let first = await this.#take(sources, 0);
    let second = await this.#take(sources, 1);
    while (first !== undefined || second !== undefined) {
      if (second === undefined || (first !== undefined && first < second)) {
        await this.#print(ONLY_FIRST, first!);
        first = await this.#take(sources, 0);
      } else if (first === undefined || second < first) {
        await this.#print(ONLY_SECOND, second);
        second = await this.#take(sources, 1);
      } else {
        await this.#print(BOTH, first);
        first = await this.#take(sources, 0);
        second = await this.#take(sources, 1);
      }
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
  }

  async #take(sources: readonly [LineSource, LineSource], side: 0 | 1): Promise<string | undefined> {
    const line = await sources[side].next();
    const previous = this.#previous[side];
    if (
      line !== undefined &&
      previous !== undefined &&
      line < previous &&
      this.#columns.check &&
      !this.#reported[side]
    ) {
      this.#reported[side] = true;
      this.disorder = true;
      await stdout(this.#proc).flush();
      await warn(this.#proc, `file ${side + 1} is not in sorted order`);
    }
    this.#previous[side] = line;
    return line;
  }

  async #print(column: number, line: string): Promise<void> {
    this.counts[column]!++;
    const prefix = this.#columns.prefixes[column];
    if (prefix !== undefined) await stdout(this.#proc).writeLatin1(prefix + line + this.#columns.end);
  }
}

export default defineProgram({
  name: "comm",
  summary: "Compare sorted files FILE1 and FILE2 line by line.",
  usage: "[OPTION]... FILE1 FILE2",
  options: {
    hideFirst: { short: "1", help: "suppress column 1 (lines unique to FILE1)" },
    hideSecond: { short: "2", help: "suppress column 2 (lines unique to FILE2)" },
    hideBoth: { short: "3", help: "suppress column 3 (lines that appear in both files)" },
    checkOrder: { long: "check-order", help: "check that the input is correctly sorted" },
    noCheckOrder: { long: "nocheck-order", help: "do not check that the input is correctly sorted" },
    delimiter: { long: "output-delimiter", value: "STR", help: "separate columns with STR" },
    total: { long: "total", help: "output a summary" },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    if (operands.length === 1) throw new UsageError(`missing operand after ${quote(proc, operands[0]!)}`);
    if (operands.length > 2) throw new UsageError(`extra operand ${quote(proc, operands[2]!)}`);
    const { hideFirst, hideSecond, hideBoth, delimiter = "\t", zero } = options;
    const end = zero ? "\0" : "\n";
    const afterFirst = hideFirst ? "" : delimiter;
    const prefixes = [
      hideFirst ? undefined : "",
      hideSecond ? undefined : afterFirst,
      hideBoth ? undefined : afterFirst + (hideSecond ? "" : delimiter),
    ];
    const comparison = new Comparison(proc, { prefixes, end, check: !options.noCheckOrder });
    const sources: LineSource[] = [];
    for (const name of operands) {
      try {
        sources.push(new LineSource(proc, await openInput(proc, name), zero ? 0 : 10));
      } catch (error) {
        if (!isSysError(error)) throw error;
        return fail(proc, `${shownName(name)}: ${errorText(error)}`);
      }
    }
    await comparison.run([sources[0]!, sources[1]!]);
    if (options.total)
      await stdout(proc).write(`${comparison.counts.join(delimiter)}${delimiter}total${end}`);
    await stdout(proc).flush();
    return comparison.disorder ? fail(proc, "input is not in sorted order") : 0;
  },
});
