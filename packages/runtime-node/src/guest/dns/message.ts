// DNS messages: encodes a query, and decodes an answer into the shapes of node:dns. Source: RFC 1035; RFC 3596 (AAAA),
// 2782 (SRV), 3403 (NAPTR), 6698 (TLSA), 8659 (CAA); node's src/cares_wrap.cc. What a server sends is not trusted.

export const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  TLSA: 52,
  ANY: 255,
  CAA: 257,
};

const HEAD = 12;
const INTERNET = 1;
const RECURSION_DESIRED = 0x0100;
const IS_ANSWER = 0x8000;
const IS_TRUNCATED = 0x0200;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/** c-ares' names for the response codes of servers. */
const FAILURES: Readonly<Record<number, string>> = {
  1: "EFORMERR",
  2: "ESERVFAIL",
  3: "ENOTFOUND",
  4: "ENOTIMP",
  5: "EREFUSED",
};

export interface Answer {
  /** c-ares' name of an error. */
  error?: string;
  records?: unknown;
  ttls?: number[];
  /** The whole answer is only available over TCP. */
  isTruncated?: boolean;
}

/** @returns undefined if it is not a valid name */
export function encodeQuery(id: number, name: string, type: string): Uint8Array | undefined {
  const bytes: number[] = [id >> 8, id & 0xff, RECURSION_DESIRED >> 8, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const label of name === "" || name === "." ? [] : name.replace(/\.$/, "").split(".")) {
    const text = Buffer.from(label, "latin1");
    if (text.length === 0 || text.length > LONGEST_LABEL) return undefined;
    bytes.push(text.length, ...text);
  }
  if (bytes.length - HEAD >= LONGEST_NAME) return undefined;
  bytes.push(0, 0, 0, 0, INTERNET);
  const query = Uint8Array.from(bytes);
  new DataView(query.buffer).setUint16(query.length - 4, TYPES[type]!);
  return query;
}

/** "4.3.2.1.in-addr.arpa" · "…ip6.arpa" */
export function reverseName(address: string): string {
  if (!address.includes(":")) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  const [head = "", tail] = address.split("::");
  const groups = (text: string): string[] => (text ? text.split(":") : []);
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = new Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  const digits = [...first, ...(tail === undefined ? [] : zeros), ...last].map((group) =>
    group.padStart(4, "0"),
  );
  return `${digits.join("").split("").reverse().join(".")}.ip6.arpa`;
}

/** Whether a message is an answer to the query. */
export function answers(message: Uint8Array, query: Uint8Array): boolean {
  const isSame = message.length >= query.length && message[0] === query[0] && message[1] === query[1];
  return isSame && ((message[2]! << 8) & IS_ANSWER) !== 0;
}

/** The records of one type in an answer. */
export function decodeAnswer(message: Uint8Array, type: string): Answer {
  try {
    return new Reader(message).answer(type);
  } catch (error) {
    if (error instanceof RangeError) return { error: "EBADRESP" };
    throw error;
  }
}

interface Row {
  type: string;
  ttl: number;
  /** In the shape of node:dns. */
  value: unknown;
}

/** Reads a message. Reading beyond its end throws a RangeError. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = HEAD;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  answer(type: string): Answer {
    const flags = this.#view.getUint16(2);
    if (flags & IS_TRUNCATED) return { isTruncated: true };
    const failure = FAILURES[flags & 0xf];
    if (failure) return { error: failure };
    for (let left = this.#view.getUint16(4); left > 0; left--) {
      this.#name();
      this.#at += 4;
    }
    const rows: Row[] = [];
    for (let left = this.#view.getUint16(6); left > 0; left--) {
      const row = this.#row();
      if (row) rows.push(row);
    }
    return shape(type, rows);
  }

  #row(): Row | undefined {
    this.#name();
    const [number, , ttl, length] = [this.#u16(), this.#u16(), this.#u32(), this.#u16()];
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("a record ends behind its message");
    const type = Object.keys(TYPES).find((name) => TYPES[name] === number);
    const value = type && this.#value(type, end);
    this.#at = end;
    return type ? { type, ttl, value } : undefined;
  }

  #value(type: string, end: number): unknown {
    if (type === "A") return this.#take(4).join(".");
    if (type === "AAAA") return this.#address();
    if (type === "NS" || type === "CNAME" || type === "PTR") return this.#name();
    if (type === "MX") {
      const priority = this.#u16();
      return { exchange: this.#name(), priority, type };
    }
    if (type === "TXT") return this.#texts(end);
    if (type === "SRV") {
      const [priority, weight, port] = [this.#u16(), this.#u16(), this.#u16()];
      return { name: this.#name(), port, priority, weight, type };
    }
    if (type === "NAPTR") return this.#pointer();
    if (type === "SOA") return this.#authority();
    if (type === "CAA") {
      const critical = this.#take(1)[0]!;
      const tag = this.#text();
      return { critical, type, [tag]: latin1(this.#take(end - this.#at)) };
    }
    if (type === "TLSA") {
      const [certUsage, selector, match] = this.#take(3);
      return { certUsage, selector, match, data: new Uint8Array(this.#take(end - this.#at)).buffer };
    }
    return undefined;
  }

  #pointer(): object {
    const [order, preference] = [this.#u16(), this.#u16()];
    const [flags, service, regexp] = [this.#text(), this.#text(), this.#text()];
    return { flags, service, regexp, replacement: this.#name(), order, preference };
  }

  #authority(): object {
    const [nsname, hostmaster] = [this.#name(), this.#name()];
    const [serial, refresh, retry, expire, minttl] = Array.from({ length: 5 }, () => this.#u32());
    return { nsname, hostmaster, serial, refresh, retry, expire, minttl };
  }

  #texts(end: number): string[] {
    const texts: string[] = [];
    while (this.#at < end) texts.push(this.#text());
    return texts;
  }

  #text(): string {
    return latin1(this.#take(this.#take(1)[0]!));
  }

  /** inet_ntop(3) */
  #address(): string {
    const groups = Array.from({ length: 8 }, () => this.#u16().toString(16)).join(":");
    return new URL(`http://[${groups}]`).hostname.slice(1, -1);
  }

  #take(length: number): Uint8Array {
    const from = this.#at;
    if (length < 0 || from + length > this.#bytes.length) throw new RangeError("beyond the message's end");
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  #u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2);
  }

  #u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  /** A sequence of labels, which may end with a pointer to an earlier name: RFC 1035, 4.1.4. */
  #name(): string {
    const labels: string[] = [];
    let behind = 0;
    for (let size = this.#take(1)[0]!; size > 0; size = this.#take(1)[0]!) {
      if (size > LONGEST_LABEL) {
        const to = ((size & 0x3f) << 8) | this.#take(1)[0]!;
        behind ||= this.#at;
        if (to >= this.#at - 2) throw new RangeError("a name leads forward");
        this.#at = to;
      } else labels.push(latin1(this.#take(size)));
      if (labels.length > LONGEST_NAME) throw new RangeError("a name without end");
    }
    if (behind) this.#at = behind;
    return labels.join(".");
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** The order of node:dns for ANY queries. Source: node's src/cares_wrap.cc, QueryAnyTraits::Parse(). */
const ALL = ["CNAME", "A", "AAAA", "MX", "NS", "TXT", "SRV", "PTR", "NAPTR", "SOA", "CAA", "TLSA"];
/** Records whose `type` node:dns adds only for resolveAny(). */
const UNTYPED = new Set(["SOA", "NAPTR"]);

function shape(type: string, rows: readonly Row[]): Answer {
  if (type === "ANY") {
    const records = ALL.flatMap((kind) => rows.filter((row) => row.type === kind)).map(anyRecord);
    return records.length > 0 ? { records } : { error: "ENODATA" };
  }
  const found = rows.filter((row) => row.type === type);
  if (found.length === 0) return { error: "ENODATA" };
  const records = found.map(({ value }) =>
    UNTYPED.has(type) ? { ...(value as object), type: undefined } : value,
  );
  if (type === "SOA") return { records: records[0] };
  // A name has only one canonical name.
  if (type === "CNAME") return { records: records.slice(0, 1) };
  return { records, ttls: found.map(({ ttl }) => ttl) };
}

/** Source: the table in node's doc/api/dns.md, dns.resolveAny(). */
function anyRecord({ type, ttl, value }: Row): object {
  if (type === "A" || type === "AAAA") return { address: value, ttl, type };
  if (type === "TXT") return { entries: value, type };
  return typeof value === "string" ? { value, type } : { ...(value as object), type };
}
