import { latin1FromBytes } from "@agentos/kernel/abi";
import { defineProgram, fail, osStringToLatin1, type Proc, stdout } from "@agentos/kernel/program";
import { compileRegex, RegexError } from "@agentos/posix";
import { forEachInput } from "../shared/inputs.ts";
import { readBytes } from "../shared/text-file.ts";

/** Finds the separator that begins at or after an index: [start, end]. */
type Finder = (text: string, from: number) => Promise<readonly [number, number] | undefined>;

function literalFinder(separator: string): Finder {
  return async (text, from) => {
    const at = text.indexOf(separator, from);
    return at < 0 ? undefined : [at, at + separator.length];
  };
}

function regexFinder(proc: Proc, source: string): Finder {
  const regex = compileRegex(source, { syntax: "bre", encoding: "latin1", multiline: true });
  return async (text, from) => {
    const spans = await regex.execPausing(text, from, () => proc.yield());
    return spans === undefined || spans[1] === spans[0] ? undefined : [spans[0]!, spans[1]!];
  };
}

/** The records of a text in order, each with its separator at the end or, with `before`, at its start. */
async function recordsOf(proc: Proc, text: string, find: Finder, before: boolean): Promise<string[]> {
  const records: string[] = [];
  let start = 0;
  for (let found = await find(text, 0); found !== undefined; found = await find(text, found[1])) {
    const cut = before ? found[0] : found[1];
    records.push(text.slice(start, cut));
    start = cut;
    if (records.length % 1024 === 0) {
      const pause = proc.yield();
      if (pause) await pause;
    }
  }
  records.push(text.slice(start));
  return records;
}

export default defineProgram({
  name: "tac",
  summary: "Write each FILE to standard output, last line first.",
  usage: "[OPTION]... [FILE]...",
  options: {
    before: { short: "b", long: "before", help: "attach the separator before instead of after" },
    regex: { short: "r", long: "regex", help: "interpret the separator as a regular expression" },
    separator: {
      short: "s",
      long: "separator",
      value: "STRING",
      help: "use STRING as the separator instead of newline",
    },
  },
  async run(proc, { options, operands }) {
    const separator = osStringToLatin1(options.separator ?? "\n");
    if (separator === "" && options.regex) return fail(proc, "separator cannot be empty");
    let find: Finder;
    try {
      find = options.regex
        ? regexFinder(proc, separator)
        : literalFinder(separator === "" ? "\0" : separator);
    } catch (error) {
      if (error instanceof RegexError) return fail(proc, error.message);
      throw error;
    }
    return forEachInput(proc, operands, async (fd) => {
      const text = latin1FromBytes(await readBytes(proc, fd, 2 ** 27));
      const records = await recordsOf(proc, text, find, options.before);
      for (const record of records.reverse()) {
        const written = stdout(proc).writeLatin1(record);
        if (written) await written;
      }
    });
  },
});
