// The contents of /proc's machine-wide files. Source: proc(5).

import { monotonicMs } from "../host-clock.ts";
import { Gate } from "../process/gate.ts";
import type { ProcSource, SocketRow } from "./proc-source.ts";

const CORES = 1;
const FILE_SYSTEMS = ["proc", "tmpfs", "devpts", "overlay", "pipefs", "sockfs"];

function uptimeSeconds(source: ProcSource): number {
  return Math.max(0, (Date.now() - source.bootTimeMs) / 1000);
}

const row = (name: string, kilobytes: number): string =>
  `${`${name}:`.padEnd(16)}${String(kilobytes).padStart(8)} kB\n`;

export function meminfo(source: ProcSource): string {
  const { total, used } = source.memory();
  const totalKb = Math.floor(total / 1024);
  const freeKb = Math.max(0, totalKb - Math.ceil(used / 1024));
  return (
    row("MemTotal", totalKb) +
    row("MemFree", freeKb) +
    row("MemAvailable", freeKb) +
    row("Buffers", 0) +
    row("Cached", 0) +
    row("SwapCached", 0) +
    row("SwapTotal", 0) +
    row("SwapFree", 0)
  );
}

export function cpuinfo(): string {
  const fields = [
    ["processor", "0"],
    ["vendor_id", "AgentOS"],
    ["model name", "AgentOS virtual CPU"],
    ["cpu MHz", "1000.000"],
    ["physical id", "0"],
    ["siblings", `${CORES}`],
    ["cpu cores", `${CORES}`],
    ["flags", ""],
  ];
  return `${fields.map(([name, value]) => `${name!.padEnd(15)} : ${value}`).join("\n")}\n\n`;
}

export function uptime(source: ProcSource): string {
  const seconds = uptimeSeconds(source);
  const idle = Math.max(0, seconds - cpuSeconds(source));
  return `${seconds.toFixed(2)} ${idle.toFixed(2)}\n`;
}

function cpuSeconds(source: ProcSource): number {
  let ms = 0;
  for (const process of source.processes.values()) ms += process.cpuMs;
  return ms / 1000;
}

export function loadavg(source: ProcSource): string {
  const all = [...source.processes.values()];
  const running = all.filter((p) => p.gate === Gate.open && !p.isWaiting && p.pid !== 1).length;
  const last = Math.max(0, ...source.processes.keys());
  return `0.00 0.00 0.00 ${Math.max(1, running)}/${all.length} ${last}\n`;
}

export function version({ systemName }: ProcSource): string {
  return `${systemName.sysname} version ${systemName.release} (agentos@agentos) ${systemName.version}\n`;
}

export function stat(source: ProcSource): string {
  const busy = Math.floor(cpuSeconds(source) * 100);
  const idle = Math.max(0, Math.floor(uptimeSeconds(source) * 100) - busy);
  const cpu = `${busy} 0 0 ${idle} 0 0 0 0 0 0`;
  return (
    `cpu  ${cpu}\ncpu0 ${cpu}\nctxt 0\nbtime ${Math.floor(source.bootTimeMs / 1000)}\n` +
    `processes ${Math.max(0, ...source.processes.keys())}\nprocs_running 1\nprocs_blocked 0\n`
  );
}

export function filesystems(): string {
  return FILE_SYSTEMS.map((name) => `nodev\t${name}\n`).join("");
}

/** /proc/net/tcp: addresses in hexadecimal, each 32-bit word in the host's byte order. */
export function netTable(rows: readonly SocketRow[]): string {
  const head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
  const lines = rows.map(
    ({ local, remote, state, uid, ino }, i) =>
      `${String(i).padStart(4)}: ${hexEndpoint(local)} ${hexEndpoint(remote)} ${hex(state, 2)} ` +
      `00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${ino} 1 0000000000000000 100 0 0 10 0`,
  );
  return `${[head, ...lines].map((line) => line.padEnd(149)).join("\n")}\n`;
}

const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, "0");

function hexEndpoint({ host, port }: { host: string; port: number }): string {
  const octets = host.includes(":") ? [0, 0, 0, 0] : host.split(".").map(Number);
  return `${octets
    .reverse()
    .map((octet) => hex(octet, 2))
    .join("")}:${hex(port, 4)}`;
}

/** When a process started, in clock ticks (USER_HZ) after the VM. */
export function startTicks(source: ProcSource, startedMs: number): number {
  const sinceBoot = uptimeSeconds(source) * 1000 - (monotonicMs() - startedMs);
  return Math.max(0, Math.floor(sinceBoot / 10));
}
