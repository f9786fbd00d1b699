/** A double as jq prints it: the shortest digits that read back, an exponent only where it saves much. */
export function formatDouble(number: number): string {
  if (Number.isNaN(number)) return "null";
  if (!Number.isFinite(number)) return formatDouble(Math.sign(number) * Number.MAX_VALUE);
  if (number === 0) return Object.is(number, -0) ? "-0" : "0";
  if (Number.isInteger(number) && Math.abs(number) < 1e16) return String(number);
  const [mantissa, power] = Math.abs(number).toExponential().split("e") as [string, string];
  const digits = mantissa.replace(".", "");
  const point = Number(power) + 1;
  const sign = number < 0 ? "-" : "";
  if (point <= -5 || point > digits.length + 15) {
    const exponent = point - 1;
    const text = String(Math.abs(exponent)).padStart(2, "0");
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${text}`;
  }
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
