/** An inode number for a path, always the same one: 53 bits of two FNV-1a hashes. */
export function inoOf(path: string, type: number): number {
  let low = 0x811c9dc5 ^ type;
  let high = 0x01000193 ^ type;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 13);
  }
  return ((high >>> 0) % 2 ** 21) * 2 ** 32 + (low >>> 0) + 1;
}
