import { describe } from "./describe.ts";
import { writeJson } from "./json-writer.ts";
import { formatDouble } from "./number-text.ts";
import { isArray, isNumber, JqError, numberOf, type Value } from "./value.ts";

export const textOf = (value: Value): string => (typeof value === "string" ? value : writeJson(value));

const HTML: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  "'": "&#39;",
  '"': "&quot;",
};
const TSV: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };

const FORMATS: Readonly<Record<string, (value: Value) => string>> = {
  "@text": textOf,
  "@json": (value) => writeJson(value),
  "@html": (value) => textOf(value).replace(/[<>&'"]/g, (char) => HTML[char]!),
  "@uri": (value) =>
    Buffer.from(textOf(value)).reduce((out, byte) => {
      const char = String.fromCharCode(byte);
      return out + (/[\w.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`);
    }, ""),
  "@csv": (value) => row(value, "csv", (text) => `"${text.replaceAll('"', '""')}"`).join(","),
  "@tsv": (value) =>
    row(value, "tsv", (text) => text.replace(/[\t\n\r\\]/g, (char) => TSV[char]!)).join("\t"),
  "@sh": (value) => (isArray(value) ? value : [value]).map(shellWord).join(" "),
  "@base64": (value) => Buffer.from(textOf(value)).toString("base64"),
  "@base64d": (value) => decodeBase64(value),
};

export const isFormat = (name: string): boolean => Object.hasOwn(FORMATS, name);

export function applyFormat(name: string, value: Value): string {
  const format = isFormat(name) ? FORMATS[name] : undefined;
  if (format === undefined) throw new JqError(`${name.slice(1)} is not a valid format`);
  return format(value);
}

function row(value: Value, format: string, quote: (text: string) => string): string[] {
  if (!isArray(value))
    throw new JqError(`${describe(value)} cannot be ${format}-formatted, only an array can be`);
  return value.map((item) => {
    if (item === null) return "";
    if (typeof item === "string") return quote(item);
    if (isNumber(item)) return Number.isNaN(numberOf(item)) ? "" : formatDouble(numberOf(item));
    if (typeof item === "boolean") return String(item);
    throw new JqError(`${describe(item)} is not valid in a csv row`);
  });
}

function shellWord(value: Value): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "'\\''")}'`;
  if (value !== null && typeof value === "object" && !isNumber(value))
    throw new JqError(`${describe(value)} can not be escaped for shell`);
  return writeJson(value);
}

function decodeBase64(value: Value): string {
  const text = textOf(value);
  const stripped = text.replace(/=+$/, "");
  if (/[^A-Za-z0-9+/]/.test(stripped) || stripped.length % 4 === 1)
    throw new JqError(`${describe(value)} is not valid base64 data`);
  return Buffer.from(stripped, "base64").toString();
}
