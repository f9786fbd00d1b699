import { O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  fail,
  LineReader,
  openInput,
  type Proc,
  stdout,
  Writer,
} from "@agentos/kernel/program";
import { ConcatenatedInput } from "../shared/concatenated-input.ts";
import { parseDumpLine, parsePlainLine } from "./revert.ts";
import { BinaryRows, HexRows, IncludeRows, PlainRows, type RowWriter } from "./row-writers.ts";

const MOST_COLUMNS = 256;

const numberOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^[-+]?0x[\da-f]+$/i.test(text)) return Number(text.replace("+", ""));
  return /^[-+]?\d+$/.test(text) ? Number.parseInt(text, /^[-+]?0\d/.test(text) ? 8 : 10) : Number.NaN;
};

async function dump(
  proc: Proc,
  name: string,
  rows: RowWriter,
  skip: number,
  length: number,
  out: Writer,
): Promise<void> {
  const input = new ConcatenatedInput(proc, [name]);
  let offset = await input.skip(skip);
  let left = length;
  await out.write(rows.begin());
  while (left > 0) {
    const row = await input.take(Math.min(rows.columns, left));
    if (row === undefined) break;
    await out.write(rows.row(row, offset));
    offset += row.length;
    left -= row.length;
  }
  await out.write(rows.end());
}

async function revert(proc: Proc, name: string, plain: boolean, out: Writer): Promise<void> {
  const reader = new LineReader(proc, await openInput(proc, name));
  let position = 0;
  let pending = "";
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (const line of batch) {
      if (plain) {
        const { bytes, rest } = parsePlainLine(pending + line);
        pending = rest;
        await out.write(bytes);
        continue;
      }
      const parsed = parseDumpLine(line);
      if (parsed === undefined) continue;
      if (parsed.offset > position)
        await out.write(new Uint8Array(Math.min(parsed.offset - position, 1 << 28)));
      position = parsed.offset + parsed.bytes.length;
      await out.write(parsed.bytes);
    }
    const pause = proc.yield();
    if (pause) await pause;
  }
}

export default defineProgram({
  name: "xxd",
  summary: "Make a hex dump or do the reverse.",
  usage: "[options] [infile [outfile]]",
  modernize: (argv) => argv.map((word, i) => (i > 0 && /^-(ps|postscript|plain)$/.test(word) ? "-p" : word)),
  options: {
    autoskip: { short: "a", help: "toggle autoskip: a single '*' replaces NUL lines" },
    bits: { short: "b", help: "binary digit dump" },
    columns: { short: "c", long: "cols", value: "cols", help: "format <cols> octets per line" },
    little: { short: "e", help: "little-endian dump" },
    group: {
      short: "g",
      long: "groupsize",
      value: "bytes",
      help: "number of octets per group in normal output",
    },
    include: { short: "i", long: "include", help: "output in C include file style" },
    length: { short: "l", long: "len", value: "len", help: "stop after <len> octets" },
    plain: { short: "p", help: "output in plain hex dump style" },
    revert: {
      short: "r",
      long: "revert",
      help: "reverse operation: convert (or patch) hex dump into binary",
    },
    skip: { short: "s", long: "seek", value: "seek", help: "start at <seek> bytes abs. infile offset" },
    upper: { short: "u", long: "uppercase", help: "use upper case hex letters" },
  },
  async run(proc, { options, operands }) {
    const [input = "-", output] = operands;
    const flags = O_WRONLY | O_CREAT | O_TRUNC;
    const out =
      output === undefined || output === "-"
        ? stdout(proc)
        : new Writer(proc, await proc.open(output, flags, 0o666));
    if (options.revert) {
      await revert(proc, input, options.plain, out);
      await out.flush();
      return 0;
    }
    const columns = numberOf(options.columns);
    const group = numberOf(options.group);
    const length = numberOf(options.length) ?? Number.POSITIVE_INFINITY;
    const skip = numberOf(options.skip) ?? 0;
    if ([columns, group, length, skip].some((number) => Number.isNaN(number)))
      return fail(proc, "invalid number");
    if ((columns ?? 1) > MOST_COLUMNS && !options.plain)
      return fail(proc, "invalid number of columns (max. 256).");
    const { upper } = options;
    let rows: RowWriter;
    if (options.plain) rows = new PlainRows(columns ?? 30, upper);
    else if (options.include) rows = new IncludeRows(columns || 12, upper, input === "-" ? undefined : input);
    else if (options.bits) rows = new BinaryRows(columns || 6, group ?? 1);
    else rows = new HexRows(columns || 16, group ?? (options.little ? 4 : 2), upper, options.little);
    await dump(proc, input, rows, skip, length, out);
    await out.flush();
    return 0;
  },
});
