// The terminal's line discipline as a state machine: it turns bytes from the keyboard into lines and signals, and
// bytes from programs into bytes for the screen. It never waits; Pty does. Linux: n_tty.c; termios(3).

import { SIGNALS } from "../abi/signals.ts";
import {
  defaultTermios,
  ECHO,
  ECHOCTL,
  ECHONL,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IXANY,
  IXON,
  NOFLSH,
  type Termios,
  VEOF,
  VEOL,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
} from "../abi/termios.ts";
import { ByteRing } from "../files/byte-ring.ts";
import { EditLine, type EraseKind, pushEcho } from "./line-editor.ts";
import { OutputProcessor } from "./tty-output.ts";

/** Linux: N_TTY_BUF_SIZE. Limits the length of a line, and the amount of unread input. */
export const TTY_INPUT_MAX = 4096;
const NEWLINE = 10;
const RETURN = 13;
const INPUT_PLAIN = ISTRIP | IXON | ICRNL | INLCR | IGNCR;
const LOCAL_PLAIN = ICANON | ISIG | ECHO;

export class LineDiscipline {
  /** Bytes for the screen. */
  readonly screen: OutputProcessor;
  #termios = defaultTermios();
  /** Input that programs may read. */
  readonly #input = new ByteRing(TTY_INPUT_MAX);
  /** In canonical mode: how many bytes are left of each finished line; 0 stands for an end of file. */
  #lines: number[] = [];
  readonly #edit = new EditLine();
  #literalNext = false;
  readonly #signal: (signal: number) => void;

  /** @param signal sends a signal to the foreground process group */
  constructor(signal: (signal: number) => void) {
    this.#signal = signal;
    this.screen = new OutputProcessor(() => this.#termios.oflag);
  }

  get termios(): Termios {
    return this.#termios;
  }

  get canonical(): boolean {
    return (this.#termios.lflag & ICANON) !== 0;
  }

  /** Changes the mode. What was typed before can be read in the new one. Linux: n_tty_set_termios(). */
  setTermios(termios: Termios): void {
    const wasCanonical = this.canonical;
    this.#termios = { ...termios, cc: termios.cc.slice() };
    if ((termios.iflag & IXON) === 0) this.screen.resume();
    if (wasCanonical === this.canonical) return;
    this.#literalNext = false;
    if (wasCanonical) {
      this.#lines = [];
      this.#commit();
    } else {
      this.#lines = this.#input.size > 0 ? [this.#input.size] : [];
    }
  }

  // ── keyboard side ────────────────────────────────────────────────────

  /** Takes typed bytes. @returns how many, which is fewer than given only while programs leave input unread */
  receive(from: Uint8Array): number {
    const { iflag, lflag } = this.#termios;
    if ((iflag & INPUT_PLAIN) === 0 && (lflag & LOCAL_PLAIN) === 0) return this.#input.write(from);
    let count = 0;
    for (; count < from.length && this.#hasRoom(); count++) this.#receiveByte(from[count]!);
    this.screen.flushEcho();
    return count;
  }

  /** Whether `receive` would take a byte. */
  get receiving(): boolean {
    return this.#hasRoom();
  }

  #hasRoom(): boolean {
    if (this.canonical && this.#lines.length === 0) return true;
    return (
      this.#input.size + this.#edit.bytes.length < TTY_INPUT_MAX - 1 && this.#lines.length < TTY_INPUT_MAX
    );
  }

  #receiveByte(typed: number): void {
    const { iflag, lflag } = this.#termios;
    let byte = (iflag & ISTRIP) !== 0 ? typed & 0x7f : typed;
    if (this.#literalNext) {
      this.#literalNext = false;
      this.#put(byte);
      return;
    }
    if ((iflag & IXON) !== 0 && this.#flowControl(byte)) return;
    if ((lflag & ISIG) !== 0 && this.#signalKey(byte)) return;
    if ((iflag & (IXON | IXANY)) === (IXON | IXANY)) this.screen.resume();
    if (byte === RETURN) {
      if ((iflag & IGNCR) !== 0) return;
      if ((iflag & ICRNL) !== 0) byte = NEWLINE;
    } else if (byte === NEWLINE && (iflag & INLCR) !== 0) {
      byte = RETURN;
    }
    if (this.canonical && this.#editKey(byte)) return;
    this.#put(byte);
  }

  #flowControl(byte: number): boolean {
    if (this.#is(byte, VSTOP)) this.screen.stop();
    else if (this.#is(byte, VSTART)) this.screen.resume();
    else return false;
    return true;
  }

  #signalKey(byte: number): boolean {
    let signal: number;
    if (this.#is(byte, VINTR)) signal = SIGNALS.SIGINT;
    else if (this.#is(byte, VQUIT)) signal = SIGNALS.SIGQUIT;
    else if (this.#is(byte, VSUSP)) signal = SIGNALS.SIGTSTP;
    else return false;
    if ((this.#termios.lflag & NOFLSH) === 0) {
      this.flushInput();
      this.screen.clear();
    }
    if ((this.#termios.iflag & IXON) !== 0) this.screen.resume();
    if ((this.#termios.lflag & ECHO) !== 0) this.#echoTyped(byte);
    this.screen.flushEcho();
    this.#signal(signal);
    return true;
  }

  /** Keys that edit or end the line. */
  #editKey(byte: number): boolean {
    const { lflag } = this.#termios;
    const extended = (lflag & IEXTEN) !== 0;
    const echo = (lflag & ECHO) !== 0;
    if (this.#is(byte, VERASE)) this.#erase("character");
    else if (this.#is(byte, VKILL)) this.#erase("line");
    else if (extended && this.#is(byte, VWERASE)) this.#erase("word");
    else if (extended && this.#is(byte, VLNEXT)) {
      this.#literalNext = true;
      if (echo && (lflag & ECHOCTL) !== 0) this.screen.echo([94, 8]);
    } else if (extended && echo && this.#is(byte, VREPRINT)) {
      this.#echoTyped(byte);
      this.screen.echo([NEWLINE, ...this.#edit.shown(lflag)]);
    } else if (byte === NEWLINE) {
      if ((lflag & (ECHO | ECHONL)) !== 0) this.screen.echo([NEWLINE]);
      this.#endLine(byte);
    } else if (this.#is(byte, VEOF)) {
      this.#endLine(undefined);
    } else if (this.#is(byte, VEOL)) {
      if (echo) this.#echoTyped(byte);
      this.#endLine(byte);
    } else return false;
    return true;
  }

  #is(byte: number, key: number): boolean {
    return byte !== 0 && this.#termios.cc[key] === byte;
  }

  #erase(kind: EraseKind): void {
    this.screen.echo(this.#edit.erase(kind, this.#termios));
  }

  #put(byte: number): void {
    if (!this.canonical) {
      if ((this.#termios.lflag & ECHO) !== 0) this.#echoTyped(byte);
      this.#input.write(Uint8Array.of(byte));
      return;
    }
    // When the line is full, further bytes are dropped until the line is ended.
    if (this.#edit.bytes.length + this.#input.size >= TTY_INPUT_MAX - 1) return;
    if (this.#edit.bytes.length === 0) this.#edit.startColumn = this.screen.column;
    if ((this.#termios.lflag & ECHO) !== 0) this.#echoTyped(byte);
    this.#edit.bytes.push(byte);
  }

  #endLine(terminator: number | undefined): void {
    if (terminator !== undefined) this.#edit.bytes.push(terminator);
    this.#lines.push(this.#edit.bytes.length);
    this.#commit();
  }

  #commit(): void {
    this.#input.write(Uint8Array.from(this.#edit.bytes));
    this.#edit.bytes.length = 0;
  }

  #echoTyped(byte: number): void {
    const echo: number[] = [];
    pushEcho(echo, byte, this.#termios.lflag);
    this.screen.echo(echo);
  }

  // ── program side ─────────────────────────────────────────────────────

  /**
   * How many bytes a read can get now, in canonical mode from a single line. undefined: none, so that the reader
   * waits.
   */
  get readable(): number | undefined {
    if (this.canonical) return this.#lines[0];
    return this.#input.size > 0 ? this.#input.size : undefined;
  }

  /** What FIONREAD counts. */
  get inputSize(): number {
    return this.#input.size;
  }

  /** Moves what is readable into `into`. Answers 0 for an end of file typed at the start of a line. */
  read(into: Uint8Array): number {
    if (!this.canonical) return this.#input.read(into);
    const line = this.#lines[0];
    if (line === undefined) return 0;
    const count = this.#input.read(into, 0, Math.min(line, into.length));
    if (count === line) this.#lines.shift();
    else this.#lines[0] = line - count;
    return count;
  }

  /** Discards all unread input, including the line being typed. */
  flushInput(): void {
    this.#input.clear();
    this.#lines = [];
    this.#edit.bytes.length = 0;
    this.#literalNext = false;
  }
}
