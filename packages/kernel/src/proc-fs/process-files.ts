// The contents of /proc/<pid>'s files. Source: proc(5), Linux fs/proc/array.c.

import { SIGNALS } from "../abi/signals.ts";
import { Gate } from "../process/gate.ts";
import type { Process } from "../process/process.ts";
import { limitOf, type Resource } from "../process/resource-limits.ts";
import type { ProcSource } from "./proc-source.ts";
import { startTicks } from "./system-files.ts";

const COMM_MAX = 15;
const PAGE = 4096;
/** The memory that a process claims to have: what it really uses is part of the kernel's own. */
const VIRTUAL_KB = 4096;
const RESIDENT_KB = 1024;
const TICK_MS = 10;

const joinNul = (items: Iterable<string>): string => {
  let text = "";
  for (const item of items) text += `${item}\0`;
  return text;
};

export const cmdline = (p: Process): string => (p.isDead ? "" : joinNul(p.argv));

export const environ = (p: Process): string =>
  joinNul(Array.from(p.env, ([name, value]) => `${name}=${value}`));

/** The command name: that of the file, cut to 15 characters. */
export function commOf(p: Process): string {
  const path = p.exe || (p.argv[0] ?? "init");
  return path.slice(path.lastIndexOf("/") + 1).slice(0, COMM_MAX);
}

const STATES = { R: "running", S: "sleeping", T: "stopped", Z: "zombie" } as const;

export function stateOf(p: Process): keyof typeof STATES {
  if (p.gate === Gate.dead) return "Z";
  if (p.gate === Gate.stopped) return "T";
  return p.isWaiting || p.pid === 1 ? "S" : "R";
}

/** A set of signals as a 64-bit mask in hexadecimal; bit 0 is signal 1. */
function mask(signals: Iterable<number>): string {
  let bits = 0n;
  for (const signal of signals) bits |= 1n << BigInt(signal - 1);
  return bits.toString(16).padStart(16, "0");
}

function dispositions(p: Process): { ignored: number[]; caught: number[] } {
  const ignored: number[] = [];
  const caught: number[] = [];
  for (const [signal, action] of p.actions) {
    if (action === "ignore") ignored.push(signal);
    else if (action !== "default") caught.push(signal);
  }
  return { ignored, caught };
}

export function status(p: Process): string {
  const state = stateOf(p);
  const { uid, gid, groups, umask } = p.caller;
  const { ignored, caught } = dispositions(p);
  const rows: [string, string | number][] = [
    ["Name", commOf(p)],
    ["Umask", umask.toString(8).padStart(4, "0")],
    ["State", `${state} (${STATES[state]})`],
    ["Tgid", p.pid],
    ["Ngid", 0],
    ["Pid", p.pid],
    ["PPid", p.ppid],
    ["TracerPid", 0],
    ["Uid", `${p.uid}\t${uid}\t${uid}\t${uid}`],
    ["Gid", `${p.gid}\t${gid}\t${gid}\t${gid}`],
    ["FDSize", Math.max(64, p.fds.list().length)],
    ["Groups", `${groups.join(" ")} `],
    ["VmPeak", `${String(VIRTUAL_KB).padStart(8)} kB`],
    ["VmSize", `${String(VIRTUAL_KB).padStart(8)} kB`],
    ["VmRSS", `${String(RESIDENT_KB).padStart(8)} kB`],
    ["Threads", 1],
    ["SigPnd", mask([])],
    ["ShdPnd", mask(p.pending)],
    ["SigBlk", mask(p.blocked)],
    ["SigIgn", mask(ignored)],
    ["SigCgt", mask(caught)],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

export function stat(source: ProcSource, p: Process): string {
  const terminal = p.group.session.terminal;
  const ticks = (ms: number): number => Math.floor(ms / TICK_MS);
  const { ignored, caught } = dispositions(p);
  const low = (signals: Iterable<number>): string =>
    BigInt.asUintN(31, BigInt(`0x${mask(signals)}`)).toString();
  const fields: (string | number)[] = [
    stateOf(p),
    p.ppid,
    p.pgid,
    p.sid,
    terminal?.rdev ?? 0,
    terminal?.foreground || -1,
    0, // flags
    0, // minflt
    0, // cminflt
    0, // majflt
    0, // cmajflt
    ticks(p.cpuMs),
    0, // stime
    ticks(p.childrenCpuMs),
    0, // cstime
    20 + p.niceness,
    p.niceness,
    1, // num_threads
    0, // itrealvalue
    startTicks(source, p.startedMs),
    VIRTUAL_KB * 1024,
    (RESIDENT_KB * 1024) / PAGE,
    "18446744073709551615", // rsslim
    ...Array<number>(5).fill(0), // code and stack addresses
    low(p.pending),
    low(p.blocked),
    low(ignored),
    low(caught),
    ...Array<number>(3).fill(0), // wchan, nswap, cnswap
    SIGNALS.SIGCHLD,
    ...Array<number>(13).fill(0), // processor … env_end
    p.isDead ? p.status : 0,
  ];
  return `${p.pid} (${commOf(p)}) ${fields.join(" ")}\n`;
}

export const statm = (): string => `${(VIRTUAL_KB * 1024) / PAGE} ${(RESIDENT_KB * 1024) / PAGE} 0 0 0 0 0\n`;

const LIMIT_ROWS: readonly [name: string, resource: Resource, unit: string][] = [
  ["Max cpu time", "CPU", "seconds"],
  ["Max file size", "FSIZE", "bytes"],
  ["Max data size", "DATA", "bytes"],
  ["Max stack size", "STACK", "bytes"],
  ["Max core file size", "CORE", "bytes"],
  ["Max resident set", "RSS", "bytes"],
  ["Max processes", "NPROC", "processes"],
  ["Max open files", "NOFILE", "files"],
  ["Max locked memory", "MEMLOCK", "bytes"],
  ["Max address space", "AS", "bytes"],
  ["Max file locks", "LOCKS", "locks"],
  ["Max pending signals", "SIGPENDING", "signals"],
  ["Max msgqueue size", "MSGQUEUE", "bytes"],
  ["Max nice priority", "NICE", ""],
  ["Max realtime priority", "RTPRIO", ""],
  ["Max realtime timeout", "RTTIME", "us"],
];

export function limits(p: Process): string {
  const show = (value: number): string =>
    (Number.isFinite(value) ? String(Math.ceil(value)) : "unlimited").padEnd(21);
  const line = (name: string, soft: string, hard: string, unit: string): string =>
    `${name.padEnd(26)}${soft}${hard}${unit.padEnd(10)}\n`;
  const rows = LIMIT_ROWS.map(([name, resource, unit]) => {
    const { soft, hard } = limitOf(p, resource);
    return line(name, show(soft), show(hard), unit);
  });
  return line("Limit", "Soft Limit".padEnd(21), "Hard Limit".padEnd(21), "Units") + rows.join("");
}
