// Multi-column listings, as GNU ls lays them out: the most columns whose widths fit the line.

export interface Cell {
  text: string;
  /** Columns on the terminal, without colour escapes. */
  width: number;
}

/** Down the columns (-C) or across the rows (-x). */
export function columns(cells: Cell[], lineWidth: number, across: boolean, tabSize: number): string {
  if (cells.length === 0) return "";
  for (let count = Math.min(cells.length, Math.max(1, Math.floor(lineWidth / 3))); count > 1; count--) {
    const rows = Math.ceil(cells.length / count);
    if (!across && Math.ceil(cells.length / rows) < count) continue;
    const widths = columnWidths(cells, count, rows, across);
    if (widths.reduce((sum, width) => sum + width, 0) - 2 < lineWidth) {
      return layOut(cells, count, rows, widths, across, tabSize);
    }
  }
  return cells.map(({ text }) => `${text}\n`).join("");
}

const indexOf = (row: number, column: number, count: number, rows: number, across: boolean): number =>
  across ? row * count + column : column * rows + row;

function columnWidths(cells: Cell[], count: number, rows: number, across: boolean): number[] {
  return Array.from({ length: count }, (_, column) => {
    let width = 0;
    for (let row = 0; row < rows; row++) {
      const cell = cells[indexOf(row, column, count, rows, across)];
      if (cell) width = Math.max(width, cell.width);
    }
    return width + 2;
  });
}

function layOut(
  cells: Cell[],
  count: number,
  rows: number,
  widths: number[],
  across: boolean,
  tabSize: number,
): string {
  let out = "";
  for (let row = 0; row < rows; row++) {
    let column = 0;
    let start = 0;
    for (;;) {
      const cell = cells[indexOf(row, column, count, rows, across)]!;
      out += cell.text;
      const next = column + 1;
      if (next >= count || cells[indexOf(row, next, count, rows, across)] === undefined) break;
      out += gap(start + cell.width, start + widths[column]!, tabSize);
      start += widths[column]!;
      column = next;
    }
    out += "\n";
  }
  return out;
}

/** From one column to another: tabs where they save blanks. */
function gap(from: number, to: number, tabSize: number): string {
  let out = "";
  let at = from;
  while (at < to) {
    if (tabSize > 0 && Math.floor(to / tabSize) > Math.floor((at + 1) / tabSize)) {
      out += "\t";
      at += tabSize - (at % tabSize);
    } else {
      out += " ";
      at++;
    }
  }
  return out;
}

/** Separated by commas, as many to a line as fit (-m). */
export function commas(cells: Cell[], lineWidth: number): string {
  let out = "";
  let used = 0;
  cells.forEach((cell, i) => {
    if (i > 0) {
      if (used + cell.width + 2 >= lineWidth) {
        out += ",\n";
        used = 0;
      } else {
        out += ", ";
        used += 2;
      }
    }
    out += cell.text;
    used += cell.width;
  });
  return cells.length > 0 ? `${out}\n` : "";
}
