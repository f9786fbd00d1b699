import { defineProgram, fail, type Proc, stdout } from "@agentos/kernel/program";
import { ConcatenatedInput } from "../shared/concatenated-input.ts";
import { quote } from "../shared/quote.ts";
import { sameBytes } from "../shared/same-bytes.ts";
import { parseCount } from "../shared/size.ts";
import { CANONICAL, FORMATS, type RowFormat } from "./row-formats.ts";

const ROW = 16;

interface Range {
  skip: number;
  /** Bytes to show. */
  length: number;
  /** Shows repeated rows too, instead of "*". */
  all: boolean;
}

async function dump(
  proc: Proc,
  input: ConcatenatedInput,
  formats: readonly RowFormat[],
  range: Range,
): Promise<void> {
  const out = stdout(proc);
  const digits = formats.every((format) => format === CANONICAL) ? 8 : 7;
  const address = (offset: number): string => offset.toString(16).padStart(digits, "0");
  let offset = range.skip === 0 ? 0 : await input.skip(range.skip);
  let left = range.length;
  let previous: Uint8Array | undefined;
  let repeating = false;
  while (left > 0) {
    const row = await input.take(Math.min(ROW, left));
    if (row === undefined) break;
    left -= row.length;
    const repeated = !range.all && row.length === ROW && previous !== undefined && sameBytes(row, previous);
    if (!repeated) for (const format of formats) await out.write(`${address(offset)}${format(row)}\n`);
    else if (!repeating) await out.write("*\n");
    repeating = repeated;
    previous = row;
    offset += row.length;
  }
  if (previous !== undefined || range.skip > 0) await out.write(`${address(offset)}\n`);
}

export default defineProgram({
  name: "hexdump",
  summary: "Display file contents in hexadecimal, decimal, octal, or ascii.",
  usage: "[options] [FILE]...",
  options: {
    bytes: { short: "b", long: "one-byte-octal", help: "one-byte octal display" },
    canonical: { short: "C", long: "canonical", help: "canonical hex+ASCII display" },
    characters: { short: "c", long: "one-byte-char", help: "one-byte character display" },
    decimal: { short: "d", long: "two-bytes-decimal", help: "two-byte decimal display" },
    length: { short: "n", long: "length", value: "LENGTH", help: "interpret only LENGTH bytes of input" },
    octal: { short: "o", long: "two-bytes-octal", help: "two-byte octal display" },
    skip: { short: "s", long: "skip", value: "OFFSET", help: "skip OFFSET bytes from the beginning" },
    all: { short: "v", long: "no-squeezing", help: "output identical lines" },
    hexadecimal: { short: "x", long: "two-bytes-hex", help: "two-byte hexadecimal display" },
  },
  async run(proc, { options, operands, order }) {
    const limits = [options.length, options.skip].map((text) =>
      text === undefined ? undefined : /^0x[\da-f]+$/i.test(text) ? Number(text) : parseCount(text),
    );
    const wrong = limits.findIndex((limit) => typeof limit === "string");
    if (wrong >= 0)
      return fail(
        proc,
        `failed to parse ${wrong === 0 ? "length" : "offset"}: ${quote(proc, (wrong === 0 ? options.length : options.skip)!)}`,
      );
    const [length, skip] = limits as (number | undefined)[];
    const chosen = order.map(({ name }) => FORMATS[name]).filter((format) => format !== undefined);
    const input = new ConcatenatedInput(proc, operands);
    await dump(proc, input, chosen.length > 0 ? chosen : [FORMATS.words!], {
      skip: skip ?? 0,
      length: length ?? Number.POSITIVE_INFINITY,
      all: options.all,
    });
    return input.status;
  },
});
