const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90;
const isLower = (byte: number): boolean => byte >= 97 && byte <= 122;

/** ucase, lcase and swab. */
export function convert(block: Uint8Array, conversions: ReadonlySet<string>): Uint8Array {
  const upper = conversions.has("ucase");
  const lower = conversions.has("lcase");
  const swap = conversions.has("swab");
  if (!upper && !lower && !swap) return block;
  const out = block.slice();
  for (let i = 0; i < out.length; i++) {
    const byte = out[i]!;
    if (upper && isLower(byte)) out[i] = byte - 32;
    else if (lower && isUpper(byte)) out[i] = byte + 32;
  }
  for (let i = 0; swap && i + 1 < out.length; i += 2) [out[i], out[i + 1]] = [out[i + 1]!, out[i]!];
  return out;
}
