import { defineProgram, fail, type Proc, stdout } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { LineSource } from "../shared/line-source.ts";
import { quote } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";
import { type FormatSettings, ParagraphFormatter } from "./paragraphs.ts";

const LARGEST_WIDTH = 2500;

async function formatInput(proc: Proc, fd: number, settings: FormatSettings): Promise<void> {
  const source = new LineSource(proc, fd);
  const formatter = new ParagraphFormatter(settings);
  for (;;) {
    const line = await source.next();
    const text = line === undefined ? formatter.finish() : formatter.add(line);
    if (text !== "") await stdout(proc).writeLatin1(text);
    if (line === undefined) return;
    const pause = proc.yield();
    if (pause) await pause;
  }
}

export default defineProgram({
  name: "fmt",
  summary: "Reformat each paragraph in the FILE(s), writing to standard output.",
  usage: "[-WIDTH] [OPTION]... [FILE]...",
  modernize: (argv) => argv.map((word, i) => (i === 1 && /^-\d+$/.test(word) ? `-w${word.slice(1)}` : word)),
  options: {
    crown: { short: "c", long: "crown-margin", help: "preserve indentation of first two lines" },
    prefix: {
      short: "p",
      long: "prefix",
      value: "STRING",
      help: "reformat only lines beginning with STRING",
    },
    split: { short: "s", long: "split-only", help: "split long lines, but do not refill" },
    tagged: { short: "t", long: "tagged-paragraph", help: "indentation of first line different from second" },
    uniform: { short: "u", long: "uniform-spacing", help: "one space between words, two after sentences" },
    width: { short: "w", long: "width", value: "WIDTH", help: "maximum line width (default of 75 columns)" },
    goal: { short: "g", long: "goal", value: "WIDTH", help: "goal width (default of 93% of width)" },
  },
  run(proc, { options, operands }) {
    const goal = options.goal === undefined ? undefined : parseCount(options.goal, "");
    const width = parseCount(options.width ?? (typeof goal === "number" ? String(goal + 10) : "75"), "");
    if (typeof width === "string" || width > LARGEST_WIDTH) {
      return fail(proc, `invalid width: ${quote(proc, options.width!)}`);
    }
    if (typeof goal === "string" || (goal ?? 0) > width) {
      return fail(proc, `invalid width: ${quote(proc, options.goal!)}`);
    }
    const settings: FormatSettings = {
      width,
      goal: goal ?? Math.floor((width * 187) / 200),
      prefix: options.prefix ?? "",
      shape: options.split ? "split" : options.tagged ? "tagged" : options.crown ? "crown" : "plain",
      uniform: options.uniform,
    };
    return forEachInput(
      proc,
      operands,
      (fd) => formatInput(proc, fd, settings),
      (name, text) => `cannot open ${quote(proc, name)} for reading: ${text}`,
    );
  },
});
