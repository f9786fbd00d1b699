import {
  defineProgram,
  LineReader,
  latin1ToOsString,
  type OptionValues,
  type Proc,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { displayWidth } from "../shared/display-width.ts";
import { forEachInput } from "../shared/inputs.ts";

const OPTIONS = {
  table: { short: "t", long: "table", help: "create a table" },
  separator: { short: "s", long: "separator", value: "STRING", help: "possible table delimiters" },
  outputSeparator: {
    short: "o",
    long: "output-separator",
    value: "STRING",
    help: "columns separator for table output",
  },
  names: { short: "N", long: "table-columns", value: "NAMES", help: "comma separated columns names" },
  right: { short: "R", long: "table-right", value: "COLUMNS", help: "right align text in these columns" },
  hide: { short: "H", long: "table-hide", value: "COLUMNS", help: "don't print the columns" },
  limit: { short: "l", long: "table-columns-limit", value: "NUM", help: "maximal number of input columns" },
  noHeadings: { short: "d", long: "table-noheadings", help: "don't print header" },
  width: {
    short: "c",
    long: "output-width",
    value: "WIDTH",
    help: "width of output in number of characters",
  },
  fillRows: { short: "x", long: "fillrows", help: "fill rows before columns" },
  keepEmpty: { short: "L", long: "keep-empty-lines", help: "don't ignore empty lines" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

const TAB = 8;
const GAP = "  ";
/** Lines are kept until all are known. */
const MOST_CHARACTERS = 1 << 28;

const widthOf = (text: string): number => {
  let width = 0;
  for (const char of text) width += displayWidth(char.codePointAt(0)!);
  return width;
};

/** column: arranges lines in columns, or words in a table. Source: column(1) of util-linux. */
export default defineProgram({
  name: "column",
  summary: "Columnate lists.",
  usage: "[OPTION]... [FILE]...",
  options: OPTIONS,
  async run(proc, { options, operands }) {
    const width = options.width === undefined ? terminalWidth(proc) : Number(options.width);
    if (!Number.isInteger(width) || width < 1)
      throw new UsageError(`invalid columns argument: '${options.width}'`);
    const lines: string[] = [];
    let size = 0;
    const status = await forEachInput(proc, operands, async (fd) => {
      const reader = new LineReader(proc, fd);
      for (let batch = await reader.next(); batch; batch = await reader.next()) {
        for (const line of batch) {
          size += line.length;
          if (size > MOST_CHARACTERS) throw new RangeError("input too large");
          if (options.keepEmpty || line.trim() !== "") lines.push(latin1ToOsString(line));
        }
        const pause = proc.yield();
        if (pause) await pause;
      }
    });
    if (options.table) await printTable(proc, lines, options);
    else await printColumns(proc, lines, width, options.fillRows);
    return status;
  },
});

function terminalWidth(proc: Proc): number {
  const columns = proc.env.get("COLUMNS") ?? "";
  if (/^[1-9]\d*$/.test(columns)) return Number(columns);
  return (proc.isatty(1) && proc.getWindowSize(1).cols) || 80;
}

async function printColumns(
  proc: Proc,
  lines: readonly string[],
  width: number,
  fillRows: boolean,
): Promise<void> {
  const longest = lines.reduce((most, line) => Math.max(most, widthOf(line)), 0);
  const cell = (Math.floor(longest / TAB) + 1) * TAB;
  const columns = Math.max(1, Math.floor(width / cell));
  if (longest >= width) {
    for (const line of lines) await stdout(proc).write(`${line}\n`);
    return;
  }
  const rows = Math.ceil(lines.length / columns);
  for (let row = 0; row < rows; row++) {
    let text = "";
    let at = 0;
    for (let column = 0; column < columns; column++) {
      const line = lines[fillRows ? row * columns + column : column * rows + row];
      if (line === undefined) break;
      const target = column * cell;
      if (column > 0) text += "\t".repeat(Math.ceil((target - at) / TAB));
      text += line;
      at = target + widthOf(line);
    }
    await stdout(proc).write(`${text}\n`);
    const pause = proc.yield();
    if (pause) await pause;
  }
}

function splitter(options: Options): (line: string) => string[] {
  const { separator, limit } = options;
  const most = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  const cut = (words: string[], line: string): string[] => {
    if (words.length <= most) return words;
    const kept = words.slice(0, most - 1);
    let rest = line;
    for (const word of kept)
      rest = rest.slice(rest.indexOf(word) + word.length + (separator === undefined ? 0 : 1));
    return [...kept, separator === undefined ? rest.trimStart() : rest];
  };
  if (separator === undefined)
    return (line) =>
      cut(
        line.split(/[ \t]+/).filter((word) => word !== ""),
        line,
      );
  const marks = new Set(separator);
  return (line) => {
    const words = [""];
    for (const char of line) {
      if (marks.has(char)) words.push("");
      else words[words.length - 1] += char;
    }
    return cut(words, line);
  };
}

/** Columns by number or name; "-1" is the last. */
function chosenColumns(list: string | undefined, names: readonly string[], count: number): Set<number> {
  const chosen = (list ?? "").split(",").filter((item) => item !== "");
  return new Set(
    chosen.map((item) => {
      if (item === "-1") return count - 1;
      return /^\d+$/.test(item) ? Number(item) - 1 : names.indexOf(item);
    }),
  );
}

async function printTable(proc: Proc, lines: readonly string[], options: Options): Promise<void> {
  const split = splitter(options);
  const names = options.names?.split(",") ?? [];
  const rows = lines.map(split);
  if (names.length > 0 && !options.noHeadings) rows.unshift(names);
  const count = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const right = chosenColumns(options.right, names, count);
  const hidden = chosenColumns(options.hide, names, count);
  const shown = Array.from({ length: count }, (_, column) => column).filter((column) => !hidden.has(column));
  const widths = new Array<number>(count).fill(0);
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column]!, widthOf(cell));
  const gap = options.outputSeparator ?? GAP;
  for (const row of rows) {
    const cells = shown.map((column, at) => {
      const cell = row[column] ?? "";
      const blank = " ".repeat(widths[column]! - widthOf(cell));
      if (right.has(column)) return blank + cell;
      return at === shown.length - 1 ? cell : cell + blank;
    });
    await stdout(proc).write(`${cells.join(gap)}\n`);
    const pause = proc.yield();
    if (pause) await pause;
  }
}
