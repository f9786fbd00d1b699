// A pseudo terminal: what the master writes is typed, what the slave writes is shown. Closing the master hangs up.
// Linux: drivers/tty/pty.c, tty_io.c; pty(7).

import { makeDevice } from "@agentos/vfs/abi";
import { SIGNALS } from "../abi/signals.ts";
import type { Termios, WindowSize } from "../abi/termios.ts";
import type { Terminal } from "../files/open-file.ts";
import { WaitQueue } from "../wait-queue.ts";
import { LineDiscipline } from "./line-discipline.ts";

/** Major number of /dev/pts/<n>. */
export const PTS_MAJOR = 136;
const DEFAULT_SIZE: WindowSize = { rows: 24, cols: 80 };

/** How a terminal reaches the processes it controls. */
export interface TtySignals {
  /** Sends a signal to all members of a process group, if it exists. */
  signalGroup(pgid: number, signal: number): void;
  /** The terminal is gone: the session loses its controlling terminal, and its leader gets SIGHUP and SIGCONT. */
  hangUpSession(sid: number): void;
}

export class Pty implements Terminal {
  readonly index: number;
  readonly line: LineDiscipline;
  /** Woken when a read or write of the slave may succeed, or the foreground group has changed. */
  readonly slaveChanged = new WaitQueue();
  /** Woken when a read or write of the master may succeed. */
  readonly masterChanged = new WaitQueue();
  readonly #signals: TtySignals;
  #size: WindowSize;
  #session = 0;
  #foreground = 0;
  #slaves = 0;
  #slaveWasOpen = false;
  #hungUp = false;
  /** The owner and permissions of its node in /dev/pts. */
  owner = { uid: 0, gid: 0, mode: 0o620 };

  constructor(index: number, signals: TtySignals, size: WindowSize = DEFAULT_SIZE) {
    this.index = index;
    this.#signals = signals;
    this.#size = size;
    this.line = new LineDiscipline((signal) => {
      if (this.#foreground !== 0) signals.signalGroup(this.#foreground, signal);
    });
  }

  get path(): string {
    return `/dev/pts/${this.index}`;
  }

  get rdev(): number {
    return makeDevice(PTS_MAJOR, this.index);
  }

  // ── Terminal ─────────────────────────────────────────────────────────

  getTermios(): Termios {
    const { termios } = this.line;
    return { ...termios, cc: termios.cc.slice() };
  }

  setTermios(termios: Termios, drainInput: boolean): void {
    if (drainInput) this.line.flushInput();
    this.line.setTermios(termios);
    this.wakeAll();
  }

  getWindowSize(): WindowSize {
    return { ...this.#size };
  }

  setWindowSize(size: WindowSize): void {
    if (size.rows === this.#size.rows && size.cols === this.#size.cols) return;
    this.#size = { rows: size.rows & 0xffff, cols: size.cols & 0xffff };
    if (this.#foreground !== 0) this.#signals.signalGroup(this.#foreground, SIGNALS.SIGWINCH);
  }

  get session(): number {
    return this.#session;
  }

  set session(sid: number) {
    this.#session = sid;
    this.slaveChanged.wake();
  }

  get foreground(): number {
    return this.#foreground;
  }

  set foreground(pgid: number) {
    this.#foreground = pgid;
    this.slaveChanged.wake();
  }

  // ── the two sides ────────────────────────────────────────────────────

  get hungUp(): boolean {
    return this.#hungUp;
  }

  /** Whether the master should see the end: there have been slaves, and none is open now. */
  get abandoned(): boolean {
    return this.#slaveWasOpen && this.#slaves === 0;
  }

  addSlave(): void {
    this.#slaves++;
    this.#slaveWasOpen = true;
  }

  removeSlave(): void {
    this.#slaves--;
    if (this.abandoned) this.masterChanged.wake();
  }

  /** The master is closed: the session gets SIGHUP, and whoever still uses the slave gets errors. */
  hangUp(): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    const session = this.#session;
    const foreground = this.#foreground;
    this.wakeAll();
    this.#session = 0;
    this.#foreground = 0;
    if (session === 0) return;
    this.#signals.hangUpSession(session);
    if (foreground === 0) return;
    this.#signals.signalGroup(foreground, SIGNALS.SIGHUP);
    this.#signals.signalGroup(foreground, SIGNALS.SIGCONT);
  }

  wakeAll(): void {
    this.slaveChanged.wake();
    this.masterChanged.wake();
  }
}
