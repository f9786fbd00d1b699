import { O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  fail,
  LineReader,
  openInput,
  osStringToLatin1,
  type Proc,
  stdout,
  UsageError,
  Writer,
} from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";
import { Permutation } from "./permutation.ts";

/** More lines than this are not drawn. */
const MOST_LINES = 20_000_000;

/** Uniform numbers below a bound from the machine's random bytes. */
class RandomIndex {
  readonly #proc: Proc;
  readonly #words = new Uint32Array(1024);
  #at = 1024;

  constructor(proc: Proc) {
    this.#proc = proc;
  }

  below(bound: number): number {
    const span = bound <= 2 ** 32 ? 2 ** 32 : 2 ** 53;
    const limit = span - (span % bound);
    for (;;) {
      const low = this.#word();
      const value = span === 2 ** 32 ? low : (this.#word() >>> 11) * 2 ** 32 + low;
      if (value < limit) return value % bound;
    }
  }

  #word(): number {
    if (this.#at === this.#words.length) {
      this.#proc.random(new Uint8Array(this.#words.buffer));
      this.#at = 0;
    }
    return this.#words[this.#at++]!;
  }
}

/** What is drawn from. */
interface Choices {
  length: number;
  at(index: number): string;
}

const choicesOf = (lines: readonly string[]): Choices => ({
  length: lines.length,
  at: (index) => lines[index]!,
});

async function readLines(proc: Proc, name: string, delimiter: number): Promise<string[]> {
  const reader = new LineReader(proc, await openInput(proc, name), delimiter);
  const lines: string[] = [];
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (const line of batch) lines.push(line);
    const pause = proc.yield();
    if (pause) await pause;
  }
  return lines;
}

function rangeOf(text: string): Choices | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  if (match === null) return undefined;
  const [low, high] = [Number(match[1]), Number(match[2])];
  if (low > high + 1) return undefined;
  return { length: high - low + 1, at: (index) => String(low + index) };
}

export default defineProgram({
  name: "shuf",
  summary: "Write a random permutation of the input lines to standard output.",
  usage: "[OPTION]... [FILE] | -e [OPTION]... [ARG]... | -i LO-HI [OPTION]...",
  options: {
    echo: { short: "e", long: "echo", help: "treat each ARG as an input line" },
    range: {
      short: "i",
      long: "input-range",
      value: "LO-HI",
      help: "treat each number LO through HI as an input line",
    },
    count: { short: "n", long: "head-count", value: "COUNT", help: "output at most COUNT lines" },
    output: {
      short: "o",
      long: "output",
      value: "FILE",
      help: "write result to FILE instead of standard output",
    },
    source: { long: "random-source", value: "FILE", help: "get random bytes from FILE (ignored)" },
    repeat: { short: "r", long: "repeat", help: "output lines can be repeated" },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
  },
  async run(proc, { options, operands }) {
    if (options.echo && options.range !== undefined) throw new UsageError("cannot combine -e and -i options");
    const most = options.range !== undefined ? 0 : 1;
    if (!options.echo && operands.length > most)
      throw new UsageError(`extra operand ${quote(proc, operands[most]!)}`);
    const limit = parseCount(options.count ?? "9007199254740991", "");
    if (typeof limit === "string") return fail(proc, `invalid line count: ${quote(proc, options.count!)}`);
    const delimiter = options.zero ? 0 : 10;
    let choices: Choices | undefined;
    if (options.echo) choices = choicesOf(operands.map(osStringToLatin1));
    else if (options.range !== undefined) choices = rangeOf(options.range);
    else choices = choicesOf(await readLines(proc, operands[0] ?? "-", delimiter));
    if (choices === undefined) return fail(proc, `invalid input range: ${quote(proc, options.range!)}`);
    const { length } = choices;
    const count = options.repeat ? limit : Math.min(limit, length);
    if (!options.repeat && count > MOST_LINES) return fail(proc, "memory exhausted");
    if (options.repeat && length === 0 && limit > 0) return fail(proc, "no lines to repeat");
    const flags = O_WRONLY | O_CREAT | O_TRUNC;
    const out =
      options.output === undefined
        ? stdout(proc)
        : new Writer(proc, await proc.open(options.output, flags, 0o666));
    const end = String.fromCharCode(delimiter);
    const random = new RandomIndex(proc);
    const permutation = options.repeat ? undefined : await Permutation.of(length, count, () => proc.yield());
    for (let i = 0; i < count; i++) {
      const drawn = permutation?.draw(i, i + random.below(length - i)) ?? random.below(length);
      const written = out.writeLatin1(choices.at(drawn) + end);
      if (written) await written;
      const pause = proc.yield();
      if (pause) await pause;
    }
    await out.flush();
    return 0;
  },
});
