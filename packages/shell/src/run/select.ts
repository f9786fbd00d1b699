// The menu of `select` and reading its answer.

import { decode } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import { characterCount } from "../expand/operations.ts";
import type { Shell } from "../shell.ts";

/** The numbered list in columns, filled downwards, as wide as $COLUMNS allows. */
export function selectMenu(shell: Shell, values: readonly string[]): string {
  const columnsWidth = Number(shell.vars.get("COLUMNS")) || 80;
  const digits = String(values.length).length;
  const longest = Math.max(...values.map(characterCount)) + digits + 2;
  const width = longest + 2;
  let columns = Math.max(1, Math.min(values.length, Math.floor(columnsWidth / width)));
  let rows = Math.ceil(values.length / columns);
  columns = Math.ceil(values.length / rows);
  if (rows === 1) [rows, columns] = [columns, 1];
  let text = "";
  for (let row = 0; row < rows; row++) {
    let line = "";
    for (let column = 0; column < columns; column++) {
      const index = column * rows + row;
      const value = values[index];
      if (value === undefined) continue;
      const item = `${String(index + 1).padStart(digits)}) ${value}`;
      line += index + rows < values.length ? item + " ".repeat(width - characterCount(item)) : item;
    }
    text += `${line}\n`;
  }
  return text;
}

/** Prompts with $PS3 and reads a line, byte by byte so that the rest stays for others; undefined at the end. */
export function* readSelection(shell: Shell): Co<string | undefined> {
  shell.report(shell.vars.get("PS3") ?? "#? ");
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  for (;;) {
    const count = yield* wait(shell.proc.read(0, byte));
    if (count === 0) {
      if (bytes.length > 0) break;
      yield* shell.print("select", "\n");
      return undefined;
    }
    if (byte[0] === 10) break;
    bytes.push(byte[0]!);
  }
  return decode(Uint8Array.from(bytes));
}
