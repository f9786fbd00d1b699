const UNITS = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"];

/** "1.5K", "234M": at most three digits, rounded up, as GNU's -h (powers of 1024) and --si (of 1000). */
export function humanSize(bytes: number, unit: "binary" | "decimal"): string {
  const base = unit === "binary" ? 1024 : 1000;
  let value = bytes;
  let power = 0;
  while (value >= base && power < UNITS.length - 1) {
    value /= base;
    power++;
  }
  if (power === 0) return String(bytes);
  let text = value < 10 ? (Math.ceil(value * 10 - 1e-9) / 10).toFixed(1) : String(Math.ceil(value - 1e-9));
  if (text === "10.0") text = "10";
  if (Number(text) >= base && power < UNITS.length - 1) {
    text = "1.0";
    power++;
  }
  const letter = UNITS[power]!;
  return text + (unit === "decimal" && letter === "K" ? "k" : letter);
}
