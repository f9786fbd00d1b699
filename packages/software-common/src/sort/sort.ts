import { O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import { defineProgram, type Proc, stdout, UsageError, Writer } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { checkOrder } from "./check-order.ts";
import { parseObsoleteKey } from "./key-spec.ts";
import { mergeInputs } from "./merge-inputs.ts";
import { sortOptions } from "./options.ts";
import { type SortSettings, settingsOf } from "./settings.ts";
import { inputNames, openOrFail, SortFailure } from "./sort-inputs.ts";
import { SortedLines } from "./sorted-lines.ts";

/** "+1 -2" → "-k 2,2": keys of the obsolete form travel as the option --obsolete-key. */
function modernize(argv: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return [...out, ...argv.slice(i)];
    if (i > 0 && /^\+\d/.test(word) && parseObsoleteKey(word, undefined)) {
      const next = argv[i + 1] ?? "";
      const pair = /^-\d/.test(next);
      out.push(`--obsolete-key=${pair ? `${word} ${next}` : word}`);
      if (pair) i++;
    } else out.push(word);
  }
  return out;
}

async function writeSorted(
  proc: Proc,
  sorted: SortedLines,
  settings: SortSettings,
  out: Writer,
): Promise<void> {
  for await (const text of sorted.chunks(proc, settings)) {
    const pause = out.writeLatin1(text);
    if (pause) await pause;
  }
}

async function openOutput(proc: Proc, settings: SortSettings): Promise<Writer> {
  if (settings.output === undefined) return stdout(proc);
  const fd = await openOrFail(proc, settings.output, O_WRONLY | O_CREAT | O_TRUNC);
  return new Writer(proc, fd);
}

async function sortInputs(proc: Proc, names: readonly string[], settings: SortSettings): Promise<number> {
  const sorted = new SortedLines(settings);
  if (settings.merge) await mergeInputs(proc, names, sorted);
  else {
    for (const name of names) await sorted.read(proc, name);
    await sorted.sort(proc);
  }
  const out = await openOutput(proc, settings);
  await writeSorted(proc, sorted, settings, out);
  await out.flush();
  return 0;
}

export default defineProgram({
  name: "sort",
  summary: "Write sorted concatenation of all FILE(s) to standard output.",
  usage: "[OPTION]... [FILE]...",
  usageStatus: 2,
  options: sortOptions,
  modernize,
  async run(proc, { options, operands, order }) {
    try {
      const settings = settingsOf(proc, order);
      const names = await inputNames(proc, operands, options.files0From);
      if (settings.check === undefined) return await sortInputs(proc, names, settings);
      if (names.length > 1) {
        const letter = settings.check === "report" ? "c" : "C";
        throw new UsageError(`extra operand ${quote(proc, names[1]!)} not allowed with -${letter}`);
      }
      return await checkOrder(proc, names[0]!, settings);
    } catch (error) {
      if (error instanceof SortFailure) return error.report(proc);
      throw error;
    }
  },
});
