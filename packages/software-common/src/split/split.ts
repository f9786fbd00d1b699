import { isSysError, O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  openInput,
  type Proc,
  Reader,
  stdout,
  UsageError,
  Writer,
} from "@agentos/kernel/program";
import { countByte, indexAfter } from "../shared/newlines.ts";
import { quote, shownName } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";

const ALPHABETS = { letters: "abcdefghijklmnopqrstuvwxyz", decimal: "0123456789", hex: "0123456789abcdef" };

/** aa, ab … yz, zaaa …: the names grow unless a length was asked for. */
class Suffixes {
  readonly #alphabet: string;
  readonly #fixed: boolean;
  #lead = "";
  #length: number;
  #next: number;

  constructor(alphabet: string, length: number | undefined, start: number) {
    this.#alphabet = alphabet;
    this.#fixed = length !== undefined || start !== 0;
    this.#length = length ?? 2;
    this.#next = start;
  }

  /** undefined once they are used up. */
  take(): string | undefined {
    const base = this.#alphabet.length;
    const limit = base ** this.#length;
    if (!this.#fixed && this.#next >= limit - limit / base) {
      this.#lead += this.#alphabet.at(-1);
      this.#length++;
      this.#next = 0;
    }
    if (this.#next >= limit && this.#fixed) return undefined;
    return this.#lead + this.#text(this.#next++, this.#length);
  }

  #text(number: number, length: number): string {
    let out = "";
    for (let i = 0; i < length; i++) {
      out = this.#alphabet[number % this.#alphabet.length] + out;
      number = Math.floor(number / this.#alphabet.length);
    }
    return out;
  }
}

class Pieces {
  readonly #proc: Proc;
  readonly #prefix: string;
  readonly #suffixes: Suffixes;
  readonly #ending: string;
  readonly #verbose: boolean;
  #out: Writer | undefined;
  #fd = -1;

  constructor(proc: Proc, prefix: string, suffixes: Suffixes, ending: string, verbose: boolean) {
    this.#proc = proc;
    this.#prefix = prefix;
    this.#suffixes = suffixes;
    this.#ending = ending;
    this.#verbose = verbose;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#out === undefined) await this.#open();
    await this.#out!.write(bytes);
  }

  async #open(): Promise<void> {
    const suffix = this.#suffixes.take();
    if (suffix === undefined) throw new SplitError("output file suffixes exhausted");
    const name = this.#prefix + suffix + this.#ending;
    if (this.#verbose) await stdout(this.#proc).write(`creating file '${name}'\n`);
    this.#fd = await this.#proc.open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    this.#out = new Writer(this.#proc, this.#fd);
  }

  async end(): Promise<void> {
    if (this.#out === undefined) return;
    await this.#out.flush();
    await this.#proc.close(this.#fd);
    this.#out = undefined;
  }
}

class SplitError extends Error {}

/** Cuts a stream after every `count` bytes or lines. */
async function cut(
  proc: Proc,
  fd: number,
  pieces: Pieces,
  count: number,
  delimiter: number | undefined,
): Promise<void> {
  const reader = new Reader(proc, fd);
  let left = count;
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    let rest = chunk;
    while (rest.length > 0) {
      const end =
        delimiter === undefined ? (rest.length >= left ? left : -1) : indexAfter(rest, delimiter, left);
      const part = end < 0 ? rest : rest.subarray(0, end);
      await pieces.write(part);
      rest = rest.subarray(part.length);
      if (end >= 0) {
        await pieces.end();
        left = count;
      } else left -= delimiter === undefined ? part.length : countByte(part, delimiter);
    }
    const pause = proc.yield();
    if (pause) await pause;
  }
  await pieces.end();
}

export default defineProgram({
  name: "split",
  summary:
    "Output pieces of FILE to PREFIXaa, PREFIXab, ...; default size is 1000 lines, and default PREFIX is 'x'.",
  usage: "[OPTION]... [FILE [PREFIX]]",
  modernize: (argv) => argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-l${word.slice(1)}` : word)),
  options: {
    suffixLength: {
      short: "a",
      long: "suffix-length",
      value: "N",
      help: "generate suffixes of length N (default 2)",
    },
    additional: {
      long: "additional-suffix",
      value: "SUFFIX",
      help: "append an additional SUFFIX to file names",
    },
    bytes: { short: "b", long: "bytes", value: "SIZE", help: "put SIZE bytes per output file" },
    decimal: { short: "d", help: "use numeric suffixes starting at 0, not alphabetic" },
    numeric: {
      long: "numeric-suffixes",
      value: "FROM",
      optional: true,
      help: "same as -d, but allow setting the start value",
    },
    hex: { short: "x", help: "use hex suffixes starting at 0, not alphabetic" },
    lines: { short: "l", long: "lines", value: "NUMBER", help: "put NUMBER lines/records per output file" },
    number: { short: "n", long: "number", value: "CHUNKS", help: "generate CHUNKS output files" },
    separator: {
      short: "t",
      long: "separator",
      value: "SEP",
      help: "use SEP instead of newline as the record separator",
    },
    verbose: { long: "verbose", help: "print a diagnostic just before each output file is opened" },
  },
  async run(proc, { options, operands }) {
    if (operands.length > 2) throw new UsageError(`extra operand ${quote(proc, operands[2]!)}`);
    const [input = "-", prefix = "x"] = operands;
    const kinds = [options.bytes, options.lines, options.number].filter((value) => value !== undefined);
    if (kinds.length > 1) throw new UsageError("cannot split in more than one way");
    const what = options.bytes !== undefined ? "bytes" : options.number !== undefined ? "chunks" : "lines";
    const text = kinds[0] ?? "1000";
    let count = parseCount(text);
    if (typeof count === "string" || count === 0)
      return fail(proc, `invalid number of ${what}: ${quote(proc, text)}`);
    const length = options.suffixLength === undefined ? undefined : parseCount(options.suffixLength, "");
    if (typeof length === "string")
      return fail(proc, `invalid suffix length: ${quote(proc, options.suffixLength!)}`);
    const alphabet =
      options.decimal || options.numeric !== undefined
        ? ALPHABETS.decimal
        : options.hex
          ? ALPHABETS.hex
          : ALPHABETS.letters;
    const start = typeof options.numeric === "string" ? Number(options.numeric) : 0;
    const suffixes = new Suffixes(alphabet, length || undefined, start);
    const pieces = new Pieces(proc, prefix, suffixes, options.additional ?? "", options.verbose);
    const separator = options.separator === "\\0" ? 0 : (options.separator ?? "\n").charCodeAt(0);
    try {
      const fd = await openInput(proc, input);
      if (what === "chunks") count = Math.max(1, Math.ceil((await proc.fstat(fd)).size / count));
      await cut(proc, fd, pieces, count, what === "lines" ? separator : undefined);
      return 0;
    } catch (error) {
      if (error instanceof SplitError) return fail(proc, error.message);
      if (!isSysError(error)) throw error;
      return fail(proc, `cannot open ${quote(proc, shownName(input))} for reading: ${errorText(error)}`);
    }
  },
});
