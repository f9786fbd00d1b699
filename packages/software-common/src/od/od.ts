import { defineProgram, fail, type Proc, stdout } from "@agentos/kernel/program";
import { ConcatenatedInput } from "../shared/concatenated-input.ts";
import { quote } from "../shared/quote.ts";
import { sameBytes } from "../shared/same-bytes.ts";
import { parseCount } from "../shared/size.ts";
import { BadType, formatRow, parseTypes, type TypeFormat } from "./types.ts";

const SHORTHANDS: Readonly<Record<string, string>> = {
  named: "a",
  octalBytes: "o1",
  characters: "c",
  decimalWords: "u2",
  floats: "fF",
  integers: "dI",
  longs: "dL",
  octalWords: "o2",
  decimalShorts: "d2",
  hexWords: "x2",
};

const RADIXES: Readonly<Record<string, readonly [radix: number, digits: number] | undefined>> = {
  d: [10, 7],
  o: [8, 7],
  x: [16, 6],
};

interface Dump {
  types: readonly TypeFormat[];
  width: number;
  address: (offset: number) => string;
  skip: number;
  length: number;
  all: boolean;
}

async function dump(proc: Proc, input: ConcatenatedInput, settings: Dump): Promise<boolean> {
  const { types, width, address, skip, all } = settings;
  const out = stdout(proc);
  if ((await input.skip(skip)) < skip) return false;
  let offset = skip;
  let left = settings.length;
  let previous: Uint8Array | undefined;
  let repeating = false;
  while (left > 0) {
    const row = await input.take(Math.min(width, left));
    if (row === undefined) break;
    const repeated = !all && row.length === width && previous !== undefined && sameBytes(row, previous);
    if (!repeated) await out.write(formatRow(row, types, width, address(offset)));
    else if (!repeating) await out.write("*\n");
    repeating = repeated;
    previous = row;
    offset += row.length;
    left -= row.length;
  }
  const end = address(offset);
  if (end !== "") await out.write(`${end}\n`);
  return true;
}

const numberOf = (text: string): number | string =>
  /^0x[\da-f]+$/i.test(text)
    ? Number(text)
    : /^0[0-7]+$/.test(text)
      ? Number.parseInt(text, 8)
      : parseCount(text);

export default defineProgram({
  name: "od",
  summary: "Write an unambiguous representation, octal bytes by default, of FILE to standard output.",
  usage: "[OPTION]... [FILE]...",
  options: {
    radix: {
      short: "A",
      long: "address-radix",
      value: "RADIX",
      help: "output format for file offsets: d, o, x or n",
    },
    skip: { short: "j", long: "skip-bytes", value: "BYTES", help: "skip BYTES input bytes first" },
    length: { short: "N", long: "read-bytes", value: "BYTES", help: "limit dump to BYTES input bytes" },
    type: { short: "t", long: "format", value: "TYPE", help: "select output format or formats" },
    all: { short: "v", long: "output-duplicates", help: "do not use * to mark line suppression" },
    width: {
      short: "w",
      long: "width",
      value: "BYTES",
      optional: true,
      help: "output BYTES bytes per output line; 32 is implied",
    },
    named: { short: "a", help: "same as -t a, select named characters" },
    octalBytes: { short: "b", help: "same as -t o1, select octal bytes" },
    characters: { short: "c", help: "same as -t c, select printable characters or backslash escapes" },
    decimalWords: { short: "d", help: "same as -t u2, select unsigned decimal 2-byte units" },
    floats: { short: "f", help: "same as -t fF, select floats" },
    integers: { short: "i", help: "same as -t dI, select decimal ints" },
    longs: { short: "l", help: "same as -t dL, select decimal longs" },
    octalWords: { short: "o", help: "same as -t o2, select octal 2-byte units" },
    decimalShorts: { short: "s", help: "same as -t d2, select decimal 2-byte units" },
    hexWords: { short: "x", help: "same as -t x2, select hexadecimal 2-byte units" },
  },
  async run(proc, { options, operands, order }) {
    const radix = options.radix ?? "o";
    if (!(radix in RADIXES) && radix !== "n") {
      return fail(proc, `invalid output address radix '${radix}'; it must be one character from [doxn]`);
    }
    const types: TypeFormat[] = [];
    try {
      for (const { name, value } of order) {
        const text = name === "type" ? (value as string) : SHORTHANDS[name];
        if (text !== undefined) types.push(...parseTypes(text, (part) => quote(proc, part)));
      }
    } catch (error) {
      if (error instanceof BadType) return fail(proc, error.message);
      throw error;
    }
    if (types.length === 0) types.push(...parseTypes("o2", String));
    const skip = numberOf(options.skip ?? "0");
    if (typeof skip === "string") return fail(proc, `invalid -j argument ${quote(proc, options.skip!)}`);
    const length = options.length === undefined ? Number.POSITIVE_INFINITY : numberOf(options.length);
    if (typeof length === "string") return fail(proc, `invalid -N argument ${quote(proc, options.length!)}`);
    const width = options.width === undefined ? 16 : options.width === true ? 32 : numberOf(options.width);
    if (typeof width === "string" || width < 1 || width > 4096) {
      return fail(proc, `invalid -w argument ${quote(proc, String(options.width))}`);
    }
    const base = RADIXES[radix];
    const address =
      base === undefined ? () => "" : (offset: number) => offset.toString(base[0]).padStart(base[1], "0");
    const input = new ConcatenatedInput(proc, operands);
    const done = await dump(proc, input, { types, width, address, skip, length, all: options.all });
    return done ? input.status : fail(proc, "cannot skip past end of combined input");
  },
});
