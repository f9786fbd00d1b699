// Host names, for node:dns. The kernel resolves them, by the VM's hosts file and policy. Source: getaddrinfo(3),
// libuv's EAI codes, c-ares' error names; Node's lib/dns.js and lib/internal/dns/* as callers.

import type { Value } from "@agentos/kernel/channel/guest";
import type { Answer } from "../../dns/message.ts";
import { reverseName } from "../../dns/message.ts";
import { NameServers, type Patience, type Server } from "../../dns/name-server.ts";
import type { Internals, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";

interface AddressRequest {
  /** Called by dns.lookup and by its promise. */
  callback?: (error: Error | null, ...results: unknown[]) => void;
  reject?: (error: Error) => void;
  oncomplete(error: number | null, addresses: readonly string[] | null): void;
}

interface NameRequest {
  oncomplete(error: number | null, host: string | null, service: string | null): void;
}

interface QueryRequest {
  oncomplete(error: string | null | 0, result?: unknown, ttls?: readonly number[]): void;
}

const NO_NAME = -3008;
/** The policy does not allow the lookup. This is not one of getaddrinfo's errors, but it is clear. */
const FORBIDDEN = -13;
const V4MAPPED = 8;
const Order = { verbatim: 0, ipv4First: 1, ipv6First: 2 };
const MAPPED = "::ffff:";
/** The initial server, which stands for the kernel's resolver. */
const KERNEL: Server = ["127.0.0.1", 53];
const isKernel = ([address, port]: Server): boolean => address === KERNEL[0] && port === KERNEL[1];

/** ChannelWrap's queries and the record types they ask for. */
const QUERIES = {
  queryAny: "ANY",
  queryA: "A",
  queryAaaa: "AAAA",
  queryCaa: "CAA",
  queryCname: "CNAME",
  queryMx: "MX",
  queryNs: "NS",
  queryTxt: "TXT",
  queryTlsa: "TLSA",
  querySrv: "SRV",
  queryPtr: "PTR",
  queryNaptr: "NAPTR",
  querySoa: "SOA",
  getHostByAddr: "REVERSE",
} as const;

export function installCares(node: NodeInternals, kernel: KernelClient): void {
  const binding = node.binding("cares_wrap");
  binding.getaddrinfo = (...args: unknown[]) => getAddressInfo(kernel, args);
  binding.getnameinfo = (...args: unknown[]) => getNameInfo(kernel, args);
  binding.ChannelWrap = createChannelClass(kernel, new NameServers(node));
}

const isV6 = (address: string): boolean => address.includes(":");

function getAddressInfo(kernel: KernelClient, [request, host, family, hints, order]: unknown[]): number {
  kernel.operate("GETADDRINFOREQWRAP", "resolve", [host as string], (errno, value) => {
    const found =
      errno < 0 ? [] : pick(value as string[], family as number, hints as number, order as number);
    if (found.length > 0) (request as AddressRequest).oncomplete(null, found);
    else if (errno === FORBIDDEN) refuse(request as AddressRequest);
    else (request as AddressRequest).oncomplete(NO_NAME, null);
  });
  return 0;
}

function refuse(request: AddressRequest): void {
  const { callback, reject } = request;
  if (callback) request.callback = (error, ...results) => callback(error && explained(error), ...results);
  if (reject) request.reject = (error) => reject(explained(error));
  request.oncomplete(FORBIDDEN, null);
}

/** Many programs only show an error's message, so it has to explain the error. */
function explained(error: Error): Error {
  const { message, stack } = error;
  error.message = `${message} (the VM's network policy does not allow it)`;
  error.stack = stack?.replace(message, error.message);
  return error;
}

/** The addresses of the requested family, in the requested order. */
function pick(all: readonly string[], family: number, hints: number, order: number): string[] {
  const v4 = all.filter((address) => !isV6(address));
  const v6 = all.filter(isV6);
  if (family === 4) return v4;
  if (family === 6) {
    const mayMap = v6.length === 0 && (hints & V4MAPPED) !== 0;
    return mayMap ? v4.map((address) => MAPPED + address) : v6;
  }
  if (order === Order.ipv4First) return [...v4, ...v6];
  if (order === Order.ipv6First) return [...v6, ...v4];
  return [...all];
}

function getNameInfo(kernel: KernelClient, [request, address, port]: unknown[]): number {
  const from = request as NameRequest;
  readTable(kernel, "/etc/hosts", (hosts) => {
    readTable(kernel, "/etc/services", (services) => {
      const host = hosts.find(([key]) => key === address)?.[1];
      const service = services.find(([, key]) => key === `${String(port)}/tcp`)?.[0];
      from.oncomplete(null, host ?? (address as string), service ?? String(port));
    });
  });
  return 0;
}

/** The words of each line: hosts(5), services(5). */
function readTable(kernel: KernelClient, path: string, done: (rows: string[][]) => void): void {
  kernel.operate("GETNAMEINFOREQWRAP", "readFile", [path, 0], (errno, value) => {
    const text = errno < 0 ? "" : Buffer.from(value as Uint8Array).toString("utf8");
    const rows = text.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
    done(rows.filter((row) => row.length > 1));
  });
}

/** The kernel's resolver does not tell how long an answer is valid. */
const TTL = 0;
const HAVE_TTL: ReadonlySet<string> = new Set(["A", "AAAA"]);

/** c-ares' defaults: milliseconds, and number of attempts. */
const DEFAULT_TIMEOUT = 2000;
const DEFAULT_TRIES = 4;

function createChannelClass(kernel: KernelClient, nameServers: NameServers): new () => object {
  class ChannelWrap {
    #servers: readonly Server[] = [KERNEL];
    readonly #pending = new Set<QueryRequest>();
    readonly #patience: Patience;

    constructor(timeout = -1, tries = DEFAULT_TRIES) {
      const timeoutMs = timeout > 0 ? timeout : DEFAULT_TIMEOUT;
      this.#patience = { timeoutMs, attempts: Math.max(1, tries), pending: new Set() };
    }

    getServers(): readonly Server[] {
      return this.#servers;
    }

    setServers(servers: readonly (readonly [number, string, number])[]): number {
      this.#servers = servers.map(([, address, port]) => [address, port] as const);
      return 0;
    }

    setLocalAddress(): void {}

    cancel(): void {
      for (const request of this.#pending) request.oncomplete("ECANCELLED");
      this.#pending.clear();
      for (const cancel of this.#patience.pending) cancel();
    }

    ask(type: string, request: QueryRequest, name: string): number {
      this.#pending.add(request);
      if (this.#servers.some((server) => !isKernel(server))) void this.#askServers(type, request, name);
      else this.#askKernel(type, request, name);
      return 0;
    }

    #askKernel(type: string, request: QueryRequest, name: string): void {
      kernel.operate("QUERYWRAP", "resolveRecords", [name, type], (errno, value: Value) => {
        this.#complete(type, request, errno < 0 ? { error: "ESERVFAIL" } : JSON.parse(value as string));
      });
    }

    /** If the policy denies all servers, the kernel is asked, which has its own policy about names. */
    async #askServers(type: string, request: QueryRequest, name: string): Promise<void> {
      const isReverse = type === "REVERSE";
      const [asked, kind] = isReverse ? [reverseName(name), "PTR"] : [name, type];
      const answer = await nameServers.ask(this.#servers, asked, kind, this.#patience);
      if (answer.error === "EACCES") this.#askKernel(type, request, name);
      else kernel.operate("QUERYWRAP", "umask", [], () => this.#complete(type, request, answer));
    }

    #complete(type: string, request: QueryRequest, { error, records, ttls }: Answer): void {
      if (!this.#pending.delete(request)) return;
      if (error !== undefined) request.oncomplete(error);
      else if (HAVE_TTL.has(type)) {
        request.oncomplete(0, records, ttls ?? (records as string[]).map(() => TTL));
      } else request.oncomplete(0, records);
    }
  }
  for (const [method, type] of Object.entries(QUERIES)) {
    (ChannelWrap.prototype as unknown as Internals)[method] = function query(
      this: ChannelWrap,
      request: QueryRequest,
      name: string,
    ): number {
      return this.ask(type, request, name);
    };
  }
  return ChannelWrap;
}
