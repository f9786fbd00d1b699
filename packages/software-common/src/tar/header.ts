// Blocks of a tar archive. Source: POSIX.1-2024 pax, "ustar Interchange Format" and "pax Extended Header"; GNU's
// long-name members (types L and K) and base-256 numbers are read as well.

import { decode, encode, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from "@agentos/kernel/abi";

export const BLOCK = 512;

export interface Member {
  path: string;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  user: string;
  group: string;
  size: number;
  mtimeNs: bigint;
  /** S_IFMT bits; S_IFREG with a `link` is a hard link. */
  type: number;
  link: string | undefined;
  rdev: number;
}

const TYPES: Readonly<Record<string, number>> = {
  "0": S_IFREG,
  "\0": S_IFREG,
  "7": S_IFREG,
  "1": S_IFREG,
  "2": S_IFLNK,
  "3": S_IFCHR,
  "4": S_IFBLK,
  "5": S_IFDIR,
  "6": S_IFIFO,
};

function typeFlag({ type, link }: Member): string {
  if (type === S_IFREG) return link === undefined ? "0" : "1";
  return Object.entries(TYPES).find(([flag, value]) => value === type && flag > "1")?.[0] ?? "0";
}

// ── writing ──────────────────────────────────────────────────────────

const LONG_LINK = "././@LongLink";
const MAGIC = encode("ustar  \0");

/** All blocks that come before the member's data. */
export function encodeHeader(member: Member): Uint8Array {
  const path = encode(member.path);
  const link = encode(member.link ?? "");
  if (path.length <= 100 && link.length <= 100) return headerBlock(member, path, link);
  const parts: Uint8Array[] = [];
  if (link.length > 100) parts.push(longMember("K", link));
  if (path.length > 100) parts.push(longMember("L", path));
  parts.push(headerBlock(member, path.subarray(0, 100), link.subarray(0, 100)));
  return concat(parts);
}

/** GNU: a member whose data is the name of the next one. */
function longMember(flag: "K" | "L", text: Uint8Array): Uint8Array {
  const size = text.length + 1;
  const header = new Uint8Array(BLOCK);
  header.set(encode(LONG_LINK));
  octal(header, 100, 8, 0o644);
  octal(header, 108, 8, 0);
  octal(header, 116, 8, 0);
  octal(header, 124, 12, size);
  octal(header, 136, 12, 0);
  header[156] = flag.charCodeAt(0);
  header.set(MAGIC, 257);
  ownerName(header, 265, "root");
  ownerName(header, 297, "root");
  checksum(header);
  const data = new Uint8Array(padded(size));
  data.set(text);
  return concat([header, data]);
}

function headerBlock(member: Member, name: Uint8Array, link: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(name);
  octal(block, 100, 8, member.mode & 0o7777);
  numeric(block, 108, 8, member.uid);
  numeric(block, 116, 8, member.gid);
  numeric(block, 124, 12, member.size);
  const seconds = Number(member.mtimeNs / 1_000_000_000n);
  numeric(block, 136, 12, seconds);
  block[156] = typeFlag(member).charCodeAt(0);
  block.set(link, 157);
  block.set(MAGIC, 257);
  ownerName(block, 265, member.user);
  ownerName(block, 297, member.group);
  if (member.type === S_IFCHR || member.type === S_IFBLK) {
    octal(block, 329, 8, Math.floor(member.rdev / 256));
    octal(block, 337, 8, member.rdev % 256);
  }
  checksum(block);
  return block;
}

/** In octal if it fits the field. */
function numeric(block: Uint8Array, at: number, width: number, value: number): void {
  if (value >= 0 && value < 8 ** (width - 1)) octal(block, at, width, value);
  else base256(block, at, width, value);
}

function ownerName(block: Uint8Array, at: number, name: string): void {
  if (name !== "") block.set(encode(name).subarray(0, 31), at);
}

function octal(block: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let i = at + width - 2; i >= at; i--) {
    block[i] = 48 + (rest % 8);
    rest = Math.floor(rest / 8);
  }
}

function base256(block: Uint8Array, at: number, width: number, value: number): void {
  let rest = BigInt.asUintN(8 * width, BigInt(value));
  for (let i = width - 1; i >= 0; i--) {
    block[at + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  if (value >= 0) block[at] = 0x80;
}

function checksum(block: Uint8Array): void {
  block.fill(32, 148, 156);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += block[i]!;
  octal(block, 148, 7, sum);
  block[154] = 0;
}

export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

// ── reading ──────────────────────────────────────────────────────────

export class TarError extends Error {}

/** What extension members said of the member that follows. */
export interface Extension {
  path?: string;
  link?: string;
  size?: number;
  mtimeNs?: bigint;
  uid?: number;
  gid?: number;
  user?: string;
  group?: string;
}

export type HeaderKind = "member" | "long-path" | "long-link" | "pax" | "global" | "end";

export function kindOf(block: Uint8Array): HeaderKind {
  if (block.every((byte) => byte === 0)) return "end";
  switch (String.fromCharCode(block[156]!)) {
    case "L":
      return "long-path";
    case "K":
      return "long-link";
    case "x":
      return "pax";
    case "g":
      return "global";
    default:
      return "member";
  }
}

export function sizeOf(block: Uint8Array): number {
  return Number(number(block, 124, 12));
}

/** Whether the block's checksum is right, by either of the two sums in use. */
export function isHeader(block: Uint8Array): boolean {
  const wanted = Number(number(block, 148, 8));
  let [unsigned, signed] = [0, 0];
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 32 : block[i]!;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return wanted === unsigned || wanted === signed;
}

export function decodeMember(block: Uint8Array, extension: Extension): Member {
  const flag = String.fromCharCode(block[156]!);
  const posix = decode(block, 257, 263) === "ustar\0";
  const prefix = posix ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  const path = extension.path ?? (prefix ? `${prefix}/${name}` : name);
  const linkName = extension.link ?? text(block, 157, 100);
  const type = flag === "\0" && path.endsWith("/") ? S_IFDIR : (TYPES[flag] ?? S_IFREG);
  return {
    path,
    mode: Number(number(block, 100, 8)) & 0o7777,
    uid: extension.uid ?? Number(number(block, 108, 8)),
    gid: extension.gid ?? Number(number(block, 116, 8)),
    user: extension.user ?? text(block, 265, 32),
    group: extension.group ?? text(block, 297, 32),
    size: flag === "1" || type !== S_IFREG ? 0 : (extension.size ?? sizeOf(block)),
    mtimeNs: extension.mtimeNs ?? number(block, 136, 12) * 1_000_000_000n,
    type,
    link: flag === "1" || flag === "2" ? linkName : undefined,
    rdev: Number(number(block, 329, 8)) * 256 + Number(number(block, 337, 8)),
  };
}

function text(block: Uint8Array, at: number, width: number): string {
  const end = block.indexOf(0, at);
  return decode(block, at, end < 0 || end > at + width ? at + width : end);
}

function number(block: Uint8Array, at: number, width: number): bigint {
  if (block[at]! & 0x80) {
    let value = BigInt(block[at]! & 0x7f);
    for (let i = 1; i < width; i++) value = value * 256n + BigInt(block[at + i]!);
    return block[at] === 0xff ? BigInt.asIntN(8 * width, value | (1n << BigInt(8 * width - 1))) : value;
  }
  const digits = text(block, at, width).trim();
  return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : 0n;
}

/** The records "length key=value\n" of a pax header. */
export function decodePax(data: Uint8Array): Extension {
  const extension: Extension = {};
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const length = Number(decode(data, at, space < 0 ? at : space));
    if (!(length > 0) || at + length > data.length) throw new TarError("Malformed extended header");
    const record = decode(data, space + 1, at + length - 1);
    const equals = record.indexOf("=");
    apply(extension, record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return extension;
}

function apply(extension: Extension, key: string, value: string): void {
  if (key === "path") extension.path = value;
  else if (key === "linkpath") extension.link = value;
  else if (key === "size") extension.size = Number(value);
  else if (key === "uid") extension.uid = Number(value);
  else if (key === "gid") extension.gid = Number(value);
  else if (key === "uname") extension.user = value;
  else if (key === "gname") extension.group = value;
  else if (key === "mtime") extension.mtimeNs = nanoseconds(value);
}

function nanoseconds(value: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (!match) return 0n;
  const ns = BigInt(match[2]!) * 1_000_000_000n + BigInt((match[3] ?? "").slice(0, 9).padEnd(9, "0"));
  return match[1] ? -ns : ns;
}
