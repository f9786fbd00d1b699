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

/** Longer ranges and inputs are refused. */
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
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      if (this.#at === this.#words.length) {
        this.#proc.random(new Uint8Array(this.#words.buffer));
        this.#at = 0;
      }
      const word = this.#words[this.#at++]!;
      if (word < limit) return word % bound;
    }
  }
}

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

function rangeOf(text: string): string[] | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  if (match === null) return undefined;
  const [low, high] = [Number(match[1]), Number(match[2])];
  if (low > high + 1 || high - low > MOST_LINES) return undefined;
  return Array.from({ length: high - low + 1 }, (_, i) => String(low + i));
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
    let lines: string[] | undefined;
    if (options.echo) lines = operands.map(osStringToLatin1);
    else if (options.range !== undefined) lines = rangeOf(options.range);
    else lines = await readLines(proc, operands[0] ?? "-", delimiter);
    if (lines === undefined) return fail(proc, `invalid input range: ${quote(proc, options.range!)}`);
    if (options.repeat && lines.length === 0 && limit > 0) return fail(proc, "no lines to repeat");
    const flags = O_WRONLY | O_CREAT | O_TRUNC;
    const out =
      options.output === undefined
        ? stdout(proc)
        : new Writer(proc, await proc.open(options.output, flags, 0o666));
    const end = String.fromCharCode(delimiter);
    const random = new RandomIndex(proc);
    const count = options.repeat ? limit : Math.min(limit, lines.length);
    for (let i = 0; i < count; i++) {
      const picked = options.repeat ? random.below(lines.length) : i + random.below(lines.length - i);
      const line = lines[picked]!;
      if (!options.repeat) lines[picked] = lines[i]!;
      const written = out.writeLatin1(line + end);
      if (written) await written;
      const pause = proc.yield();
      if (pause) await pause;
    }
    await out.flush();
    return 0;
  },
});
