import { isSysError, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  LineReader,
  Writer as OutputWriter,
  type Proc,
  stdout,
  UsageError,
  type Writer,
  warn,
} from "@agentos/kernel/program";
import { quote, shownName } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";
import { type Grouping, LineGroups, type Separators } from "./line-groups.ts";
import { lineKey } from "./line-key.ts";

/** The obsolete "-N" skips fields, "+N" characters. */
function modernize(argv: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (const [i, word] of argv.entries()) {
    if (word === "--") return [...out, ...argv.slice(i)];
    if (i > 0 && /^-\d+$/.test(word)) out.push(`-f${word.slice(1)}`);
    else if (i > 0 && /^\+\d+$/.test(word)) out.push(`-s${word.slice(1)}`);
    else out.push(word);
  }
  return out;
}

function numberOf(text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  const value = parseCount(text, "");
  if (value === "overflow") return Number.MAX_SAFE_INTEGER;
  if (value === "invalid") throw new InvalidNumber(`${text}: invalid number of ${what}`);
  return value;
}

class InvalidNumber extends Error {}

function separatorsOf(
  proc: Proc,
  value: string | true | undefined,
  allowed: readonly Separators[],
  option: string,
): Separators {
  if (value === undefined) return "none";
  if (value === true) return allowed[0]!;
  const found = allowed.filter((word) => word.startsWith(value));
  if (found.length === 1 || found.includes(value as Separators)) return found[0]!;
  const lines = allowed.map((word) => `\n  - ${quote(proc, word)}`).join("");
  throw new UsageError(
    `invalid argument ${quote(proc, value)} for ${quote(proc, option)}\nValid arguments are:${lines}`,
  );
}

async function copyGroups(
  proc: Proc,
  fd: number,
  out: Writer,
  delimiter: number,
  groups: LineGroups,
): Promise<void> {
  const reader = new LineReader(proc, fd, delimiter);
  for (;;) {
    const next = reader.next();
    const batch = next instanceof Promise ? await next : next;
    const text = batch === undefined ? groups.finish() : groups.add(batch);
    if (text !== "") {
      const pause = out.writeLatin1(text);
      if (pause) await pause;
    }
    if (batch === undefined) return;
    const pause = proc.yield();
    if (pause) await pause;
  }
}

async function openOr(
  proc: Proc,
  name: string | undefined,
  flags: number,
  standard: number,
): Promise<number> {
  return name === undefined || name === "-" ? standard : proc.open(name, flags, 0o666);
}

export default defineProgram({
  name: "uniq",
  summary: "Filter adjacent matching lines from INPUT, writing to OUTPUT.",
  usage: "[OPTION]... [INPUT [OUTPUT]]",
  modernize,
  options: {
    count: { short: "c", long: "count", help: "prefix lines by the number of occurrences" },
    repeated: { short: "d", long: "repeated", help: "only print duplicate lines, one for each group" },
    all: { short: "D", help: "print all duplicate lines" },
    allRepeated: {
      long: "all-repeated",
      value: "METHOD",
      optional: true,
      help: "like -D, but separate groups with an empty line: none (default), prepend, separate",
    },
    skipFields: { short: "f", long: "skip-fields", value: "N", help: "avoid comparing the first N fields" },
    group: {
      long: "group",
      value: "METHOD",
      optional: true,
      help: "show all items, separating groups with an empty line: separate (default), prepend, append, both",
    },
    ignoreCase: { short: "i", long: "ignore-case", help: "ignore differences in case when comparing" },
    skipChars: { short: "s", long: "skip-chars", value: "N", help: "avoid comparing the first N characters" },
    unique: { short: "u", long: "unique", help: "only print unique lines" },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
    checkChars: {
      short: "w",
      long: "check-chars",
      value: "N",
      help: "compare no more than N characters in lines",
    },
  },
  async run(proc, { options, operands }) {
    if (operands.length > 2) throw new UsageError(`extra operand ${quote(proc, operands[2]!)}`);
    const every = options.all || options.allRepeated !== undefined;
    const grouped = options.group !== undefined;
    if (grouped && (options.count || options.repeated || options.unique || every)) {
      throw new UsageError("--group is mutually exclusive with -c/-d/-D/-u");
    }
    if (every && options.count) {
      throw new UsageError("printing all duplicated lines and repeat counts is meaningless");
    }
    const separators = grouped
      ? separatorsOf(proc, options.group, ["separate", "prepend", "append", "both"], "--group")
      : separatorsOf(proc, options.allRepeated, ["none", "prepend", "separate"], "--all-repeated");
    const grouping: Grouping = {
      key: () => "",
      show: grouped ? "all" : every ? "repeats" : "first",
      single: !options.repeated && !every,
      several: !options.unique,
      count: options.count,
      separators,
      end: options.zero ? "\0" : "\n",
    };
    try {
      grouping.key = lineKey({
        skipFields: numberOf(options.skipFields, "fields to skip") ?? 0,
        skipChars: numberOf(options.skipChars, "bytes to skip") ?? 0,
        checkChars: numberOf(options.checkChars, "bytes to compare"),
        ignoreCase: options.ignoreCase,
      });
    } catch (error) {
      if (error instanceof InvalidNumber) return fail(proc, error.message);
      throw error;
    }
    return filter(proc, operands, options.zero ? 0 : 10, new LineGroups(grouping));
  },
});

async function filter(
  proc: Proc,
  operands: readonly string[],
  delimiter: number,
  groups: LineGroups,
): Promise<number> {
  let name = operands[0] ?? "-";
  try {
    const fd = await openOr(proc, operands[0], O_RDONLY, 0);
    const input = name;
    name = operands[1] ?? "-";
    const target = await openOr(proc, operands[1], O_WRONLY | O_CREAT | O_TRUNC, 1);
    const out = target === 1 ? stdout(proc) : new OutputWriter(proc, target);
    name = input;
    await copyGroups(proc, fd, out, delimiter, groups);
    await out.flush();
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    await warn(
      proc,
      isSysError(error, "EISDIR")
        ? `error reading ${quote(proc, name)}: ${errorText(error)}`
        : `${shownName(name)}: ${errorText(error)}`,
    );
    return 1;
  }
}
