import { sysError } from "@agentos/vfs/abi";
import { AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from "../abi/sockets.ts";
import { DatagramSocket } from "../net/datagram-socket.ts";
import type { Family } from "../net/socket-file.ts";
import { StreamSocket } from "../net/stream-socket.ts";
import { installFile } from "./open.ts";
import { syscall } from "./syscall.ts";

const FAMILIES: ReadonlySet<number> = new Set([AF_UNIX, AF_INET, AF_INET6]);

/** @throws ESOCKTNOSUPPORT */
function kindOf(type: number): typeof StreamSocket | typeof DatagramSocket {
  if (type === SOCK_STREAM) return StreamSocket;
  if (type === SOCK_DGRAM) return DatagramSocket;
  throw sysError("ESOCKTNOSUPPORT");
}

export const socket = syscall({
  name: "socket",
  errors: ["EAFNOSUPPORT", "ESOCKTNOSUPPORT", "EMFILE", "ENFILE"],
  run: (p, family, type) => {
    if (!FAMILIES.has(family)) throw sysError("EAFNOSUPPORT");
    const Kind = kindOf(type);
    return installFile(p, new Kind(p.kernel.network, family as Family, p.caller));
  },
});

export const socketpair = syscall({
  name: "socketpair",
  errors: ["ESOCKTNOSUPPORT", "EMFILE", "ENFILE"],
  run: (p, type) => {
    const [one, other] = kindOf(type).pair(p.kernel.network, p.caller);
    return p.fds.addPair(one, other);
  },
});

export const resolve = syscall({
  name: "resolve",
  errors: ["ENOENT"],
  run: (p, host) => p.kernel.resolver.resolve(host),
});
