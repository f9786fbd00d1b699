import { defineProgram, fail, type Proc, type ProcessInfo, stdout } from "@agentos/kernel/program";
import { readUsers } from "../shared/accounts.ts";
import {
  BSD_COLUMNS,
  type Column,
  columnNamed,
  commandOf,
  FULL_COLUMNS,
  LONG_BSD_COLUMNS,
  LONG_COLUMNS,
  type Row,
  STANDARD_COLUMNS,
  USER_COLUMNS,
} from "./columns.ts";
import { usageOf } from "./usage.ts";

/** Letters, and what "o" or "p" takes. With "x", which is no letter of UNIX's, a dash means nothing: "ps -aux". */
const BSD = /^(-?)([acefhjluwx]*)(?:([op])(.*))?$/;

/** "ps aux" and the like: options without a dash. */
function modernize(argv: readonly string[]): readonly string[] {
  const [name = "ps", first = "", ...rest] = argv;
  if (/^\d+$/.test(first)) return [name, "--pid", ...argv.slice(1)];
  const [, dash, letters = "", option, attached] = BSD.exec(first) ?? [];
  if (first === "" || dash === undefined || (dash === "-" && !letters.includes("x"))) return argv;
  const out = [name];
  if (/[ax]/.test(letters)) out.push("-e");
  if (letters.includes("u")) out.push("--user-format");
  else if (letters.includes("l")) out.push("--long-format");
  else out.push("--bsd-format");
  if (letters.includes("h")) out.push("--no-headers");
  if (option) out.push(`-${option}`, ...(attached ? [attached] : []));
  return [...out, ...rest];
}

const split = (lists: readonly string[]): string[] => lists.flatMap((list) => list.split(/[,\s]+/));

interface Selection {
  all: boolean;
  pids: readonly string[];
  parents: readonly string[];
  commands: readonly string[];
  users: readonly string[];
}

function shown(
  proc: Proc,
  processes: readonly ProcessInfo[],
  { all, pids, parents, commands, users }: Selection,
  nameOf: (uid: number) => string,
): ProcessInfo[] {
  if (all) return [...processes];
  if (pids.length + parents.length + commands.length + users.length > 0) {
    return processes.filter(
      (process) =>
        pids.includes(String(process.pid)) ||
        parents.includes(String(process.ppid)) ||
        commands.includes(commandOf(process)) ||
        users.includes(String(process.uid)) ||
        users.includes(nameOf(process.uid)),
    );
  }
  const own = processes.find(({ pid }) => pid === proc.pid);
  return processes.filter(({ uid, tty }) => uid === proc.uid && tty === own?.tty);
}

/** By columns, each after "-" downwards; those that are numbers by their value. */
function sort(rows: Row[], keys: readonly string[]): void {
  const order = keys.map((key) => ({
    column: columnNamed(key.replace(/^[-+]/, ""))!,
    sign: key.startsWith("-") ? -1 : 1,
  }));
  rows.sort((a, b) => {
    for (const { column, sign } of order) {
      const [x, y] = [column.value(a), column.value(b)];
      const difference = column.right && !/:/.test(x) ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
}

function table(rows: readonly Row[], columns: readonly Column[], headers: boolean): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const lines =
    headers && columns.some(({ title }) => title !== "")
      ? [columns.map(({ title }) => title), ...cells]
      : cells;
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((line) => line[i]!.length)),
  );
  return lines
    .map((line) => {
      const padded = line.map((cell, i) =>
        columns[i]!.right ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
      );
      return `${padded.join(" ").trimEnd()}\n`;
    })
    .join("");
}

export default defineProgram({
  name: "ps",
  summary: "Report a snapshot of the current processes.",
  usage: "[options]",
  modernize,
  options: {
    all: { short: "eA", help: "all processes" },
    full: { short: "f", help: "full-format listing" },
    format: {
      short: "o",
      long: "format",
      value: "COLUMNS",
      repeat: true,
      help: "user-defined format: pid,ppid,user,…",
    },
    pids: { short: "p", long: "pid", value: "PIDS", repeat: true, help: "processes by id" },
    parents: { long: "ppid", value: "PIDS", repeat: true, help: "processes by their parent's id" },
    commands: { short: "C", value: "NAMES", repeat: true, help: "processes by the name of their command" },
    users: { short: "uU", long: ["user", "User"], value: "USERS", repeat: true, help: "processes by user" },
    long: { short: "l", help: "long format" },
    longFormat: { long: "long-format", help: "long format, as in 'ps l'" },
    bsdFormat: { long: "bsd-format", help: "format of 'ps ax'" },
    sort: { long: "sort", value: "COLUMNS", repeat: true, help: "order: [+|-]COLUMN,…" },
    wide: { short: "w", help: "ignored: lines are never cut" },
    hierarchy: { short: "H", long: "forest", help: "ignored" },
    userFormat: { long: "user-format", help: "user-oriented format, as in 'ps aux'" },
    noHeaders: { long: ["no-headers", "no-heading"], help: "print no header at all" },
  },
  async run(proc, { options }) {
    let columns: readonly Column[] = STANDARD_COLUMNS;
    if (options.full) columns = FULL_COLUMNS;
    else if (options.userFormat) columns = USER_COLUMNS;
    else if (options.longFormat) columns = LONG_BSD_COLUMNS;
    else if (options.long) columns = LONG_COLUMNS;
    else if (options.bsdFormat) columns = BSD_COLUMNS;
    const keys = split(options.sort);
    const names = options.format.flatMap((list) => list.split(",")).map((name) => name.trim());
    for (const name of [...names, ...keys.map((key) => key.replace(/^[-+]/, ""))]) {
      if (!columnNamed(name)) return fail(proc, `error: unknown user-defined format specifier "${name}"`);
    }
    if (names.length > 0) columns = names.map((name) => columnNamed(name)!);
    const users = await readUsers(proc);
    const nameOf = (uid: number): string => users.find((user) => user.uid === uid)?.name ?? String(uid);
    const selection = {
      all: options.all,
      pids: split(options.pids),
      parents: split(options.parents),
      commands: split(options.commands),
      users: split(options.users),
    };
    const processes = shown(proc, proc.listProcesses(), selection, nameOf);
    const nowMs = Number(proc.now() / 1_000_000n);
    const usages = await usageOf(proc, processes);
    const rows = processes.map((process, i): Row => {
      const user = nameOf(process.uid);
      return { process, user, usage: usages[i]!, nowMs, timeZone: proc.env.get("TZ") };
    });
    sort(rows, keys);
    await stdout(proc).write(table(rows, columns, !options.noHeaders));
    return processes.length > 0 ? 0 : 1;
  },
});
