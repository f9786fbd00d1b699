import { defineProgram } from "@agentos/kernel/program";
import { filterByTabs } from "../shared/tab-filter.ts";
import type { TabStops } from "../shared/tab-stops.ts";

/** Blanks from `from` to `to` as tabs and spaces; a single space before a stop stays one unless it starts the line. */
function blanks(from: number, to: number, stops: TabStops, first: boolean): string {
  let out = "";
  let column = from;
  for (let stop = stops.after(column); stop !== undefined && stop <= to; stop = stops.after(column)) {
    out += stop - column === 1 && !first && to === stop ? " " : "\t";
    column = stop;
  }
  return out + " ".repeat(to - column);
}

function unexpandLine(line: string, stops: TabStops, all: boolean): string {
  let out = "";
  let column = 0;
  for (let at = 0; at < line.length; ) {
    const start = column;
    const begin = at;
    while (line[at] === " " || line[at] === "\t") {
      column = line[at] === "\t" ? (stops.after(column) ?? column + 1) : column + 1;
      at++;
    }
    if (at > begin) out += blanks(start, column, stops, begin === 0);
    if (!all) return out + line.slice(at);
    for (; at < line.length && line[at] !== " " && line[at] !== "\t"; at++) {
      column = line[at] === "\b" ? Math.max(0, column - 1) : column + 1;
      out += line[at];
    }
  }
  return out;
}

export default defineProgram({
  name: "unexpand",
  summary: "Convert blanks in each FILE to tabs, writing to standard output.",
  usage: "[OPTION]... [FILE]...",
  options: {
    all: { short: "a", long: "all", help: "convert all blanks, instead of just initial blanks" },
    firstOnly: { long: "first-only", help: "convert only leading sequences of blanks (overrides -a)" },
    tabs: {
      short: "t",
      long: "tabs",
      value: "N",
      repeat: true,
      help: "have tabs N characters apart (enables -a)",
    },
  },
  run(proc, { options, operands }) {
    const all = (options.all || options.tabs.length > 0) && !options.firstOnly;
    return filterByTabs(proc, options.tabs, operands, (line, stops) => unexpandLine(line, stops, all));
  },
});
