// Numbers as strtoimax(3) reads them, for printf and test.

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

export interface ParsedInteger {
  value: bigint;
  /** Characters that belong to the number; 0 when there is none. */
  length: number;
  /** The value did not fit and is the nearest that does. */
  outOfRange: boolean;
}

const INTEGER = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/;

/** The integer at the beginning of `text`: decimal, 0octal or 0xhex. Unsigned results wrap a minus sign as C does. */
export function parseInteger(text: string, unsigned: boolean): ParsedInteger {
  const match = INTEGER.exec(text);
  if (match === null) return { value: 0n, length: 0, outOfRange: false };
  const [whole, sign, digits] = match;
  const magnitude = BigInt(/^0[0-7]/.test(digits!) ? `0o${digits!.slice(1)}` : digits!);
  const value = sign === "-" ? -magnitude : magnitude;
  const [low, high] = unsigned ? [-UINT64_MAX, UINT64_MAX] : [INT64_MIN, INT64_MAX];
  if (value >= low && value <= high) return { value, length: whole.length, outOfRange: false };
  return { value: value > high || unsigned ? high : low, length: whole.length, outOfRange: true };
}
