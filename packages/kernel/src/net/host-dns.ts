// Host names: the VM's own hosts file first, then the host's resolver if the policy lets it be asked. nsswitch: "files dns".

import { type MaybePromise, sysError } from "@agentos/vfs/abi";
import { isIpAddress } from "./addresses.ts";
import type { EgressGuard } from "./egress-guard.ts";

const NAME_MAX = 253;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Asks for all addresses of a name; none if it is unknown. */
export type Lookup = (name: string) => Promise<string[]>;

export async function hostLookup(name: string): Promise<string[]> {
  const { lookup } = await import("node:dns/promises");
  return (await lookup(name, { all: true, order: "ipv4first" })).map(({ address }) => address);
}

export class Resolver {
  readonly #guard: EgressGuard;
  readonly #hostsFile: () => MaybePromise<string>;
  readonly #lookup: Lookup;

  /** @param hostsFile reads the VM's /etc/hosts; empty if there is none */
  constructor(guard: EgressGuard, hostsFile: () => MaybePromise<string>, lookup: Lookup = hostLookup) {
    this.#guard = guard;
    this.#hostsFile = hostsFile;
    this.#lookup = lookup;
  }

  /** The addresses of a name. @throws ENOENT unknown, or not to be asked for */
  async resolve(host: string): Promise<string[]> {
    if (isIpAddress(host)) return [host];
    const name = host.replace(/\.$/, "").toLowerCase();
    const known = addressesIn(await this.#hostsFile(), name);
    if (known.length > 0) {
      this.#guard.remember(name, known);
      return known;
    }
    if (name === "localhost" || name.endsWith(".localhost")) return ["127.0.0.1", "::1"];
    if (!isHostName(name) || !(await this.#guard.allowsLookup(name))) throw sysError("ENOENT");
    const addresses = await this.#lookup(name).catch((): string[] => []);
    if (addresses.length === 0) throw sysError("ENOENT");
    this.#guard.remember(name, addresses);
    return addresses;
  }
}

function isHostName(name: string): boolean {
  return name.length <= NAME_MAX && name.split(".").every((label) => LABEL.test(label));
}

/** hosts(5) */
function addressesIn(hosts: string, name: string): string[] {
  const found: string[] = [];
  for (const line of hosts.split("\n")) {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (address && isIpAddress(address) && names.some((other) => other.toLowerCase() === name)) {
      found.push(address);
    }
  }
  return found;
}
