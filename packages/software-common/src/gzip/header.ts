// The gzip header. Source: RFC 1952.

import { latin1FromBytes } from "@agentos/kernel/abi";

const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;
const FHCRC = 2;

export interface GzipHeader {
  /** Seconds since the epoch; 0 if none is stored. */
  mtime: number;
  name: string | undefined;
}

export const isGzip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** Puts a name and a time into the plain 10-byte header that zlib writes. */
export function withMetadata(plain: Uint8Array, header: GzipHeader): Uint8Array {
  const name = header.name === undefined ? [] : [...header.name].map((char) => char.charCodeAt(0) & 0xff);
  const out = new Uint8Array(plain.length + (name.length > 0 ? name.length + 1 : 0));
  out.set(plain.subarray(0, 10));
  out[3] = plain[3]! & ~(FEXTRA | FCOMMENT | FHCRC);
  if (name.length > 0) {
    out[3]! |= FNAME;
    out.set(name, 10);
  }
  out[9] = 3;
  for (let i = 0; i < 4; i++) out[4 + i] = Math.floor(header.mtime / 2 ** (8 * i)) & 0xff;
  out.set(plain.subarray(10), 10 + (name.length > 0 ? name.length + 1 : 0));
  return out;
}

/** The file name in a header, as latin1; undefined without one. */
export function storedName(bytes: Uint8Array): string | undefined {
  const flags = bytes[3] ?? 0;
  if ((flags & FNAME) === 0) return undefined;
  const start = 10 + ((flags & FEXTRA) === 0 ? 0 : 2 + bytes[10]! + 256 * bytes[11]!);
  const end = bytes.indexOf(0, start);
  return end < 0 ? undefined : latin1FromBytes(bytes, start, end);
}
