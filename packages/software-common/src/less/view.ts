import type { Proc } from "@agentos/kernel/program";
import type { Regex } from "@agentos/posix";
import type { PagedDocument } from "./document.ts";
import { plainText, type RowStyle, rowsOf } from "./rows.ts";

/** A row of a document: a line by its index, and which of its rows. */
export interface Position {
  line: number;
  row: number;
}

const NUMBER_COLUMNS = 7;
const MOST_CACHED = 1000;

/** What part of a document is on the screen. */
export class View {
  readonly document: PagedDocument;
  readonly style: RowStyle;
  readonly #proc: Proc;
  readonly #rows = new Map<number, string[]>();
  top: Position = { line: 0, row: 0 };
  /** The row after the last one that is shown. */
  bottom: Position = { line: 0, row: 0 };
  numbers = false;
  squeeze = false;

  constructor(proc: Proc, document: PagedDocument, style: RowStyle) {
    this.#proc = proc;
    this.document = document;
    this.style = style;
  }

  /** To be called after a change of style or of a setting. */
  restyle(): void {
    this.#rows.clear();
  }

  /** The rows from the top that fill a screen. */
  async page(height: number): Promise<string[]> {
    const shown: string[] = [];
    this.bottom = { ...this.top };
    const first = (await this.#line(this.top.line))?.length ?? 1;
    this.bottom.row = this.top.row = Math.min(this.top.row, first - 1);
    while (shown.length < height) {
      const row = await this.#next();
      if (row === undefined) break;
      shown.push(row);
    }
    return shown;
  }

  /** Scrolls by up to `count` rows; the new ones, none at the end. */
  async forward(count: number): Promise<string[]> {
    const shown: string[] = [];
    while (shown.length < count) {
      const row = await this.#next();
      if (row === undefined) break;
      shown.push(row);
      this.top = await this.#after(this.top);
    }
    return shown;
  }

  async back(count: number): Promise<void> {
    for (let i = 0; i < count && (this.top.line > 0 || this.top.row > 0); i++) {
      this.top = await this.#before(this.top);
    }
  }

  /** Shows the end, filling the screen. */
  async toEnd(height: number): Promise<void> {
    this.top = { line: await this.document.count(), row: 0 };
    await this.back(height);
  }

  async atEnd(): Promise<boolean> {
    return (await this.#line(this.bottom.line)) === undefined;
  }

  /** The `count`th line from `from` on that matches, or does not; undefined without one. @throws EINTR */
  async search(
    regex: Regex,
    from: number,
    step: 1 | -1,
    count: number,
    inverse: boolean,
  ): Promise<number | undefined> {
    let left = count;
    for (let at = from; at >= 0; at += step) {
      const line = await this.document.line(at);
      if (line === undefined) return undefined;
      const found = regex.test(plainText(line, this.style.raw));
      if (found !== inverse && --left === 0) return at;
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    return undefined;
  }

  async #next(): Promise<string | undefined> {
    const rows = await this.#line(this.bottom.line);
    const row = rows?.[this.bottom.row];
    if (row !== undefined) this.bottom = await this.#after(this.bottom);
    return row;
  }

  async #after({ line, row }: Position): Promise<Position> {
    const rows = await this.#line(line);
    if (rows && row + 1 < rows.length) return { line, row: row + 1 };
    return { line: await this.#skipBlank(line + 1, 1), row: 0 };
  }

  async #before({ line, row }: Position): Promise<Position> {
    if (row > 0) return { line, row: row - 1 };
    const previous = await this.#skipBlank(line - 1, -1);
    return { line: previous, row: Math.max(0, ((await this.#line(previous))?.length ?? 1) - 1) };
  }

  /** Past the blank lines that -s squeezes into the first of them. */
  async #skipBlank(line: number, step: 1 | -1): Promise<number> {
    let at = line;
    if (!this.squeeze) return at;
    while (at > 0 && (await this.document.line(at)) === "" && (await this.document.line(at - 1)) === "")
      at += step;
    return at;
  }

  async #line(index: number): Promise<string[] | undefined> {
    const cached = this.#rows.get(index);
    if (cached) return cached;
    const line = await this.document.line(index);
    if (line === undefined) return undefined;
    const gutter = this.numbers ? `${String(index + 1).padStart(NUMBER_COLUMNS)} ` : "";
    const rows = rowsOf(line, this.style, gutter);
    if (this.#rows.size >= MOST_CACHED) this.#rows.clear();
    this.#rows.set(index, rows);
    return rows;
  }
}
