// Linux names, arguments and environments are byte strings. Inside the VM they are JavaScript strings: the bytes
// as UTF-8, each byte that is not valid UTF-8 as a lone surrogate U+DC80…U+DCFF (Python's PEP 383), so that
// decode and encode are exact inverses for every byte sequence.

import { bytesFromLatin1, indexOfBytes, latin1FromBytes, utf8FromBytes, utf8ToBytes } from "./host-text.ts";

/** Bytes → string. Never fails. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const fast = utf8FromBytes(bytes, start, end);
  return fast ?? decodeEscaping(bytes, start, end);
}

/** String → bytes: the inverse of `decode`. */
export function encode(text: string): Uint8Array {
  return text.isWellFormed() ? utf8ToBytes(text) : encodeEscaped(text);
}

/** Bytes ↔ strings of one character (U+0000…U+00FF) per byte: the fastest form for byte-oriented text tools. */
export { bytesFromLatin1, indexOfBytes, latin1FromBytes };

/** The length of the valid UTF-8 sequence at `i`, or 0. Source: Unicode 16, table 3-7. */
export function utf8SequenceLength(bytes: Uint8Array, i: number, end: number): number {
  const first = bytes[i]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (i + length > end) return 0;
  const second = bytes[i + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let k = 2; k < length; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return 0;
  return length;
}

function decodeEscaping(bytes: Uint8Array, start: number, end: number): string {
  let out = "";
  let valid = start;
  for (let i = start; i < end; ) {
    const length = utf8SequenceLength(bytes, i, end);
    if (length > 0) {
      i += length;
      continue;
    }
    if (i > valid) out += utf8FromBytes(bytes, valid, i)!;
    out += String.fromCharCode(0xdc00 + bytes[i]!);
    valid = ++i;
  }
  return end > valid ? out + utf8FromBytes(bytes, valid, end)! : out;
}

function encodeEscaped(text: string): Uint8Array {
  const out: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else for (const byte of utf8ToBytes(char)) out.push(byte);
  }
  return Uint8Array.from(out);
}
