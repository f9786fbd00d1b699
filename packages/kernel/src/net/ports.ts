// Who holds which port of one protocol. Linux: inet_csk_get_port(); ip(7).

import { sysError } from "@agentos/vfs/abi";
import { isAnyAddress, isLoopback, parseIpv4 } from "./addresses.ts";

/** Linux: net.ipv4.ip_local_port_range. */
const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_LAST = 60_999;
const PORT_MAX = 65_535;

interface Binding<T> {
  host: string;
  holder: T;
}

export class Ports<T> {
  readonly #bindings = new Map<number, Binding<T>[]>();
  #nextEphemeral = EPHEMERAL_FIRST;

  /** Takes a port, any free one for 0; the port. @throws EADDRINUSE EADDRNOTAVAIL EINVAL */
  bind(host: string, port: number, holder: T): number {
    if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) throw sysError("EINVAL");
    if (!isLoopback(host)) throw sysError("EADDRNOTAVAIL");
    const taken = port === 0 ? this.#freePort() : port;
    const bindings = this.#bindings.get(taken) ?? [];
    if (bindings.some((other) => overlaps(other.host, host))) throw sysError("EADDRINUSE");
    this.#bindings.set(taken, [...bindings, { host, holder }]);
    return taken;
  }

  #freePort(): number {
    for (let tries = EPHEMERAL_FIRST; tries <= EPHEMERAL_LAST; tries++) {
      const port = this.#nextEphemeral;
      this.#nextEphemeral = port === EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1;
      if (!this.#bindings.has(port)) return port;
    }
    throw sysError("EADDRINUSE");
  }

  release(port: number, holder: T): void {
    const left = this.#bindings.get(port)?.filter((binding) => binding.holder !== holder) ?? [];
    if (left.length > 0) this.#bindings.set(port, left);
    else this.#bindings.delete(port);
  }

  /** Who gets what is sent to an address: a holder of exactly it before one of any address. */
  find(host: string, port: number): T | undefined {
    const bindings = this.#bindings.get(port) ?? [];
    const exact = bindings.find((binding) => binding.host === host);
    return (exact ?? bindings.find((binding) => receives(binding.host, host)))?.holder;
  }

  *list(): Iterable<{ host: string; port: number; holder: T }> {
    for (const [port, bindings] of this.#bindings) for (const binding of bindings) yield { port, ...binding };
  }
}

/** "::" takes IPv4 too; "0.0.0.0" does not take IPv6. */
function receives(bound: string, host: string): boolean {
  if (!isAnyAddress(bound)) return bound === host;
  return parseIpv4(bound) === undefined || parseIpv4(host) !== undefined;
}

const overlaps = (one: string, other: string): boolean => receives(one, other) || receives(other, one);
