// A command on a terminal of the VM, with a keyboard in front of it. What it draws is kept as text without its controls.

import { OutsideStream } from "@agentos/kernel";
import { decode, encode, exitCodeOf, exited as hasExited, termSignalOf } from "@agentos/kernel/abi";
import type { TestVm } from "@agentos/kernel/testing";

const USER = { uid: 1000, gid: 1000 };

export class GuestTerminal {
  /** The exit code; 128 + signal if one ended it. */
  readonly exited: Promise<number>;
  readonly #stream: OutsideStream;
  readonly #resize: (size: { rows: number; cols: number }) => void;
  #text = "";
  /** What was waited for lies before it. */
  #seen = 0;

  private constructor(
    stream: OutsideStream,
    exited: Promise<number>,
    resize: (size: { rows: number; cols: number }) => void,
  ) {
    this.#stream = stream;
    this.exited = exited;
    this.#resize = resize;
  }

  static async open(
    vm: TestVm,
    argv: readonly string[],
    env: Record<string, string> = {},
  ): Promise<GuestTerminal> {
    const { master, slave } = vm.kernel.devices.openTerminal(USER, { rows: 24, cols: 80 });
    const child = await vm.kernel.spawn({
      file: `/usr/bin/${argv[0]}`,
      argv: [...argv],
      env: new Map(Object.entries({ PATH: "/usr/bin", HOME: "/home/user", TERM: "xterm", ...env })),
      cwd: "/home/user",
      ...USER,
      fds: { 0: slave, 1: slave, 2: slave },
      terminal: slave,
    });
    const exited = child.exited.then((status) =>
      hasExited(status) ? exitCodeOf(status) : 128 + termSignalOf(status),
    );
    return new GuestTerminal(new OutsideStream(master), exited, (size) =>
      slave.terminal!.setWindowSize(size),
    );
  }

  resize(rows: number, cols: number): void {
    this.#resize({ rows, cols });
  }

  /** Types, and waits until the program has answered with a text. @returns what came up to it */
  async type(keys: string, wanted: string | RegExp): Promise<string> {
    void this.#stream.write(encode(keys));
    return this.see(wanted);
  }

  async see(wanted: string | RegExp): Promise<string> {
    for (;;) {
      const rest = this.#text.slice(this.#seen);
      const at = typeof wanted === "string" ? rest.indexOf(wanted) : rest.search(wanted);
      if (at >= 0) {
        const length = typeof wanted === "string" ? wanted.length : wanted.exec(rest)![0].length;
        this.#seen += at + length;
        return rest.slice(0, at + length);
      }
      const chunk = await this.#stream.read();
      if (chunk === undefined) throw new Error(`the terminal ended with:\n${rest}`);
      this.#text += decode(chunk).replace(/\x1b\[[?0-9;]*[A-Za-z]/g, "");
    }
  }

  close(): void {
    void this.#stream.close();
  }
}
