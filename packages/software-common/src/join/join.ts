import { isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  openInput,
  osStringToLatin1,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { LineSource } from "../shared/line-source.ts";
import { quote, shownName } from "../shared/quote.ts";
import { Joiner, type OutputField } from "./joiner.ts";

function fieldNumber(text: string | undefined, standard: number): number | undefined {
  if (text === undefined) return standard;
  return /^[1-9]\d*$/.test(text) ? Number(text) - 1 : undefined;
}

function outputFields(list: string): OutputField[] | undefined {
  const fields = list.split(/[,\s]+/).map((word): OutputField | undefined => {
    const match = /^(?:0|([12])\.([1-9]\d*))$/.exec(word);
    if (match === null) return undefined;
    return match[1] === undefined ? "key" : { file: Number(match[1]) - 1, field: Number(match[2]) - 1 };
  });
  return fields.includes(undefined) ? undefined : (fields as OutputField[]);
}

export default defineProgram({
  name: "join",
  summary: "For each pair of input lines with identical join fields, write a line to standard output.",
  usage: "[OPTION]... FILE1 FILE2",
  options: {
    unpaired: {
      short: "a",
      value: "FILENUM",
      repeat: true,
      help: "also print unpairable lines from file FILENUM",
    },
    empty: { short: "e", value: "STRING", help: "replace missing input fields with STRING" },
    ignoreCase: { short: "i", long: "ignore-case", help: "ignore differences in case when comparing fields" },
    field: { short: "j", value: "FIELD", help: "equivalent to '-1 FIELD -2 FIELD'" },
    format: { short: "o", value: "FORMAT", repeat: true, help: "obey FORMAT while constructing output line" },
    separator: { short: "t", value: "CHAR", help: "use CHAR as input and output field separator" },
    only: {
      short: "v",
      value: "FILENUM",
      repeat: true,
      help: "like -a FILENUM, but suppress joined output lines",
    },
    first: { short: "1", value: "FIELD", help: "join on this FIELD of file 1" },
    second: { short: "2", value: "FIELD", help: "join on this FIELD of file 2" },
    checkOrder: { long: "check-order", help: "check that the input is correctly sorted (ignored)" },
    noCheckOrder: { long: "nocheck-order", help: "do not check that the input is correctly sorted" },
    header: { long: "header", help: "treat the first line in each file as field headers" },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    if (operands.length === 1) throw new UsageError(`missing operand after ${quote(proc, operands[0]!)}`);
    if (operands.length > 2) throw new UsageError(`extra operand ${quote(proc, operands[2]!)}`);
    const common = fieldNumber(options.field, 0);
    const keys = [fieldNumber(options.first, common ?? 0), fieldNumber(options.second, common ?? 0)];
    if (common === undefined || keys.includes(undefined)) return fail(proc, "invalid field number");
    const wanted = [...options.unpaired, ...options.only];
    const wrong = wanted.find((number) => number !== "1" && number !== "2");
    if (wrong !== undefined) return fail(proc, `invalid file number: ${quote(proc, wrong)}`);
    const list = options.format.join(",");
    const auto = list === "auto";
    const format = list === "" || auto ? undefined : outputFields(list);
    if (list !== "" && !auto && format === undefined)
      return fail(proc, `invalid field specifier: ${quote(proc, list)}`);
    const sources: LineSource[] = [];
    for (const name of operands) {
      try {
        sources.push(new LineSource(proc, await openInput(proc, name), options.zero ? 0 : 10));
      } catch (error) {
        if (!isSysError(error)) throw error;
        return fail(proc, `${shownName(name)}: ${errorText(error)}`);
      }
    }
    const end = options.zero ? "\0" : "\n";
    const joiner = new Joiner([sources[0]!, sources[1]!], {
      keys: keys as number[],
      separator:
        options.separator === undefined
          ? undefined
          : osStringToLatin1(options.separator === "\\0" ? "\0" : options.separator),
      empty: osStringToLatin1(options.empty ?? ""),
      ignoreCase: options.ignoreCase,
      format,
      paired: options.only.length === 0,
      unpaired: [wanted.includes("1"), wanted.includes("2")],
      header: options.header,
    });
    for await (const line of joiner.lines()) {
      const written = stdout(proc).writeLatin1(line + end);
      if (written) await written;
      const pause = proc.yield();
      if (pause) await pause;
    }
    return 0;
  },
});
