import type { ProcessInfo } from "@agentos/kernel/program";
import { formatTime } from "../shared/file-time.ts";

/** What /proc/PID/stat says besides; kilobytes. */
export interface Usage {
  priority: number;
  nice: number;
  threads: number;
  virtual: number;
  resident: number;
  /** Of all memory. */
  share: number;
}

export interface Row {
  process: ProcessInfo;
  user: string;
  usage: Usage;
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

/** [minutes]:seconds, as the formats of BSD have it */
const minutes = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
};

export const commandOf = ({ argv }: ProcessInfo): string => (argv[0] ?? "").replace(/^.*\//, "").slice(0, 15);

const startedAs =
  (format: string) =>
  ({ process, timeZone: zone }: Row): string =>
    formatTime(BigInt(Math.round(process.startTimeMs)) * 1_000_000n, format, zone);

const share = ({ process, nowMs }: Row): number =>
  (process.cpuMs * 100) / Math.max(1, nowMs - process.startTimeMs);
const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000));

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
  etimes: number("ELAPSED", ({ process, nowMs }) => seconds(nowMs - process.startTimeMs)),
  cputimes: number("TIME", ({ process }) => seconds(process.cpuMs)),
  bsdtime: { title: "TIME", right: true, value: ({ process }) => minutes(process.cpuMs) },
  stime: text("STIME", startedAs("%H:%M")),
  lstart: text("STARTED", startedAs("%a %b %e %H:%M:%S %Y")),
  pcpu: { title: "%CPU", right: true, value: (row) => share(row).toFixed(1) },
  c: number("C", (row) => Math.floor(share(row))),
  pmem: { title: "%MEM", right: true, value: ({ usage }) => (usage.share * 100).toFixed(1) },
  vsz: number("VSZ", ({ usage }) => usage.virtual),
  rss: number("RSS", ({ usage }) => usage.resident),
  sz: number("SZ", ({ usage }) => usage.virtual / 4),
  priority: number("PRI", ({ usage }) => usage.priority),
  pri: number("PRI", ({ usage }) => 39 - usage.priority),
  opri: number("PRI", ({ usage }) => 60 + usage.priority),
  ni: number("NI", ({ usage }) => usage.nice),
  nlwp: number("NLWP", ({ usage }) => usage.threads),
  f: number("F", () => 0),
  addr: text("ADDR", () => "-"),
  wchan: text("WCHAN", () => "-"),
  comm: text("COMMAND", ({ process }) => commandOf(process)),
  args: text("COMMAND", ({ process }) =>
    process.state === "Z" ? `[${commandOf(process)}] <defunct>` : process.argv.join(" "),
  ),
};

const ALIASES: Readonly<Record<string, string>> = {
  "%mem": "pmem",
  euid: "uid",
  ruid: "uid",
  egid: "gid",
  rgid: "gid",
  flag: "f",
  flags: "f",
  nice: "ni",
  rssize: "rss",
  rsz: "rss",
  session: "sid",
  start_time: "stime",
  thcount: "nlwp",
  uname: "user",
  ucomm: "comm",
  vsize: "vsz",
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
const all = (...names: string[]): Column[] => names.map((name) => COLUMNS[name]!);

export const FULL_COLUMNS = [
  titled("user", "UID"),
  ...all("pid", "ppid", "c", "stime"),
  titled("tty", "TTY"),
  COLUMNS.time!,
  titled("args", "CMD"),
];
export const BSD_COLUMNS = [COLUMNS.pid!, titled("tty", "TTY"), ...all("stat", "bsdtime", "args")];
export const LONG_COLUMNS = [
  ...all("f", "state", "uid", "pid", "ppid", "c", "opri", "ni", "addr", "sz", "wchan"),
  titled("tty", "TTY"),
  COLUMNS.time!,
  titled("comm", "CMD"),
];
/** "ps l" and "ps u" */
export const LONG_BSD_COLUMNS = [
  ...all("f", "uid", "pid", "ppid", "priority", "ni", "vsz", "rss", "wchan", "stat"),
  titled("tty", "TTY"),
  ...all("bsdtime", "args"),
];
export const USER_COLUMNS = [
  ...all("user", "pid", "pcpu", "pmem", "vsz", "rss"),
  titled("tty", "TTY"),
  COLUMNS.stat!,
  titled("stime", "START"),
  ...all("bsdtime", "args"),
];
