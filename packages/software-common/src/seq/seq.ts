import { defineProgram, fail, type Proc, stdout, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { type Decimal, parseNumber } from "./decimal.ts";
import { FormatError, parseFormat } from "./format.ts";
import { chunksOf, countOf } from "./sequence.ts";

/** A negative number ends the options: "seq -1 3". */
function modernize(argv: readonly string[]): readonly string[] {
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i]!;
    if (!word.startsWith("-") || word === "--") return argv;
    if (/^-[\d.]/.test(word)) return [...argv.slice(0, i), "--", ...argv.slice(i)];
    if (
      /^-w*[fs]$|^--(f|fo|for|form|forma|format|s|se|sep|sepa|separ|separa|separat|separato|separator)$/.test(
        word,
      )
    )
      i++;
  }
  return argv;
}

function operandsOf(proc: Proc, operands: readonly string[]): [Decimal, Decimal, Decimal] {
  if (operands.length === 0) throw new UsageError("missing operand");
  if (operands.length > 3) throw new UsageError(`extra operand ${quote(proc, operands[3]!)}`);
  const numbers = operands.map((text) => {
    const number = parseNumber(text);
    if (number === "nan")
      throw new UsageError(`invalid ${quote(proc, "not-a-number")} argument: ${quote(proc, text)}`);
    if (number === undefined) throw new UsageError(`invalid floating point argument: ${quote(proc, text)}`);
    return number;
  });
  const one = parseNumber("1") as Decimal;
  if (numbers.length === 1) return [one, one, numbers[0]!];
  if (numbers.length === 2) return [numbers[0]!, one, numbers[1]!];
  if (numbers[1]!.units === 0n && numbers[1]!.infinite === 0) {
    throw new UsageError(`invalid Zero increment value: ${quote(proc, operands[1]!)}`);
  }
  return [numbers[0]!, numbers[1]!, numbers[2]!];
}

async function print(proc: Proc, chunks: Iterable<Uint8Array | string>, separator: string): Promise<void> {
  const out = stdout(proc);
  for (const chunk of chunks) {
    const written = out.write(chunk);
    if (written) await written;
    const pause = proc.yield();
    if (pause) await pause;
  }
  if (separator !== "\n") await out.write("\n");
}

export default defineProgram({
  name: "seq",
  summary: "Print numbers from FIRST to LAST, in steps of INCREMENT.",
  usage: "[OPTION]... [FIRST [INCREMENT]] LAST",
  optionsFirst: true,
  modernize,
  options: {
    format: { short: "f", long: "format", value: "FORMAT", help: "use printf style floating-point FORMAT" },
    separator: {
      short: "s",
      long: "separator",
      value: "STRING",
      help: "use STRING to separate numbers (default: \\n)",
    },
    equalWidth: { short: "w", long: "equal-width", help: "equalize width by padding with leading zeroes" },
  },
  async run(proc, { options, operands }) {
    const { format, separator = "\n", equalWidth } = options;
    const [first, step, last] = operandsOf(proc, operands);
    if (format !== undefined && equalWidth) {
      throw new UsageError("format string may not be specified when printing equal width strings");
    }
    try {
      const shown = format === undefined ? undefined : parseFormat(proc, format);
      const count = countOf(first, step, last);
      if (count === 0n) return 0;
      await print(
        proc,
        chunksOf({ first, step, last, count, format: shown, separator, equalWidth }),
        separator,
      );
      return 0;
    } catch (error) {
      if (error instanceof FormatError) return fail(proc, error.message);
      throw error;
    }
  },
});
