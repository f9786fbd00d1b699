import { defineProgram, fail, type Proc, type ProcessInfo, stdout } from "@agentos/kernel/program";
import { readUsers } from "../shared/accounts.ts";
import {
  type Column,
  columnNamed,
  FULL_COLUMNS,
  type Row,
  STANDARD_COLUMNS,
  USER_COLUMNS,
} from "./columns.ts";

/** "ps aux" and the like: options without a dash. */
function modernize(argv: readonly string[]): readonly string[] {
  const first = argv[1] ?? "";
  if (!/^[auxwfe]+$/.test(first)) return argv;
  const out = [argv[0]!, ...(first.includes("x") || first.includes("a") ? ["-e"] : [])];
  if (first.includes("u")) out.push("--user-format");
  return [...out, ...argv.slice(2)];
}

function shown(
  proc: Proc,
  processes: readonly ProcessInfo[],
  all: boolean,
  pids: readonly number[],
): ProcessInfo[] {
  if (pids.length > 0) return processes.filter(({ pid }) => pids.includes(pid));
  if (all) return [...processes];
  const own = processes.find(({ pid }) => pid === proc.pid);
  return processes.filter(({ uid, tty }) => uid === proc.uid && tty === own?.tty);
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
    userFormat: { long: "user-format", help: "user-oriented format, as in 'ps aux'" },
    noHeaders: { long: ["no-headers", "no-heading"], help: "print no header at all" },
  },
  async run(proc, { options }) {
    let columns: readonly Column[] = options.full
      ? FULL_COLUMNS
      : options.userFormat
        ? USER_COLUMNS
        : STANDARD_COLUMNS;
    if (options.format.length > 0) {
      const names = options.format.flatMap((list) => list.split(",")).map((name) => name.trim());
      const found = names.map(columnNamed);
      const wrong = found.indexOf(undefined);
      if (wrong >= 0) return fail(proc, `error: unknown user-defined format specifier "${names[wrong]}"`);
      columns = found as Column[];
    }
    const users = await readUsers(proc);
    const pids = options.pids.flatMap((list) => list.split(/[,\s]+/).map(Number));
    const processes = shown(proc, proc.listProcesses(), options.all, pids);
    const nowMs = Number(proc.now() / 1_000_000n);
    const rows = processes.map((process): Row => {
      const user = users.find(({ uid }) => uid === process.uid)?.name ?? String(process.uid);
      return { process, user, nowMs, timeZone: proc.env.get("TZ") };
    });
    await stdout(proc).write(table(rows, columns, !options.noHeaders));
    return processes.length > 0 ? 0 : 1;
  },
});
