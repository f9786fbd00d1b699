// Records of zip archives. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5; Info-ZIP's extra field 5455 (times).

import { decode, encode, S_IFDIR, S_IFMT, S_IFREG } from "@agentos/kernel/abi";

export const STORED = 0;
export const DEFLATED = 8;
const ENCRYPTED = 1;
const UTF8_NAME = 0x800;
const MADE_BY_UNIX = 3;
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_EXTRA = 1;
const TIMES_EXTRA = 0x5455;
export const LOCAL_LENGTH = 30;
const CENTRAL_LENGTH = 46;
export const END_LENGTH = 22;
export const LOCATOR_LENGTH = 20;
const U32 = 0xffffffff;
const U16 = 0xffff;

export interface ZipEntry {
  /** An OS string; a directory's ends with "/". */
  name: string;
  method: number;
  encrypted: boolean;
  crc: number;
  compressed: number;
  size: number;
  /** Where the local header is. */
  offset: number;
  /** Type and permissions. */
  mode: number;
  /** Seconds since the epoch; the date of DOS, which knows no zone, is taken as UTC. */
  mtime: number;
}

/** The archive is none, or is damaged. */
export class ZipError extends Error {}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const isDirectoryEntry = ({ name }: ZipEntry): boolean => name.endsWith("/");

/** Where the central directory is, from the last bytes of the archive. */
export function findDirectory(
  tail: Uint8Array,
): { offset: number; length: number; count: number; at: number } | undefined {
  const data = view(tail);
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    if (data.getUint32(at, true) !== END) continue;
    const count = data.getUint16(at + 10, true);
    return { count, length: data.getUint32(at + 12, true), offset: data.getUint32(at + 16, true), at };
  }
  return undefined;
}

/** Where the end record of a large archive is, if there is one. */
export function zip64EndOffset(locator: Uint8Array): number | undefined {
  if (locator.length < LOCATOR_LENGTH || view(locator).getUint32(0, true) !== ZIP64_LOCATOR) return undefined;
  return Number(view(locator).getBigUint64(8, true));
}

export function decodeZip64End(bytes: Uint8Array): { offset: number; length: number; count: number } {
  const data = view(bytes);
  if (bytes.length < 56 || data.getUint32(0, true) !== ZIP64_END) throw new ZipError("damaged end record");
  const number = (at: number) => Number(data.getBigUint64(at, true));
  return { count: number(32), length: number(40), offset: number(48) };
}

/** The entry at a place of the central directory, and where the next one is. */
export function decodeCentral(directory: Uint8Array, at: number): { entry: ZipEntry; next: number } {
  const data = view(directory);
  if (at + CENTRAL_LENGTH > directory.length || data.getUint32(at, true) !== CENTRAL) {
    throw new ZipError("damaged central directory");
  }
  const nameLength = data.getUint16(at + 28, true);
  const extraLength = data.getUint16(at + 30, true);
  const next = at + CENTRAL_LENGTH + nameLength + extraLength + data.getUint16(at + 32, true);
  if (next > directory.length) throw new ZipError("damaged central directory");
  const name = decode(directory.subarray(at + CENTRAL_LENGTH, at + CENTRAL_LENGTH + nameLength));
  const unix = data.getUint8(at + 5) === MADE_BY_UNIX;
  const attributes = data.getUint32(at + 38, true);
  const mode = unix ? attributes >>> 16 : name.endsWith("/") ? S_IFDIR | 0o755 : S_IFREG | 0o644;
  const entry: ZipEntry = {
    name,
    method: data.getUint16(at + 10, true),
    encrypted: (data.getUint16(at + 8, true) & ENCRYPTED) !== 0,
    crc: data.getUint32(at + 16, true),
    compressed: data.getUint32(at + 20, true),
    size: data.getUint32(at + 24, true),
    offset: data.getUint32(at + 42, true),
    mode: mode & S_IFMT ? mode : mode | (name.endsWith("/") ? S_IFDIR : S_IFREG),
    mtime: fromDosTime(data.getUint16(at + 14, true), data.getUint16(at + 12, true)),
  };
  const extraAt = at + CENTRAL_LENGTH + nameLength;
  applyExtra(entry, directory.subarray(extraAt, extraAt + extraLength));
  return { entry, next };
}

function applyExtra(entry: ZipEntry, extra: Uint8Array): void {
  const data = view(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = data.getUint16(at, true);
    const length = data.getUint16(at + 2, true);
    const end = at + 4 + length;
    if (end > extra.length) return;
    if (id === TIMES_EXTRA && length >= 5 && (extra[at + 4]! & 1) !== 0)
      entry.mtime = data.getInt32(at + 5, true);
    if (id === ZIP64_EXTRA) applyZip64(entry, data, at + 4, end);
    at = end;
  }
}

function applyZip64(entry: ZipEntry, data: DataView, from: number, end: number): void {
  let at = from;
  for (const field of ["size", "compressed", "offset"] as const) {
    if (entry[field] !== U32 || at + 8 > end) continue;
    entry[field] = Number(data.getBigUint64(at, true));
    at += 8;
  }
}

/** How far the data is behind the start of a local header. */
export function dataOffset(local: Uint8Array): number {
  const data = view(local);
  if (local.length < LOCAL_LENGTH || data.getUint32(0, true) !== LOCAL)
    throw new ZipError("bad zipfile offset");
  return LOCAL_LENGTH + data.getUint16(26, true) + data.getUint16(28, true);
}

function fromDosTime(date: number, time: number): number {
  const day = Date.UTC(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
  return Math.floor(day / 1000);
}

function toDosTime(seconds: number): { date: number; time: number } {
  const at = new Date(Math.max(seconds, 315_532_800) * 1000);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return { date, time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1) };
}

function timesExtra(mtime: number): Uint8Array {
  const extra = new Uint8Array(9);
  const data = view(extra);
  data.setUint16(0, TIMES_EXTRA, true);
  data.setUint16(2, 5, true);
  data.setUint8(4, 1);
  data.setInt32(5, mtime, true);
  return extra;
}

/** The fields from "version needed" to "extra length", alike in both headers. */
function common(data: DataView, at: number, entry: ZipEntry, nameLength: number, extraLength: number): void {
  const { date, time } = toDosTime(entry.mtime);
  const plain = /^[\0-\x7f]*$/.test(entry.name);
  data.setUint16(at, entry.method === DEFLATED ? 20 : 10, true);
  data.setUint16(at + 2, plain ? 0 : UTF8_NAME, true);
  data.setUint16(at + 4, entry.method, true);
  data.setUint16(at + 6, time, true);
  data.setUint16(at + 8, date, true);
  data.setUint32(at + 10, entry.crc, true);
  data.setUint32(at + 14, entry.compressed, true);
  data.setUint32(at + 18, entry.size, true);
  data.setUint16(at + 22, nameLength, true);
  data.setUint16(at + 24, extraLength, true);
}

export function encodeLocal(entry: ZipEntry): Uint8Array {
  const name = encode(entry.name);
  const extra = timesExtra(entry.mtime);
  const bytes = new Uint8Array(LOCAL_LENGTH + name.length + extra.length);
  const data = view(bytes);
  data.setUint32(0, LOCAL, true);
  common(data, 4, entry, name.length, extra.length);
  bytes.set(name, LOCAL_LENGTH);
  bytes.set(extra, LOCAL_LENGTH + name.length);
  return bytes;
}

export function encodeCentral(entry: ZipEntry): Uint8Array {
  const name = encode(entry.name);
  const extra = timesExtra(entry.mtime);
  const bytes = new Uint8Array(CENTRAL_LENGTH + name.length + extra.length);
  const data = view(bytes);
  data.setUint32(0, CENTRAL, true);
  data.setUint8(4, 30);
  data.setUint8(5, MADE_BY_UNIX);
  common(data, 6, entry, name.length, extra.length);
  data.setUint32(38, ((entry.mode << 16) | (isDirectoryEntry(entry) ? 0x10 : 0)) >>> 0, true);
  data.setUint32(42, entry.offset, true);
  bytes.set(name, CENTRAL_LENGTH);
  bytes.set(extra, CENTRAL_LENGTH + name.length);
  return bytes;
}

/** @throws ZipError beyond what an archive without the large records can hold */
export function encodeEnd(count: number, length: number, offset: number): Uint8Array {
  if (count > U16 || offset + length > U32) throw new ZipError("archive too large");
  const bytes = new Uint8Array(END_LENGTH);
  const data = view(bytes);
  data.setUint32(0, END, true);
  data.setUint16(8, count, true);
  data.setUint16(10, count, true);
  data.setUint32(12, length, true);
  data.setUint32(16, offset, true);
  return bytes;
}
