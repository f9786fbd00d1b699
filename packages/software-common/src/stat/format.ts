// %-directives of stat and their printf-style flags, width and precision.

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/** Times as seconds: a precision keeps that many digits of the fraction. */
const TIMES = "WXYZ";

/** Expands every directive; `directive` answers undefined for a letter it does not know, which shows as "?". */
export function expandFormat(
  format: string,
  directive: (letter: string) => string | undefined,
  escapes: boolean,
): string {
  const pattern =
    /%(DEVICE|NAME)|%([-#0 +']*)(\d*)(?:\.(\d*))?([HL]?[a-zA-Z%])?|\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|[\s\S])/g;
  return format.replace(pattern, (all, whole, flags = "", width = "", precision, letter, escaped) => {
    if (whole) return directive(whole) ?? all;
    if (escaped !== undefined) return escapes ? unescapeChar(escaped) : all;
    if (letter === undefined) return all;
    if (letter === "%") return "%";
    return pad(letter, directive(letter) ?? "?", flags, Number(width), precision);
  });
}

function unescapeChar(escaped: string): string {
  if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 0xff);
  if (escaped.length > 1) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  return ESCAPES[escaped] ?? escaped;
}

function pad(
  letter: string,
  value: string,
  flags: string,
  width: number,
  precision: string | undefined,
): string {
  let text = value;
  if (TIMES.includes(letter)) text = seconds(value, precision);
  else if (precision !== undefined && !/^\d+$/.test(value)) text = value.slice(0, Number(precision));
  if (flags.includes("#") && letter === "a") text = `0${text}`;
  if (flags.includes("#") && (letter === "D" || letter === "f")) text = `0x${text}`;
  if (flags.includes("+") && /^\d/.test(text)) text = `+${text}`;
  if (flags.includes("-")) return text.padEnd(width);
  return text.padStart(width, flags.includes("0") ? "0" : " ");
}

function seconds(value: string, precision: string | undefined): string {
  const [whole, fraction] = value.split(".") as [string, string];
  if (precision === undefined) return whole;
  const digits = precision === "" ? 9 : Number(precision);
  return digits === 0 ? whole : `${whole}.${fraction.padEnd(digits, "0").slice(0, digits)}`;
}
