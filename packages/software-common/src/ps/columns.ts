import type { ProcessInfo } from "@agentos/kernel/program";
import { formatTime } from "../shared/file-time.ts";

export interface Row {
  process: ProcessInfo;
  user: string;
  nowMs: number;
  timeZone: string | undefined;
}

export interface Column {
  title: string;
  right: boolean;
  value(row: Row): string;
}

const two = (number: number): string => String(number).padStart(2, "0");

/** HH:MM:SS */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

/** [[days-]hours:]minutes:seconds */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  if (days > 0) return `${days}-${two(hours)}:${rest}`;
  return hours > 0 ? `${two(hours)}:${rest}` : rest;
}

const commandOf = ({ argv }: ProcessInfo): string => (argv[0] ?? "").replace(/^.*\//, "").slice(0, 15);

const started = ({ process, timeZone: zone }: Row): string =>
  formatTime(BigInt(Math.round(process.startTimeMs)) * 1_000_000n, "%H:%M", zone);

const text = (title: string, value: Column["value"]): Column => ({ title, right: false, value });
const number = (title: string, value: (row: Row) => number): Column => ({
  title,
  right: true,
  value: (row) => String(value(row)),
});

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: number("PID", ({ process }) => process.pid),
  ppid: number("PPID", ({ process }) => process.ppid),
  pgid: number("PGID", ({ process }) => process.pgid),
  sid: number("SID", ({ process }) => process.sid),
  uid: number("UID", ({ process }) => process.uid),
  gid: number("GID", ({ process }) => process.gid),
  user: text("USER", ({ user }) => user),
  stat: text("STAT", ({ process }) => process.state + (process.pid === process.sid ? "s" : "")),
  state: text("S", ({ process }) => process.state),
  tty: text("TT", ({ process }) => process.tty ?? "?"),
  time: { title: "TIME", right: true, value: ({ process }) => clock(process.cpuMs) },
  etime: {
    title: "ELAPSED",
    right: true,
    value: ({ process, nowMs }) => elapsed(nowMs - process.startTimeMs),
  },
  stime: text("STIME", started),
  pcpu: {
    title: "%CPU",
    right: true,
    value: ({ process, nowMs }) =>
      ((process.cpuMs * 100) / Math.max(1, nowMs - process.startTimeMs)).toFixed(1),
  },
  comm: text("COMMAND", ({ process }) => commandOf(process)),
  args: text("COMMAND", ({ process }) =>
    process.state === "Z" ? `[${commandOf(process)}] <defunct>` : process.argv.join(" "),
  ),
};

const ALIASES: Readonly<Record<string, string>> = {
  cmd: "args",
  command: "args",
  ucmd: "comm",
  s: "state",
  tt: "tty",
  tname: "tty",
  euser: "user",
  ruser: "user",
  cputime: "time",
  start: "stime",
  sess: "sid",
  pgrp: "pgid",
  "%cpu": "pcpu",
};

/** "pid", "pid=TITLE", "pid=" (no title); undefined if there is none of that name. */
export function columnNamed(description: string): Column | undefined {
  const [name = "", title] = description.split("=");
  const column = COLUMNS[ALIASES[name] ?? name];
  return column === undefined || title === undefined ? column : { ...column, title };
}

const titled = (name: string, title: string): Column => ({ ...COLUMNS[name]!, title });

export const STANDARD_COLUMNS = [COLUMNS.pid!, titled("tty", "TTY"), COLUMNS.time!, titled("comm", "CMD")];
export const FULL_COLUMNS = [
  titled("user", "UID"),
  COLUMNS.pid!,
  COLUMNS.ppid!,
  titled("pcpu", "C"),
  COLUMNS.stime!,
  titled("tty", "TTY"),
  COLUMNS.time!,
  titled("args", "CMD"),
];
export const USER_COLUMNS = [
  COLUMNS.user!,
  COLUMNS.pid!,
  COLUMNS.pcpu!,
  titled("tty", "TTY"),
  COLUMNS.stat!,
  titled("stime", "START"),
  COLUMNS.time!,
  COLUMNS.args!,
];
