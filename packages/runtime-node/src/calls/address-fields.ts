// Socket addresses as calls and notices carry them: family, host or path, port.

import { AF_UNIX, type SocketAddress } from "@agentos/kernel/abi";
import type { Value } from "@agentos/kernel/channel";
import { integer, text } from "./arguments.ts";

/** @throws EINVAL */
export function addressOf(family: Value, host: Value, port: Value): SocketAddress {
  const number = integer(family);
  if (number === AF_UNIX) return { family: AF_UNIX, path: text(host) };
  return { family: number, host: text(host), port: integer(port) } as SocketAddress;
}

export function addressFields(address: SocketAddress | undefined): Value[] {
  if (!address) return [];
  return address.family === AF_UNIX
    ? [address.family, address.path, 0]
    : [address.family, address.host, address.port];
}
