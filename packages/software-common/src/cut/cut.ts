import {
  defineProgram,
  LineReader,
  osStringToLatin1,
  type Proc,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { quote } from "../shared/quote.ts";
import { cutBytes, cutFields, type LineCut } from "./cut-line.ts";
import { parseRanges } from "./ranges.ts";

async function cutInput(proc: Proc, fd: number, delimiter: number, cut: LineCut): Promise<void> {
  const out = stdout(proc);
  const reader = new LineReader(proc, fd, delimiter);
  const end = String.fromCharCode(delimiter);
  for (;;) {
    const next = reader.next();
    const batch = next instanceof Promise ? await next : next;
    if (batch === undefined) return;
    let text = "";
    for (const line of batch) {
      const kept = cut(line);
      if (kept !== undefined) text += kept + end;
    }
    const written = out.writeLatin1(text);
    if (written) await written;
    const pause = proc.yield();
    if (pause) await pause;
  }
}

export default defineProgram({
  name: "cut",
  summary: "Print selected parts of lines from each FILE to standard output.",
  usage: "OPTION... [FILE]...",
  options: {
    bytes: { short: "b", long: "bytes", value: "LIST", repeat: true, help: "select only these bytes" },
    characters: {
      short: "c",
      long: "characters",
      value: "LIST",
      repeat: true,
      help: "select only these characters",
    },
    delimiter: {
      short: "d",
      long: "delimiter",
      value: "DELIM",
      help: "use DELIM instead of TAB for field delimiter",
    },
    fields: { short: "f", long: "fields", value: "LIST", repeat: true, help: "select only these fields" },
    unsplit: { short: "n", help: "(ignored)" },
    complement: { long: "complement", help: "complement the set of selected bytes, characters or fields" },
    onlyDelimited: {
      short: "s",
      long: "only-delimited",
      help: "do not print lines not containing delimiters",
    },
    outputDelimiter: {
      long: "output-delimiter",
      value: "STRING",
      help: "use STRING as the output delimiter",
    },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
  },
  run(proc, { options, operands }) {
    const lists = [...options.bytes, ...options.characters, ...options.fields];
    if (lists.length === 0) throw new UsageError("you must specify a list of bytes, characters, or fields");
    if (lists.length > 1) throw new UsageError("only one list may be specified");
    const byField = options.fields.length > 0;
    if (!byField && options.delimiter !== undefined) {
      throw new UsageError("an input delimiter may be specified only when operating on fields");
    }
    if (!byField && options.onlyDelimited) {
      throw new UsageError("suppressing non-delimited lines makes sense\n\tonly when operating on fields");
    }
    const separator = osStringToLatin1(options.delimiter ?? "\t") || "\0";
    if (separator.length > 1) throw new UsageError("the delimiter must be a single character");
    const ranges = parseRanges(lists[0]!, byField ? "fields" : "bytes", options.complement, (text) =>
      quote(proc, text),
    );
    const joint =
      options.outputDelimiter === undefined ? undefined : osStringToLatin1(options.outputDelimiter);
    const lineEnd = options.zero ? 0 : 10;
    const cut = byField
      ? cutFields(ranges, separator, joint ?? separator, options.onlyDelimited, String.fromCharCode(lineEnd))
      : cutBytes(ranges, joint);
    return forEachInput(proc, operands, (fd) => cutInput(proc, fd, lineEnd, cut));
  },
});
