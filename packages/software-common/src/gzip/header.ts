// The gzip header. Source: RFC 1952.

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
