// Host names: first the VM's own /etc/hosts, then the host's resolver if the policy allows. nsswitch.conf: "files dns".

import { errorCode, type MaybePromise, sysError } from "@agentos/vfs/abi";
import { isIpAddress, isPrivate } from "./addresses.ts";
import type { EgressGuard } from "./egress-guard.ts";

const NAME_MAX = 253;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Asks for all addresses of a name. Answers an empty list if it is unknown. */
export type Lookup = (name: string) => Promise<string[]>;

async function hostLookup(name: string): Promise<string[]> {
  const { lookup } = await import("node:dns/promises");
  return (await lookup(name, { all: true, order: "ipv4first" })).map(({ address }) => address);
}

/** The types of records that can be asked for; REVERSE stands for the names of an address. */
const RECORD_TYPES: ReadonlySet<string> = new Set(
  "A AAAA ANY CAA CNAME MX NAPTR NS PTR REVERSE SOA SRV TXT".split(" "),
);

/** Asks for records, in the shape node:dns gives them. @throws errors with codes of c-ares: ENOTFOUND ENODATA … */
export type Query = (name: string, type: string) => Promise<unknown>;

export interface RecordsAnswer {
  /** A code of c-ares: ENOTFOUND, ENODATA, EREFUSED (denied by the policy), ESERVFAIL, ENOTIMP … */
  error?: string;
  records?: unknown;
}

async function hostQuery(name: string, type: string): Promise<unknown> {
  const { resolve, reverse } = await import("node:dns/promises");
  return type === "REVERSE" ? reverse(name) : resolve(name, type);
}

export class Resolver {
  readonly #guard: EgressGuard;
  readonly #hostsFile: () => MaybePromise<string>;
  readonly #lookup: Lookup;
  readonly #query: Query;

  /** @param hostsFile reads the VM's /etc/hosts; the empty string if there is none */
  constructor(
    guard: EgressGuard,
    hostsFile: () => MaybePromise<string>,
    lookup: Lookup = hostLookup,
    query: Query = hostQuery,
  ) {
    this.#guard = guard;
    this.#hostsFile = hostsFile;
    this.#lookup = lookup;
    this.#query = query;
  }

  /**
   * The records of a name: addresses and reverse names also from /etc/hosts, all else from the resolver if the policy
   * allows.
   */
  async resolveRecords(host: string, type: string): Promise<RecordsAnswer> {
    const name = host.replace(/\.$/, "").toLowerCase();
    const known = await this.#knownRecords(name, type);
    if (known) return { records: known };
    if (!RECORD_TYPES.has(type)) return { error: "ENOTIMP" };
    const isName = type === "REVERSE" ? isIpAddress(name) && !isPrivate(name) : isHostName(name);
    if (!isName) return { error: "ENOTFOUND" };
    if (!(await this.#guard.allowsLookup(name))) return { error: "EREFUSED" };
    try {
      const records = await this.#query(name, type);
      if (type === "A" || type === "AAAA") this.#guard.remember(name, records as string[]);
      return { records };
    } catch (error) {
      const code = errorCode(error);
      return { error: code !== undefined && /^E[A-Z]+$/.test(code) ? code : "ESERVFAIL" };
    }
  }

  async #knownRecords(name: string, type: string): Promise<string[] | undefined> {
    if (type === "REVERSE") {
      const names = namesIn(await this.#hostsFile(), name);
      return names.length > 0 ? names : undefined;
    }
    if (type !== "A" && type !== "AAAA") return undefined;
    const addresses = addressesIn(await this.#hostsFile(), name);
    const known = addresses.filter((address) => address.includes(":") === (type === "AAAA"));
    return known.length > 0 ? known : undefined;
  }

  /** The addresses of a name. @throws ENOENT unknown · EACCES denied by the policy */
  async resolve(host: string): Promise<string[]> {
    if (isIpAddress(host)) return [host];
    const name = host.replace(/\.$/, "").toLowerCase();
    const known = addressesIn(await this.#hostsFile(), name);
    if (known.length > 0) {
      this.#guard.remember(name, known);
      return known;
    }
    if (name === "localhost" || name.endsWith(".localhost")) return ["127.0.0.1", "::1"];
    if (!isHostName(name)) throw sysError("ENOENT");
    if (!(await this.#guard.allowsLookup(name))) throw sysError("EACCES");
    const addresses = await this.#lookup(name).catch((): string[] => []);
    if (addresses.length === 0) throw sysError("ENOENT");
    this.#guard.remember(name, addresses);
    return addresses;
  }
}

function isHostName(name: string): boolean {
  return name.length <= NAME_MAX && name.split(".").every((label) => LABEL.test(label));
}

/** The lines of hosts(5): an address and its names. */
function entriesOf(hosts: string): { address: string; names: string[] }[] {
  return hosts
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter(([address]) => address !== undefined && isIpAddress(address))
    .map(([address, ...names]) => ({ address: address!, names }));
}

function addressesIn(hosts: string, name: string): string[] {
  return entriesOf(hosts)
    .filter(({ names }) => names.some((other) => other.toLowerCase() === name))
    .map(({ address }) => address);
}

function namesIn(hosts: string, address: string): string[] {
  return entriesOf(hosts)
    .filter((entry) => entry.address === address)
    .flatMap(({ names }) => names);
}
