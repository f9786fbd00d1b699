import { isSysError } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import { expandHistory } from "../interactive/history-expansion.ts";
import {
  appendHistoryFile,
  historyFile,
  readHistoryFile,
  writeHistoryFile,
} from "../interactive/history-file.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "history", args, "acd:npsrw");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  if (flags.has("c")) shell.history = [];
  const offset = values.get("d");
  if (offset !== undefined) return remove(shell, offset);
  if (flags.has("s")) {
    if (operands.length > 0) shell.history.push(operands.join(" "));
    return 0;
  }
  if (flags.has("p")) return yield* showExpansions(shell, operands);
  if (["a", "n", "r", "w"].some((letter) => flags.has(letter)))
    return yield* transfer(shell, flags, operands[0]);
  return flags.has("c") ? 0 : yield* list(shell, operands);
}

function* list(shell: Shell, operands: string[]): Co<number> {
  const [count] = operands;
  if (operands.length > 1) return shell.fail("history", "too many arguments");
  if (count !== undefined && !/^[+-]?\d+$/.test(count))
    return shell.fail("history", `${count}: numeric argument required`);
  const from = count === undefined ? 0 : Math.max(0, shell.history.length - Number(count));
  const rows = shell.history.slice(from).map((line, at) => `${String(from + at + 1).padStart(5)}  ${line}\n`);
  return yield* shell.print("history", rows.join(""));
}

/** -d offset or -d first-last; negative offsets count from the end. */
function remove(shell: Shell, text: string): number {
  const match = /^(-?\d+)(?:-(-?\d+))?$/.exec(text);
  const place = (offset: string): number => {
    const number = Number(offset);
    return number < 0 ? shell.history.length + number : number - 1;
  };
  const first = match ? place(match[1]!) : -1;
  const last = match ? place(match[2] ?? match[1]!) : -1;
  if (first < 0 || last < first || last >= shell.history.length) {
    return shell.fail("history", `${text}: history position out of range`);
  }
  shell.history.splice(first, last - first + 1);
  return 0;
}

function* showExpansions(shell: Shell, operands: string[]): Co<number> {
  let status = 0;
  let output = "";
  for (const operand of operands) {
    const expansion = expandHistory(operand, shell.history);
    if (expansion.error !== undefined) status = shell.fail("history", `${operand}: history expansion failed`);
    else output += `${expansion.text}\n`;
  }
  return (yield* shell.print("history", output)) || status;
}

function* transfer(shell: Shell, flags: ReadonlySet<string>, name: string | undefined): Co<number> {
  const path = name ?? historyFile(shell);
  if (path === undefined) return 0;
  try {
    if (flags.has("w")) yield* writeHistoryFile(shell, path);
    else if (flags.has("a")) yield* appendHistoryFile(shell, path);
    else yield* readHistoryFile(shell, path);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return shell.fail("history", `${path}: ${error.message}`);
  }
}

export const history: Builtin = { name: "history", run };
