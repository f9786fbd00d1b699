import { AF_UNIX, type SocketAddress } from "../abi/sockets.ts";
import type { Kernel } from "../kernel.ts";
import type { ProcSource, SocketRow } from "./proc-source.ts";

/** The memory that a VM claims to have while none of it is metered. */
const MEMORY_BYTES = 1024 ** 3;

const LISTEN = 10;
const ESTABLISHED = 1;
const UNCONNECTED = 7;
const NOWHERE = { host: "0.0.0.0", port: 0 };

const endpoint = (address: SocketAddress): { host: string; port: number } =>
  address.family === AF_UNIX ? NOWHERE : { host: address.host, port: address.port };

function tcpRows({ network }: Kernel): SocketRow[] {
  return Array.from(network.tcp.list(), ({ host, port, holder }) => ({
    local: { host, port },
    remote: holder.isConnected ? endpoint(holder.remoteAddress()) : NOWHERE,
    state: holder.isListening ? LISTEN : holder.isConnected ? ESTABLISHED : UNCONNECTED,
    uid: holder.owner.uid,
    ino: holder.inode.ino,
  }));
}

function udpRows({ network }: Kernel): SocketRow[] {
  return Array.from(network.udp.list(), ({ host, port, holder }) => ({
    local: { host, port },
    remote: NOWHERE,
    state: UNCONNECTED,
    uid: holder.owner.uid,
    ino: holder.inode.ino,
  }));
}

/** A kernel in the form in which /proc shows it. */
export function procSource(kernel: Kernel): ProcSource {
  return {
    processes: kernel.processes,
    namespace: kernel.namespace,
    limits: kernel.limits,
    bootTimeMs: kernel.bootTimeMs,
    get systemName() {
      return kernel.systemName;
    },
    setHostname: (name) => kernel.setHostname(name),
    memory: () => ({ total: MEMORY_BYTES, used: 0 }),
    sockets: (protocol) => (protocol === "tcp" ? tcpRows(kernel) : udpRows(kernel)),
  };
}
