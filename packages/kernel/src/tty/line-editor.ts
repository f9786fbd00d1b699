// The line being typed in canonical mode, and the bytes that show each edit on the screen.
// Linux: eraser() and echo_*() of n_tty.c.

import { ECHO, ECHOCTL, ECHOE, ECHOK, ECHOKE, IUTF8, type Termios, VERASE, VKILL } from "../abi/termios.ts";

const TAB = 9;
const NEWLINE = 10;
const CARET = 94;
const RUBOUT = [8, 32, 8] as const;

export type EraseKind = "character" | "word" | "line";

export class EditLine {
  readonly bytes: number[] = [];
  /** The output column at which the line starts. */
  startColumn = 0;

  /**
   * Removes a character, a word or everything. @returns the bytes that show this on the screen
   * @param termios decides what is echoed, and whether characters may have several bytes (IUTF8)
   */
  erase(kind: EraseKind, termios: Termios): number[] {
    const { lflag, cc } = termios;
    const echo: number[] = [];
    if (this.bytes.length === 0) return echo;
    if (kind === "line" && (lflag & ECHO) === 0) {
      this.bytes.length = 0;
      return echo;
    }
    const eachVisible = ECHOK | ECHOKE | ECHOE;
    if (kind === "line" && (lflag & eachVisible) !== eachVisible) {
      this.bytes.length = 0;
      pushEcho(echo, cc[VKILL]!, lflag);
      if ((lflag & ECHOK) !== 0) echo.push(NEWLINE);
      return echo;
    }
    let inWord = false;
    while (this.bytes.length > 0) {
      const start = this.#lastCharacter(termios);
      const byte = this.bytes[start]!;
      if (kind === "word") {
        if (isWordByte(byte)) inWord = true;
        else if (inWord) break;
      }
      this.bytes.length = start;
      if ((lflag & ECHO) !== 0) {
        if (kind === "character" && (lflag & ECHOE) === 0) pushEcho(echo, cc[VERASE]!, lflag);
        else this.#rubOut(echo, byte, lflag);
      }
      if (kind === "character") break;
    }
    return echo;
  }

  /** The echo of the whole line, for VREPRINT. */
  shown(lflag: number): number[] {
    const echo: number[] = [];
    for (const byte of this.bytes) pushEcho(echo, byte, lflag);
    return echo;
  }

  #lastCharacter(termios: Termios): number {
    let start = this.bytes.length - 1;
    if ((termios.iflag & IUTF8) !== 0) {
      while (start > 0 && (this.bytes[start]! & 0xc0) === 0x80) start--;
    }
    return start;
  }

  #rubOut(echo: number[], byte: number, lflag: number): void {
    if (byte === TAB) {
      const width = tabWidth(this.#column(lflag));
      for (let i = 0; i < width; i++) echo.push(8);
      return;
    }
    const control = isControl(byte);
    const shows = (lflag & ECHOCTL) !== 0;
    if (control && shows) echo.push(...RUBOUT);
    if (!control || shows) echo.push(...RUBOUT);
  }

  /** The column after the last byte. */
  #column(lflag: number): number {
    let column = this.startColumn;
    for (const byte of this.bytes) {
      if (byte === TAB) column += tabWidth(column);
      else if (isControl(byte)) column += (lflag & ECHOCTL) !== 0 ? 2 : 0;
      else if ((byte & 0xc0) !== 0x80) column++;
    }
    return column;
  }
}

/** Appends what the terminal shows for a typed byte: the byte itself, or ^X for a control character. */
export function pushEcho(echo: number[], byte: number, lflag: number): void {
  if ((lflag & ECHOCTL) !== 0 && isControl(byte) && byte !== TAB) echo.push(CARET, byte ^ 0x40);
  else echo.push(byte);
}

const isControl = (byte: number): boolean => byte < 32 || byte === 127;
const tabWidth = (column: number): number => 8 - (column % 8);

/** Letters, digits, "_", and all bytes of non-ASCII characters. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 95 ||
    byte >= 0x80
  );
}
