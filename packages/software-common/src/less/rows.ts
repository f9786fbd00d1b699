// A line as the rows of a terminal.

import { type Regex, RegexLimitError } from "@agentos/posix";
import { displayWidth } from "../shared/display-width.ts";

export interface RowStyle {
  columns: number;
  /** Lines that are too long are cut instead of wrapped. */
  chop: boolean;
  /** Escape sequences for colours reach the terminal (-R); "all" lets every control character through (-r). */
  raw: false | "colors" | "all";
  tab: number;
  /** How many columns are scrolled out at the left. */
  shift: number;
  highlight: Regex | undefined;
}

interface Cell {
  shown: string;
  width: number;
  /** The escape sequences in force. */
  style: string;
}

const COLOR = /^\x1b\[[\d;:]*m/;
const RESET = "\x1b[m";
const MOST_HIGHLIGHTS = 200;
const standout = (text: string): string => `\x1b[7m${text}\x1b[27m`;

/** The rows of one line; one empty row for an empty line. `gutter` stands before its first row. */
export function rowsOf(line: string, style: RowStyle, gutter = ""): string[] {
  const { cells, text } = cellsOf(line, style);
  if (style.highlight) highlight(cells, text, style.highlight);
  const rows: string[] = [];
  let row = gutter;
  let column = gutter.length;
  let current = "";
  let passed = 0;
  for (const cell of cells) {
    passed += cell.width;
    if (passed <= style.shift) continue;
    if (column + cell.width > style.columns) {
      if (style.chop) break;
      rows.push(current === "" ? row : row + RESET);
      row = current;
      column = 0;
    }
    if (cell.style !== current) {
      row += (current === "" ? "" : RESET) + cell.style;
      current = cell.style;
    }
    row += cell.shown;
    column += cell.width;
  }
  rows.push(current === "" ? row : row + RESET);
  return rows;
}

/** What is seen of a line, for searching. */
export const plainText = (line: string, raw: RowStyle["raw"]): string =>
  cellsOf(line, { columns: 0, chop: true, raw, tab: 8, shift: 0, highlight: undefined }).text;

/** One cell for each character of `text`. */
function cellsOf(line: string, style: RowStyle): { cells: Cell[]; text: string } {
  const cells: Cell[] = [];
  const characters: string[] = [];
  let active = "";
  let column = 0;
  for (let at = 0; at < line.length; ) {
    const color = style.raw && line[at] === "\x1b" ? COLOR.exec(line.slice(at, at + 64)) : null;
    if (color) {
      active = /^\x1b\[0*m$/.test(color[0]) ? "" : (active + color[0]).slice(-256);
      at += color[0].length;
      continue;
    }
    const char = String.fromCodePoint(line.codePointAt(at)!);
    const struck = char !== "\b" && line[at + char.length] === "\b" ? overstrike(line, at, char) : undefined;
    const cell = struck?.cell ?? { ...shownCharacter(char, column, style), style: active };
    cells.push(cell);
    characters.push(struck?.char ?? char);
    if (char.length === 2 && !struck) cells.push({ shown: "", width: 0, style: active });
    column += cell.width;
    at += struck?.length ?? char.length;
  }
  return { cells, text: characters.join("") };
}

/** "x\bx" is bold and "_\bx" underlined, as nroff writes them. */
function overstrike(
  line: string,
  at: number,
  char: string,
): { cell: Cell; char: string; length: number } | undefined {
  const over = line[at + 2];
  if (char.length > 1 || over === undefined || over < " ") return undefined;
  if (over !== char && char !== "_" && over !== "_") return undefined;
  const seen = char === "_" ? over : char;
  const style = over === char ? "\x1b[1m" : "\x1b[4m";
  return {
    cell: { shown: seen, width: Math.max(0, displayWidth(seen.charCodeAt(0))), style },
    char: seen,
    length: 3,
  };
}

function shownCharacter(char: string, column: number, style: RowStyle): { shown: string; width: number } {
  if (char === "\t") {
    const width = style.tab - (column % style.tab);
    return { shown: " ".repeat(width), width };
  }
  const code = char.codePointAt(0)!;
  const width = displayWidth(code);
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  if (width >= 0 && code !== 0 && !surrogate) return { shown: char, width };
  if (style.raw === "all") return { shown: char, width: 0 };
  const name = controlName(code);
  return { shown: standout(name), width: name.length };
}

function controlName(code: number): string {
  if (code === 0x1b) return "ESC";
  if (code < 0x20) return `^${String.fromCharCode(code + 64)}`;
  if (code === 0x7f) return "^?";
  const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code;
  return byte <= 0xff ? `<${byte.toString(16).toUpperCase()}>` : `<U+${code.toString(16).toUpperCase()}>`;
}

function highlight(cells: Cell[], text: string, regex: Regex): void {
  let from = 0;
  for (let i = 0; i < MOST_HIGHLIGHTS && from <= text.length; i++) {
    const spans = matchIn(regex, text, from);
    if (!spans) return;
    const [start, end] = spans as [number, number];
    for (let at = start; at < end; at++) cells[at]!.shown = standout(cells[at]!.shown);
    from = end > start ? end : end + 1;
  }
}

/** undefined also for a search that takes too long. */
function matchIn(regex: Regex, text: string, from: number): number[] | undefined {
  try {
    return regex.exec(text, from);
  } catch (error) {
    if (error instanceof RegexLimitError) return undefined;
    throw error;
  }
}
