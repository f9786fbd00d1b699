import {
  ECHO,
  ICANON,
  isSysError,
  O_RDWR,
  SIGNALS,
  type Termios,
  VMIN,
  VTIME,
  type WindowSize,
} from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";

const ESCAPE = 0x1b;
const KEYPAD: Readonly<Record<string, string>> = {
  "[A": "up",
  "[B": "down",
  "[5~": "pageup",
  "[6~": "pagedown",
  "[H": "home",
  "[1~": "home",
  "[F": "end",
  "[4~": "end",
};

/** The terminal a person types at, while it hands over single keys without echo. */
export class TerminalKeys {
  readonly fd: number;
  readonly #proc: Proc;
  readonly #before: Termios;
  readonly #buffer = new Uint8Array(256);
  #keys: string[] = [];

  private constructor(proc: Proc, fd: number) {
    this.#proc = proc;
    this.fd = fd;
    this.#before = proc.tcgetattr(fd);
  }

  /** The controlling terminal, or standard error if it has none. @throws ENOTTY */
  static async open(proc: Proc): Promise<TerminalKeys> {
    let fd = 2;
    try {
      fd = await proc.open("/dev/tty", O_RDWR);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
    const keys = new TerminalKeys(proc, fd);
    // Both end a wait for a key: the caller draws anew, or gives up what it was doing.
    proc.sigaction(SIGNALS.SIGWINCH, { handler: () => undefined });
    proc.sigaction(SIGNALS.SIGINT, { handler: () => undefined });
    proc.sigaction(SIGNALS.SIGCONT, { handler: () => keys.begin() });
    keys.begin();
    return keys;
  }

  begin(): void {
    const { lflag, cc } = this.#before;
    const single = cc.slice();
    single[VMIN] = 1;
    single[VTIME] = 0;
    this.#proc.tcsetattr(this.fd, { ...this.#before, lflag: lflag & ~(ICANON | ECHO), cc: single });
  }

  /** Gives the terminal back as it was. */
  end(): void {
    this.#proc.tcsetattr(this.fd, this.#before);
  }

  get size(): WindowSize {
    const { rows, cols } = this.#proc.getWindowSize(this.fd);
    return { rows: rows || 24, cols: cols || 80 };
  }

  /** A character, or the name of a key such as "up"; undefined once the terminal has hung up. @throws EINTR */
  async next(): Promise<string | undefined> {
    if (this.#keys.length === 0) {
      const count = await this.#proc.read(this.fd, this.#buffer);
      this.#keys = keysIn(this.#buffer.slice(0, count));
    }
    return this.#keys.shift();
  }
}

function keysIn(bytes: Uint8Array): string[] {
  const keys: string[] = [];
  const text = new TextDecoder().decode(bytes);
  for (let at = 0; at < text.length; ) {
    const sequence =
      text.charCodeAt(at) === ESCAPE ? /^\x1b([[O]\d*[A-Z~])/.exec(text.slice(at, at + 8)) : null;
    const key = sequence ? KEYPAD[sequence[1]!.replace("O", "[")] : undefined;
    if (sequence && key) keys.push(key);
    if (!sequence) keys.push(String.fromCodePoint(text.codePointAt(at)!));
    at += sequence ? sequence[0].length : keys.at(-1)!.length;
  }
  return keys;
}
