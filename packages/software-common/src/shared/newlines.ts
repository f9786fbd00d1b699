/** How many bytes `delimiter` are in `bytes`. */
export function countByte(bytes: Uint8Array, delimiter: number): number {
  let count = 0;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) count++;
  return count;
}

/** The index after the `count`-th delimiter, or -1 if there are fewer. */
export function indexAfter(bytes: Uint8Array, delimiter: number, count: number): number {
  let at = 0;
  for (let seen = 0; seen < count; seen++) {
    const found = bytes.indexOf(delimiter, at);
    if (found < 0) return -1;
    at = found + 1;
  }
  return at;
}
