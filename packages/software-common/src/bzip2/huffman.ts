/** The longest code that bzip2 writes. */
const LONGEST = 17;

/** Lengths of Huffman codes for symbols that occur so often; every symbol gets one. */
export function codeLengths(counts: ArrayLike<number>): Uint8Array {
  let weights = Array.from(counts, (count) => Math.max(1, count));
  for (;;) {
    const lengths = huffman(weights);
    if (lengths.every((length) => length <= LONGEST)) return lengths;
    // A flatter distribution has shorter codes.
    weights = weights.map((weight) => (weight >> 1) + 1);
  }
}

function huffman(weights: readonly number[]): Uint8Array {
  const count = weights.length;
  const parents = new Int32Array(count * 2);
  const leaves = [...weights.keys()].sort((a, b) => weights[a]! - weights[b]!);
  const sums = [...weights];
  let leaf = 0;
  let inner = count;
  // Leaves and inner nodes both come in order of weight: the lightest is at the head of one of the two rows.
  const lightest = (end: number): number => {
    if (leaf < count && (inner >= end || sums[leaves[leaf]!]! <= sums[inner]!)) return leaves[leaf++]!;
    return inner++;
  };
  for (let node = count; node < count * 2 - 1; node++) {
    const a = lightest(node);
    const b = lightest(node);
    parents[a] = parents[b] = node;
    sums[node] = sums[a]! + sums[b]!;
  }
  const depths = new Uint8Array(count * 2);
  for (let node = count * 2 - 3; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  return depths.slice(0, count);
}

/** Canonical codes of these lengths. */
export function codesOf(lengths: Uint8Array): Uint32Array {
  const codes = new Uint32Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= LONGEST; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) codes[symbol] = code++;
    code <<= 1;
  }
  return codes;
}
