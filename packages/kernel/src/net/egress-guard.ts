// What may leave the VM: what the policy allows, and never a private address by accident. An address is checked after its
// name was resolved, and the checked address is the one connected to, so that the name cannot change its meaning in
// between.

import { errorCode, isSysError, sysError } from "@agentos/vfs/abi";
import type { Permissions } from "../policy.ts";
import { isIpAddress, isLoopback, isPrivate } from "./addresses.ts";

/** How many addresses are remembered together with their names. */
const NAMES_MAX = 4096;

export interface EgressExemptions {
  /** Ports of the host's own loopback that guests may connect to. */
  loopbackPorts?: readonly number[];
  /** Private addresses that guests may connect to, compared as text. */
  addresses?: readonly string[];
}

export interface Destination {
  host: string;
  port: number;
}

export class EgressGuard {
  readonly #allows: Permissions["network"];
  readonly #loopbackPorts: ReadonlySet<number>;
  readonly #addresses: ReadonlySet<string>;
  /** The names that this VM has resolved to an address, so that rules about names also apply to connections to it. */
  readonly #names = new Map<string, Set<string>>();

  constructor(allows: Permissions["network"], { loopbackPorts = [], addresses = [] }: EgressExemptions = {}) {
    this.#allows = allows;
    this.#loopbackPorts = new Set(loopbackPorts);
    this.#addresses = new Set(addresses);
  }

  /** Whether a connection to the VM's own loopback goes to the host's loopback when nothing in the VM listens there. */
  exemptsLoopback(port: number): boolean {
    return this.#loopbackPorts.has(port);
  }

  remember(name: string, addresses: readonly string[]): void {
    for (const address of addresses) {
      const names = this.#names.get(address) ?? new Set();
      names.add(name.toLowerCase());
      this.#names.delete(address);
      this.#names.set(address, names);
    }
    while (this.#names.size > NAMES_MAX) this.#names.delete(this.#names.keys().next().value!);
  }

  /** @throws EACCES */
  async check(protocol: "tcp" | "udp", { host, port }: Destination): Promise<void> {
    if (!isIpAddress(host)) throw sysError("EINVAL");
    if (isLoopback(host)) {
      if (this.exemptsLoopback(port)) return;
      throw sysError("EACCES");
    }
    if (isPrivate(host) && !this.#addresses.has(host)) throw sysError("EACCES");
    for (const name of [host, ...(this.#names.get(host) ?? [])]) {
      if (await this.#allows({ host: name, port, protocol })) return;
    }
    throw sysError("EACCES");
  }

  /** Whether the host's resolver may be asked for the name. */
  async allowsLookup(name: string): Promise<boolean> {
    return this.#allows({ host: name.toLowerCase(), port: 53, protocol: "dns" });
  }
}

/** An error of the host's network, as the guest sees it. */
export function asSysError(error: unknown): Error {
  if (isSysError(error)) return error;
  const code = errorCode(error);
  switch (code) {
    case "ECONNREFUSED":
    case "ECONNRESET":
    case "ENETUNREACH":
    case "EHOSTUNREACH":
    case "ETIMEDOUT":
    case "EACCES":
      return sysError(code);
    default:
      return sysError("ECONNREFUSED");
  }
}
