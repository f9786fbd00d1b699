import { defineProgram } from "@agentos/kernel/program";
import { filterByTabs } from "../shared/tab-filter.ts";
import type { TabStops } from "../shared/tab-stops.ts";

function expandLine(line: string, stops: TabStops, initialOnly: boolean): string {
  let out = "";
  let column = 0;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === "\t") {
      const stop = stops.after(column) ?? column + 1;
      out += " ".repeat(stop - column);
      column = stop;
      continue;
    }
    if (initialOnly && char !== " ") return out + line.slice(at);
    column = char === "\b" ? Math.max(0, column - 1) : column + 1;
    out += char;
  }
  return out;
}

export default defineProgram({
  name: "expand",
  summary: "Convert tabs in each FILE to spaces, writing to standard output.",
  usage: "[OPTION]... [FILE]...",
  modernize: (argv) =>
    argv.map((word, i) => (i > 0 && /^-\d[\d,]*$/.test(word) ? `-t${word.slice(1)}` : word)),
  options: {
    initial: { short: "i", long: "initial", help: "do not convert tabs after non blanks" },
    tabs: {
      short: "t",
      long: "tabs",
      value: "N",
      repeat: true,
      help: "have tabs N characters apart, or at a list of positions",
    },
  },
  run: (proc, { options, operands }) =>
    filterByTabs(proc, options.tabs, operands, (line, stops) => expandLine(line, stops, options.initial)),
});
