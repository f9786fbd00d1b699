import type { SetOptions, Sets } from "./sets.ts";

/** The change of each chunk of a stream; repeats are squeezed across chunks. */
export function translator({ first, second }: Sets, options: SetOptions): (chunk: Uint8Array) => Uint8Array {
  const map = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const removed = new Uint8Array(256);
  const squeezed = new Uint8Array(256);
  if (options.delete) for (const byte of first) removed[byte] = 1;
  else if (second !== undefined) for (const [i, byte] of first.entries()) map[byte] = second[i] ?? map[byte]!;
  if (options.squeeze) for (const byte of second ?? first) squeezed[byte] = 1;
  if (!options.delete && !options.squeeze) return (chunk) => mapBytes(chunk, map);
  let previous = -1;
  return (chunk) => {
    const out = new Uint8Array(chunk.length);
    let length = 0;
    for (const source of chunk) {
      if (removed[source]) continue;
      const byte = map[source]!;
      if (byte === previous && squeezed[byte]) continue;
      previous = byte;
      out[length++] = byte;
    }
    return out.subarray(0, length);
  };
}

function mapBytes(chunk: Uint8Array, map: Uint8Array): Uint8Array {
  const out = new Uint8Array(chunk.length);
  for (let i = 0; i < chunk.length; i++) out[i] = map[chunk[i]!]!;
  return out;
}
