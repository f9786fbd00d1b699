// Lines of an interactive shell whose input is no terminal.

import { decode, isSysError } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";

export class InputLines {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** A line with its newline, read byte by byte because commands share the input; undefined at the end. */
  *next(): Co<string | undefined> {
    const bytes: number[] = [];
    const byte = new Uint8Array(1);
    for (;;) {
      try {
        if ((yield* wait(this.#shell.proc.read(0, byte))) === 0) break;
      } catch (error) {
        if (isSysError(error, "EINTR")) continue;
        throw error;
      }
      if (byte[0] !== 0) bytes.push(byte[0]!);
      if (byte[0] === 10) break;
    }
    return bytes.length === 0 ? undefined : decode(Uint8Array.from(bytes));
  }
}
