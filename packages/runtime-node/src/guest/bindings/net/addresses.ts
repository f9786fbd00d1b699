// Socket addresses. Source: socket(2), address_families(7).

export const UNIX = 1;
export const INET = 2;
export const INET6 = 10;

/** family, host or path, port */
export type Address = readonly [family: number, host: string, port: number];

const MAPPED = "::ffff:";

/** An IPv4-mapped IPv6 address is replaced by the IPv4 address. */
export function plainAddress(host: string, port: number): Address {
  const lower = host.toLowerCase();
  const isMapped = lower.startsWith(MAPPED) && lower.includes(".");
  return isMapped ? [INET, lower.slice(MAPPED.length), port] : [INET6, host, port];
}

/** The object that getsockname and getpeername fill in. */
export interface NameFields {
  address?: string;
  family?: string;
  port?: number;
}

export function fillName(into: NameFields, [, host, port]: readonly unknown[], family: number): number {
  const isV6 = family === INET6;
  const isMapped = isV6 && !(host as string).includes(":");
  into.address = isMapped ? MAPPED + (host as string) : (host as string);
  into.family = isV6 ? "IPv6" : "IPv4";
  into.port = port as number;
  return 0;
}
