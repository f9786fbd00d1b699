// What /proc needs to know of a VM.

import type { MountNamespace } from "@agentos/vfs";
import type { Limits } from "../limits.ts";
import type { Process } from "../process/process.ts";
import type { SystemName } from "../program/proc.ts";

export interface SocketRow {
  local: { host: string; port: number };
  remote: { host: string; port: number };
  /** TCP states by Linux's numbers: 1 established, 10 listening … */
  state: number;
  uid: number;
  ino: number;
}

export interface ProcSource {
  readonly processes: ReadonlyMap<number, Process>;
  readonly namespace: MountNamespace;
  readonly limits: Limits;
  readonly systemName: SystemName;
  setHostname(name: string): void;
  /** When the VM started: milliseconds since the epoch. */
  readonly bootTimeMs: number;
  /** How much memory the VM may use and does use, in bytes. */
  memory(): { total: number; used: number };
  /** The rows of /proc/net/tcp or udp. */
  sockets(protocol: "tcp" | "udp"): SocketRow[];
}
