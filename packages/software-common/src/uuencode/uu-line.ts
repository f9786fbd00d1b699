// Source: POSIX.1-2024 XCU uuencode, the historical algorithm.

/** Bytes of a full line. */
export const LINE_BYTES = 45;

const charOf = (bits: number): string => (bits === 0 ? "`" : String.fromCharCode(bits + 32));

export function encodeLine(bytes: Uint8Array): string {
  let out = charOf(bytes.length);
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
    out +=
      charOf(a >> 2) +
      charOf(((a & 3) << 4) | (b >> 4)) +
      charOf(((b & 15) << 2) | (c >> 6)) +
      charOf(c & 63);
  }
  return `${out}\n`;
}

const bitsOf = (text: string, at: number): number => (at < text.length ? (text.charCodeAt(at) - 32) & 63 : 0);

/** undefined if a character is out of range. */
export function decodeLine(line: string): Uint8Array | undefined {
  if (/[^ -`]/.test(line)) return undefined;
  const out = new Uint8Array(bitsOf(line, 0));
  for (let i = 0, at = 1; i < out.length; i += 3, at += 4) {
    const [a, b, c, d] = [bitsOf(line, at), bitsOf(line, at + 1), bitsOf(line, at + 2), bitsOf(line, at + 3)];
    out[i] = (a << 2) | (b >> 4);
    if (i + 1 < out.length) out[i + 1] = (b << 4) | (c >> 2);
    if (i + 2 < out.length) out[i + 2] = (c << 6) | d;
  }
  return out;
}
