// Draws prompt and line on a terminal, over as many rows as they take.

import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";
import { charWidth } from "./char-width.ts";

const DEFAULT_COLUMNS = 80;

export class Screen {
  readonly #shell: Shell;
  readonly #fd: number;
  /** The row of the cursor, counted from the row where the prompt's last line begins. */
  #row = 0;
  /** What is drawn; undefined before the first drawing, when the cursor may stand after a command's output. */
  #drawn: Drawn | undefined;

  constructor(shell: Shell, fd: number) {
    this.#shell = shell;
    this.#fd = fd;
  }

  get columns(): number {
    return this.#shell.proc.getWindowSize(this.#fd).cols || DEFAULT_COLUMNS;
  }

  *write(text: string): Co<void> {
    yield* wait(this.#shell.write(2, text));
  }

  /** Draws the last line of a prompt with the text after it, and puts the cursor at `cursor` of the text. */
  *draw(prompt: string, chars: readonly string[], cursor: number): Co<void> {
    const drawn = this.#drawn;
    this.#drawn = { prompt, chars: chars.slice(), cursor };
    const { columns } = this;
    const promptWidth = visibleWidth(prompt);
    const end = advance(chars, chars.length, promptWidth, columns);
    const place = advance(chars, cursor, promptWidth, columns);
    const added = drawn && appended(drawn, this.#drawn);
    let out = "";
    if (added !== undefined) out = added.map(shownChar).join("");
    else {
      if (drawn) out = this.#row > 0 ? `\x1b[${this.#row}A\r\x1b[J` : "\r\x1b[J";
      out += prompt.replace(/[\x01\x02]/g, "") + chars.map(shownChar).join("");
    }
    // A terminal stays in its last column until more comes.
    if (end.column === 0 && end.row > 0 && chars.at(-1) !== "\n") out += "\r\n";
    if (end.row > place.row) out += `\x1b[${end.row - place.row}A`;
    if (cursor < chars.length) out += place.column > 0 ? `\r\x1b[${place.column}C` : "\r";
    this.#row = place.row;
    yield* this.write(out);
  }

  /** Moves below the text, as for the output of a command. */
  *leave(prompt: string, chars: readonly string[], mark = ""): Co<void> {
    yield* this.draw(prompt, chars, chars.length);
    yield* this.write(`${mark}\r\n`);
    this.#row = 0;
    this.#drawn = undefined;
  }

  *clear(): Co<void> {
    this.#row = 0;
    this.#drawn = undefined;
    yield* this.write("\x1b[H\x1b[2J");
  }
}

interface Drawn {
  prompt: string;
  chars: readonly string[];
  cursor: number;
}

/** The characters by which a line has grown at its end, if that is all that has changed. */
function appended(before: Drawn, after: Drawn): readonly string[] | undefined {
  const { length } = before.chars;
  if (before.prompt !== after.prompt || before.cursor !== length || after.cursor !== after.chars.length)
    return undefined;
  if (after.chars.length <= length || before.chars.some((char, at) => char !== after.chars[at]))
    return undefined;
  return after.chars.slice(length);
}

/** How a character appears: control characters as ^X, newlines as they are. */
function shownChar(char: string): string {
  const code = char.charCodeAt(0);
  if (char === "\n") return "\r\n";
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  return code === 127 ? "^?" : char;
}

function advance(
  chars: readonly string[],
  count: number,
  width: number,
  columns: number,
): { row: number; column: number } {
  let row = Math.floor(width / columns);
  let column = width % columns;
  for (let i = 0; i < count; i++) {
    const char = chars[i]!;
    if (char === "\n") {
      row++;
      column = 0;
      continue;
    }
    const size = charWidth(char);
    // A wide character does not fit into the last column.
    if (column + size > columns) {
      row++;
      column = 0;
    }
    column += size;
    if (column === columns) {
      row++;
      column = 0;
    }
  }
  return { row, column };
}

/** The width of a prompt without what \[ and \] enclose and without escape sequences. */
function visibleWidth(prompt: string): number {
  const visible = prompt.replace(/\x01[^\x02]*\x02/g, "").replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "");
  let width = 0;
  for (const char of visible) width += charWidth(char);
  return width;
}
