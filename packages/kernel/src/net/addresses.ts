// IP addresses as text: which ones mean the machine itself, and which ones lead into the host's private surroundings.
// Source: RFC 6890 special-purpose registries, RFC 4291.

/** "1.2.3.4" → 32-bit number; undefined if it is no IPv4 address. */
export function parseIpv4(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

/** "fe80::1%eth0" → eight 16-bit groups; undefined if it is no IPv6 address. */
export function parseIpv6(text: string): number[] | undefined {
  let address = text.split("%", 1)[0]!;
  const dotted = address.slice(address.lastIndexOf(":") + 1);
  if (dotted.includes(".")) {
    const v4 = parseIpv4(dotted);
    if (v4 === undefined) return undefined;
    const low = (v4 & 0xffff).toString(16);
    address = `${address.slice(0, -dotted.length)}${Math.floor(v4 / 65_536).toString(16)}:${low}`;
  }
  const halves = address.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (groups.flat().some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array<string>(missing).fill("0"), ...tail].map((group) => Number.parseInt(group, 16));
}

export const isIpAddress = (text: string): boolean =>
  parseIpv4(text) !== undefined || parseIpv6(text) !== undefined;

/** The IPv4 address inside an IPv6 one: mapped, compatible, NAT64 or 6to4. */
function embeddedIpv4(groups: readonly number[]): number | undefined {
  const [a, b, c, d, e, f, g, h] = groups as [number, number, number, number, number, number, number, number];
  const low = g * 65_536 + h;
  if (a === 0x2002) return b * 65_536 + c;
  if (a === 0x64 && b === 0xff9b) return low;
  const zeros = a === 0 && b === 0 && c === 0 && d === 0;
  if (zeros && ((e === 0 && (f === 0xffff || (f === 0 && low > 1))) || (e === 0xffff && f === 0))) return low;
  return undefined;
}

const V4_LOOPBACK: Range = ["127.0.0.0", 8];
/** Not on the public Internet: private, shared, link-local (with cloud metadata), benchmark, multicast, reserved. */
const V4_PRIVATE: readonly Range[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  V4_LOOPBACK,
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
type Range = readonly [base: string, bits: number];

function inRange(address: number, [base, bits]: Range): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) === Math.floor(parseIpv4(base)! / size);
}

/** Whether the address means the machine itself. */
export function isLoopback(host: string): boolean {
  const v4 = parseIpv4(host);
  if (v4 !== undefined) return v4 === 0 || inRange(v4, V4_LOOPBACK);
  const groups = parseIpv6(host);
  if (groups === undefined) return false;
  const embedded = embeddedIpv4(groups);
  if (embedded !== undefined) return embedded === 0 || inRange(embedded, V4_LOOPBACK);
  return groups.slice(0, 7).every((group) => group === 0) && groups[7]! <= 1;
}

export const isAnyAddress = (host: string): boolean =>
  parseIpv4(host) === 0 || (parseIpv6(host)?.every((group) => group === 0) ?? false);

/** Whether traffic to the address could reach something other than the public Internet. True if it is not an address. */
export function isPrivate(host: string): boolean {
  const v4 = parseIpv4(host);
  if (v4 !== undefined) return V4_PRIVATE.some((range) => inRange(v4, range));
  const groups = parseIpv6(host);
  if (groups === undefined) return true;
  const embedded = embeddedIpv4(groups);
  if (embedded !== undefined) return V4_PRIVATE.some((range) => inRange(embedded, range));
  // Global unicast is 2000::/3. Within it, 2001::/23 (protocol assignments, Teredo) and the documentation range are
  // special.
  const [first, second] = groups as [number, number];
  if (first >>> 13 !== 1) return true;
  return first === 0x2001 && (second < 0x200 || second === 0xdb8);
}
