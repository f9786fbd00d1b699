const LARGEST_REQUEST = 65_536;

/** Fills `into` with random bytes fit for keys. */
export function fillRandom(into: Uint8Array): void {
  for (let at = 0; at < into.length; at += LARGEST_REQUEST) {
    crypto.getRandomValues(into.subarray(at, at + LARGEST_REQUEST) as Uint8Array<ArrayBuffer>);
  }
}
