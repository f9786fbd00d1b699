// Which sockets hold which ports of one protocol. Linux: inet_csk_get_port(); ip(7).

import { sysError } from "@agentos/vfs/abi";
import type { Owner } from "../files/anonymous-inode.ts";
import { isAnyAddress, isLoopback, parseIpv4 } from "./addresses.ts";

/** Linux: net.ipv4.ip_local_port_range. */
const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_LAST = 60_999;
const PORT_MAX = 65_535;

/** How a socket shares its port with others. socket(7) */
export type Sharing = "none" | "turns" | "latest";

export interface PortHolder {
  readonly owner: Owner;
  /**
   * "turns": SO_REUSEPORT, each gets a part of what arrives; "latest": SO_REUSEADDR of UDP, the last one bound gets all.
   */
  readonly sharing: Sharing;
  /** Whether the socket receives what is sent to the port. */
  readonly isReceiving: boolean;
}

interface Binding<T> {
  host: string;
  holder: T;
}

export class Ports<T extends PortHolder> {
  readonly #bindings = new Map<number, Binding<T>[]>();
  #nextEphemeral = EPHEMERAL_FIRST;
  #turn = 0;

  /** Binds a port, any free one if it is 0. @returns the port @throws EADDRINUSE EADDRNOTAVAIL EINVAL */
  bind(host: string, port: number, holder: T): number {
    if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) throw sysError("EINVAL");
    if (!isLoopback(host)) throw sysError("EADDRNOTAVAIL");
    const taken = port === 0 ? this.#freePort() : port;
    const bindings = this.#bindings.get(taken) ?? [];
    if (bindings.some((other) => overlaps(other.host, host) && !agree(other.holder, holder)))
      throw sysError("EADDRINUSE");
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

  /** Who receives what is sent to an address: a socket bound to exactly that address before one bound to any. */
  find(host: string, port: number): T | undefined {
    const bindings = this.#bindings.get(port);
    if (!bindings) return undefined;
    const exact = bindings.filter((binding) => binding.host === host && binding.holder.isReceiving);
    return this.#choose(
      exact.length > 0 ? exact : bindings.filter((binding) => receives(binding.host, host)),
    );
  }

  #choose(bindings: readonly Binding<T>[]): T | undefined {
    const receiving = bindings.filter(({ holder }) => holder.isReceiving);
    const inTurns = receiving.length > 1 && receiving[0]!.holder.sharing === "turns";
    return (inTurns ? receiving[this.#turn++ % receiving.length] : receiving.at(-1))?.holder;
  }

  *list(): Iterable<{ host: string; port: number; holder: T }> {
    for (const [port, bindings] of this.#bindings) for (const binding of bindings) yield { port, ...binding };
  }
}

/** A socket bound to "::" also receives IPv4; one bound to "0.0.0.0" does not receive IPv6. */
function receives(bound: string, host: string): boolean {
  if (!isAnyAddress(bound)) return bound === host;
  return parseIpv4(bound) === undefined || parseIpv4(host) !== undefined;
}

/** Linux lets only sockets of the same user share a port. */
const agree = (one: PortHolder, other: PortHolder): boolean =>
  one.sharing !== "none" && one.sharing === other.sharing && one.owner.uid === other.owner.uid;

const overlaps = (one: string, other: string): boolean => receives(one, other) || receives(other, one);
