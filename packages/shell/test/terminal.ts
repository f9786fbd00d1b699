// bash on a pty of the kernel, with a keyboard and a screen that understands what the line editor draws.

import { OutsideStream } from "@agentos/kernel";
import { decode, encode } from "@agentos/kernel/abi";
import { defineSoftware, type Software } from "@agentos/kernel/program";
import { bootTestVm, type TestVm, testSoftware } from "@agentos/kernel/testing";
import bash from "../src/bash.ts";

/** bash and sh. */
export const shellSoftware: Software = {
  ...defineSoftware({ name: "shell-under-test", version: "0", from: import.meta.url }),
  commands: { bash: { program: () => Promise.resolve({ default: bash }) } },
  links: { sh: "bash" },
};

/** A few commands to run: `hold` waits for ever, `say` prints its arguments. */
const commands = testSoftware({
  hold: async (proc) => {
    proc.write(1, encode("holding\n"));
    await proc.sleep(1e9);
    return 0;
  },
  say: async (proc) => {
    await proc.write(1, encode(`${proc.argv.slice(1).join(" ")}\n`));
    return 0;
  },
});

/** The rows of a terminal, as far as cursor movement, erasing and wrapping go. */
class ScreenModel {
  readonly #rows: string[][] = [[]];
  readonly #columns: number;
  #row = 0;
  #column = 0;
  /** The beginning of a sequence whose rest has not come yet. */
  #partial = "";

  constructor(columns: number) {
    this.#columns = columns;
  }

  get text(): string {
    return this.#rows
      .map((row) =>
        Array.from(row, (char) => char ?? " ")
          .join("")
          .trimEnd(),
      )
      .join("\n");
  }

  take(output: string): void {
    const text = this.#partial + output;
    this.#partial = /\x1b(?:\[[?0-9;]*)?$/.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - this.#partial.length);
    for (const [, parameters, final, char] of whole.matchAll(/\x1b\[([?0-9;]*)([A-Za-z])|([\s\S])/gu)) {
      if (final !== undefined) this.#control(final, Number.parseInt(parameters || "1", 10));
      else this.#put(char!);
    }
  }

  #control(final: string, count: number): void {
    if (final === "A") this.#row = Math.max(0, this.#row - count);
    else if (final === "C") this.#column += count;
    else if (final === "H") this.#row = this.#column = 0;
    else if (final === "J") {
      this.#rows[this.#row]!.length = Math.min(this.#rows[this.#row]!.length, this.#column);
      this.#rows.length = this.#row + 1;
    }
  }

  #put(char: string): void {
    if (char === "\r") this.#column = 0;
    else if (char === "\n") this.#row++;
    else if (char >= " ") {
      if (this.#column >= this.#columns) {
        this.#row++;
        this.#column = 0;
      }
      this.#grow();
      this.#rows[this.#row]![this.#column++] = char;
    }
    this.#grow();
  }

  #grow(): void {
    while (this.#rows.length <= this.#row) this.#rows.push([]);
  }
}

export interface TerminalOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  files?: Readonly<Record<string, string>>;
  columns?: number;
}

export class Terminal {
  readonly vm: TestVm;
  readonly #stream: OutsideStream;
  readonly #screen: ScreenModel;
  exited: Promise<number> = Promise.resolve(0);

  private constructor(vm: TestVm, stream: OutsideStream, columns: number) {
    this.vm = vm;
    this.#stream = stream;
    this.#screen = new ScreenModel(columns);
  }

  static async open(options: TerminalOptions = {}): Promise<Terminal> {
    const vm = bootTestVm({ software: [shellSoftware, commands], files: options.files ?? {} });
    const owner = { uid: 1000, gid: 1000 };
    const cols = options.columns ?? 80;
    const { master, slave } = vm.kernel.devices.openTerminal(owner, { rows: 24, cols });
    const terminal = new Terminal(vm, new OutsideStream(master), cols);
    const env = { PATH: "/usr/bin", HOME: "/home/user", USER: "user", PS1: "$ ", ...options.env };
    const { exited } = await vm.kernel.spawn({
      file: "/usr/bin/bash",
      argv: ["bash", ...(options.args ?? ["--norc"])],
      env: new Map(Object.entries(env)),
      cwd: "/home/user",
      ...owner,
      fds: { 0: slave, 1: slave, 2: slave },
      terminal: slave,
    });
    terminal.exited = exited;
    return terminal;
  }

  get screen(): string {
    return this.#screen.text;
  }

  type(keys: string): void {
    void this.#stream.write(encode(keys));
  }

  /** Types and waits until the screen shows something. */
  async expect(keys: string, wanted: string | RegExp): Promise<string> {
    this.type(keys);
    return this.waitFor(wanted);
  }

  async waitFor(wanted: string | RegExp): Promise<string> {
    const there = () =>
      typeof wanted === "string" ? this.screen.includes(wanted) : wanted.test(this.screen);
    while (!there()) {
      const chunk = await this.#stream.read();
      if (chunk === undefined) throw new Error(`the terminal ended with:\n${this.screen}`);
      this.#screen.take(decode(chunk));
    }
    return this.screen;
  }

  dispose(): void {
    void this.#stream.close();
    this.vm.dispose();
  }
}
