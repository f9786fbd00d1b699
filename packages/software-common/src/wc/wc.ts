import { isDirectory, isRegular, isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  openInput,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { isUtf8Locale } from "../shared/locale.ts";
import { quote, shownName } from "../shared/quote.ts";
import { readTextFile } from "../shared/text-file.ts";
import { COUNTS, type CountName, type Counts, countInput, noCounts } from "./count.ts";

/** Digits that the largest possible number needs, so that the columns line up. Source: coreutils wc.c. */
async function columnWidth(proc: Proc, names: readonly string[], columns: number): Promise<number> {
  if (names.length === 0) return columns === 1 ? 1 : 7;
  if (names.length === 1 && columns === 1) return 1;
  let total = 0;
  let minimum = 1;
  for (const name of names) {
    const stat = name === "-" ? await proc.fstat(0) : await proc.statIfExists(name);
    if (stat === undefined) continue;
    if (isRegular(stat.mode)) total += stat.size;
    else minimum = 7;
  }
  return Math.max(String(total).length, minimum);
}

class Report {
  readonly #proc: Proc;
  readonly #columns: readonly CountName[];
  readonly #width: number;
  readonly total: Counts = noCounts();

  constructor(proc: Proc, columns: readonly CountName[], width: number) {
    this.#proc = proc;
    this.#columns = columns;
    this.#width = width;
  }

  add(counts: Counts): void {
    for (const name of COUNTS) {
      if (name === "longest") this.total.longest = Math.max(this.total.longest, counts.longest);
      else this.total[name] += counts[name];
    }
  }

  async print(counts: Counts, name: string | undefined): Promise<void> {
    const numbers = this.#columns.map((column) => String(counts[column]).padStart(this.#width)).join(" ");
    await stdout(this.#proc).write(name === undefined ? `${numbers}\n` : `${numbers} ${name}\n`);
  }
}

async function fileNames(
  proc: Proc,
  operands: readonly string[],
  list: string | undefined,
): Promise<readonly string[]> {
  if (list === undefined) return operands;
  if (operands.length > 0) {
    throw new UsageError(
      `extra operand ${quote(proc, operands[0]!)}\nfile operands cannot be combined with --files0-from`,
    );
  }
  const text = await readTextFile(proc, list === "-" ? "/dev/stdin" : list);
  if (text === undefined)
    throw new UsageError(`cannot open ${quote(proc, list)} for reading: No such file or directory`);
  return text.split("\0").filter((name) => name !== "");
}

/** A directory still gets its line of zeros. */
class DirectoryInput extends Error {}

async function countFile(proc: Proc, name: string, columns: readonly CountName[]): Promise<Counts> {
  const fd = await openInput(proc, name);
  try {
    const stat = await proc.fstat(fd);
    if (isDirectory(stat.mode)) throw new DirectoryInput();
    return await countInput(proc, fd, columns, isUtf8Locale(proc));
  } finally {
    if (fd !== 0) await proc.close(fd);
  }
}

export default defineProgram({
  name: "wc",
  summary:
    "Print newline, word, and byte counts for each FILE, and a total line if more than one FILE is specified.",
  usage: "[OPTION]... [FILE]...",
  options: {
    bytes: { short: "c", long: "bytes", help: "print the byte counts" },
    chars: { short: "m", long: "chars", help: "print the character counts" },
    lines: { short: "l", long: "lines", help: "print the newline counts" },
    files0From: { long: "files0-from", value: "F", help: "read input from the NUL-terminated names in F" },
    longest: { short: "L", long: "max-line-length", help: "print the maximum display width" },
    words: { short: "w", long: "words", help: "print the word counts" },
    total: {
      long: "total",
      value: "WHEN",
      help: "when to print a line with total counts: auto, always, only, never",
    },
  },
  async run(proc, { options, operands }) {
    const asked = COUNTS.filter((name) => options[name]);
    const columns: readonly CountName[] = asked.length > 0 ? asked : ["lines", "words", "bytes"];
    const names = await fileNames(proc, operands, options.files0From);
    const only = options.total === "only";
    const report = new Report(proc, columns, only ? 1 : await columnWidth(proc, names, columns.length));
    let status = 0;
    for (const name of names.length === 0 ? ["-"] : names) {
      const shown = names.length === 0 ? undefined : shownName(name);
      try {
        const counts = await countFile(proc, name, columns);
        report.add(counts);
        if (!only) await report.print(counts, shown);
      } catch (error) {
        status = 1;
        if (error instanceof DirectoryInput) {
          await warn(proc, `${shownName(name)}: Is a directory`);
          if (!only) await report.print(noCounts(), shown);
        } else if (isSysError(error)) await warn(proc, `${shownName(name)}: ${errorText(error)}`);
        else throw error;
      }
    }
    const when = options.total ?? "auto";
    if (when === "always" || only || (when === "auto" && names.length > 1)) {
      await report.print(report.total, only ? undefined : "total");
    }
    return status;
  },
});
