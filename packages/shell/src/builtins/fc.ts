import { O_CREAT, O_EXCL, O_WRONLY } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import { quoteSingle } from "../quote.ts";
import { runText } from "../run/source.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { type BuiltinOptions, parseOptions } from "./options.ts";

const LISTED = 16;

function* run(shell: Shell, args: string[]): Co<number> {
  // "-5" is a position in the history, not an option.
  const words = args.flatMap((word) => (/^-\d+$/.test(word) ? ["--", word] : [word]));
  const first = words.indexOf("--");
  const cleaned = words.filter((word, at) => word !== "--" || at === first);
  const options = parseOptions(shell, "fc", cleaned, "e:lnrs");
  if (typeof options === "number") return options;
  if (options.flags.has("s") || options.values.get("e") === "-") return yield* again(shell, options.operands);
  if (options.flags.has("l")) return yield* list(shell, options);
  return yield* edit(shell, options);
}

/** The history without the command that is running, which is fc itself. */
function entriesOf(shell: Shell): string[] {
  const own = shell.set.history && /^\s*fc\b/.test(shell.history.at(-1) ?? "");
  return own ? shell.history.slice(0, -1) : shell.history;
}

/** The index of an entry given by number, offset from the end, or beginning; -1 if there is none. */
function find(shell: Shell, text: string): number {
  const history = entriesOf(shell);
  if (/^-?\d+$/.test(text)) {
    const number = Number(text);
    const index = number <= 0 ? history.length + (number === 0 ? -1 : number) : number - 1;
    return Math.max(0, Math.min(index, history.length - 1));
  }
  return history.findLastIndex((line) => line.startsWith(text));
}

interface Range {
  lines: string[];
  start: number;
}

function rangeOf(shell: Shell, { flags, operands }: BuiltinOptions, defaultFirst: number): Range | number {
  const history = entriesOf(shell);
  if (history.length === 0) return 0;
  const [firstText, lastText] = operands;
  let first = firstText === undefined ? Math.max(0, defaultFirst) : find(shell, firstText);
  let last = history.length - 1;
  if (lastText !== undefined) last = find(shell, lastText);
  else if (firstText !== undefined && !flags.has("l")) last = first;
  if (first === -1 || last === -1) return shell.fail("fc", "no command found");
  const backwards = flags.has("r") || first > last;
  if (first > last) [first, last] = [last, first];
  const lines = history.slice(first, last + 1);
  return { lines: backwards ? lines.reverse() : lines, start: backwards ? -last - 1 : first + 1 };
}

function* list(shell: Shell, options: BuiltinOptions): Co<number> {
  const range = rangeOf(shell, options, entriesOf(shell).length - LISTED);
  if (typeof range === "number") return range;
  const rows = range.lines.map((line, at) => {
    const number = options.flags.has("n") ? "" : String(Math.abs(range.start + at));
    return `${number}\t ${line}\n`;
  });
  return yield* shell.print("fc", rows.join(""));
}

/** fc -s: runs an old command again, with replacements. */
function* again(shell: Shell, operands: string[]): Co<number> {
  const replacements = operands.filter((operand) => operand.includes("="));
  const target = operands.find((operand) => !operand.includes("="));
  const index = find(shell, target ?? "-1");
  let line = entriesOf(shell)[index];
  if (line === undefined) return shell.fail("fc", "no command found");
  for (const replacement of replacements) {
    const equals = replacement.indexOf("=");
    line = line.replaceAll(replacement.slice(0, equals), () => replacement.slice(equals + 1));
  }
  shell.report(`${line}\n`);
  shell.history.push(line);
  return yield* runText(shell, line, { line: shell.line });
}

/** Opens the commands in an editor and runs the result. */
function* edit(shell: Shell, options: BuiltinOptions): Co<number> {
  const range = rangeOf(shell, options, entriesOf(shell).length - 1);
  if (typeof range === "number") return range;
  const path = `/tmp/bash-fc.${shell.proc.pid}`;
  const fd = yield* wait(shell.proc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600));
  yield* wait(shell.write(fd, range.lines.map((line) => `${line}\n`).join("")));
  yield* wait(shell.proc.close(fd));
  const editor = options.values.get("e") ?? shell.vars.get("FCEDIT") ?? shell.vars.get("EDITOR") ?? "vi";
  const status = yield* runText(shell, `${editor} ${quoteSingle(path)}`, { line: shell.line });
  const result = status === 0 ? yield* runText(shell, `. ${quoteSingle(path)}`, { line: shell.line }) : 1;
  yield* wait(shell.proc.unlink(path));
  return result;
}

export const fc: Builtin = { name: "fc", run };
