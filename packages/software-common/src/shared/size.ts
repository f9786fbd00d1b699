// Numbers with multiplier suffixes, as gnulib's xstrtoumax reads them: 10, 4k, 2M, 1kB, 3MiB, 5b.

export type SizeError = "invalid" | "overflow";

const POWERS = "kMGTPEZYRQ";

function multiplier(suffix: string, allowed: string): bigint | undefined {
  if (suffix === "") return 1n;
  const letter = suffix[0]!;
  const rest = suffix.slice(1);
  if (!allowed.includes(letter)) return undefined;
  if (rest === "") {
    if (letter === "b") return 512n;
    if (letter === "c") return 1n;
    if (letter === "w") return 2n;
    if (letter === "B") return 1024n;
  }
  const power = BigInt(
    POWERS.indexOf(
      letter === "K" ? "k" : letter === "m" ? "M" : letter === "g" ? "G" : letter === "t" ? "T" : letter,
    ) + 1,
  );
  if (power === 0n) return undefined;
  if (rest === "" || rest === "iB") return 1024n ** power;
  return rest === "B" || rest === "D" ? 1000n ** power : undefined;
}

const SIZE_SUFFIXES = "bkKmMgGtTPEZYRQ";

/** An unsigned decimal number with an optional suffix out of `allowed`. */
export function parseSize(text: string, allowed = SIZE_SUFFIXES): bigint | SizeError {
  const match = /^[ \t\n\v\f\r]*\+?(\d*)(.*)$/s.exec(text);
  if (match === null) return "invalid";
  const [, digits, suffix] = match as unknown as [string, string, string];
  if (digits === "" && (suffix === "" || !allowed.includes(suffix[0]!))) return "invalid";
  const factor = multiplier(suffix, allowed);
  if (factor === undefined) return "invalid";
  const value = (digits === "" ? 1n : BigInt(digits.slice(0, 40))) * factor;
  return value >= 2n ** 64n || digits.length > 40 ? "overflow" : value;
}

/** The same as a number; what exceeds 2^53 counts as without end. */
export function parseCount(text: string, allowed = SIZE_SUFFIXES): number | SizeError {
  const value = parseSize(text, allowed);
  if (typeof value === "string") return value;
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
