import { describe } from "../describe.ts";
import { applyFormat, textOf } from "../formats.ts";
import { JsonSyntaxError, parseJson } from "../json-reader.ts";
import { writeJson } from "../json-writer.ts";
import { splitText } from "../operators.ts";
import {
  isArray,
  isNumber,
  JqError,
  kindOf,
  MAX_TEXT,
  numberFromText,
  numberOf,
  type Value,
} from "../value.ts";
import { type Native, type Natives, wantString } from "./native.ts";

const mapped =
  (what: string, change: (text: string) => Value): Native =>
  (input) =>
    change(wantString(input, what));

const trimmed = (change: (text: string) => string): Native => mapped("cannot be trimmed", change);

function explode(text: string): Value[] {
  return Array.from(text, (char) => char.codePointAt(0)!);
}

function implode(input: Value): string {
  if (!isArray(input))
    throw new JqError(`${describe(input)} cannot be imploded, must be an array of codepoints`);
  let text = "";
  for (const code of input) {
    if (!isNumber(code)) throw new JqError("Unicode codepoint must be numeric");
    const point = Math.trunc(numberOf(code));
    const valid = point >= 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    text += valid ? String.fromCodePoint(point) : "\ufffd";
  }
  return text;
}

function toNumber(input: Value): Value {
  if (isNumber(input)) return input;
  const text = wantString(input, "cannot be parsed as a number");
  if (/^\s*nan\s*$/.test(text)) return Number.NaN;
  if (!/^\s*-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text))
    throw new JqError(
      `Invalid numeric literal at EOF at line 1, column ${text.length} (while parsing '${text}')`,
    );
  return numberFromText(text.trim());
}

function fromJson(input: Value): Value {
  const text = wantString(input, "cannot be parsed as JSON");
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new JqError(`${error.message} (while parsing '${text}')`);
  }
}

function affix(test: (text: string, part: string) => boolean, name: string): Native {
  return (input, [part]) => {
    if (typeof input !== "string" || typeof part !== "string")
      throw new JqError(`${name}() requires string inputs`);
    return test(input, part);
  };
}

function joined(input: Value, separator: Value): Value {
  if (!isArray(input)) throw new JqError(`Cannot iterate over ${kindOf(input)}`);
  if (input.length === 0) return "";
  const glue = separator === null ? "" : separator;
  const parts = input.map((item) => {
    if (item === null) return "";
    if (typeof item === "string" || typeof item === "boolean" || isNumber(item)) return textOf(item);
    throw new JqError(
      `${describe(typeof glue === "string" ? glue : item)} and ${describe(item)} cannot be added`,
    );
  });
  if (typeof glue !== "string") throw new JqError(`${describe("")} and ${describe(glue)} cannot be added`);
  if (parts.reduce((sum, part) => sum + part.length + glue.length, 0) > MAX_TEXT)
    throw new JqError("String too long");
  return parts.join(glue);
}

export const strings: Natives = {
  "tostring/0": textOf,
  "tojson/0": (input) => writeJson(input),
  "fromjson/0": fromJson,
  "tonumber/0": toNumber,
  "ascii_downcase/0": mapped("cannot be lowercased", (text) =>
    text.replace(/[A-Z]/g, (c) => c.toLowerCase()),
  ),
  "ascii_upcase/0": mapped("cannot be uppercased", (text) => text.replace(/[a-z]/g, (c) => c.toUpperCase())),
  "explode/0": mapped("cannot be exploded", explode),
  "implode/0": implode,
  "utf8bytelength/0": mapped("only strings have UTF-8 byte length", (text) => Buffer.byteLength(text)),
  "trim/0": trimmed((text) => text.trim()),
  "ltrim/0": trimmed((text) => text.trimStart()),
  "rtrim/0": trimmed((text) => text.trimEnd()),
  "ltrimstr/1": (input, [part]) =>
    typeof input === "string" && typeof part === "string" && input.startsWith(part)
      ? input.slice(part.length)
      : input,
  "rtrimstr/1": (input, [part]) =>
    typeof input === "string" && typeof part === "string" && part !== "" && input.endsWith(part)
      ? input.slice(0, -part.length)
      : input,
  "startswith/1": affix((text, part) => text.startsWith(part), "startswith"),
  "endswith/1": affix((text, part) => text.endsWith(part), "endswith"),
  "split/1": (input, [separator]) => {
    if (typeof input !== "string" || typeof separator !== "string")
      throw new JqError("split input and separator must be strings");
    return splitText(input, separator);
  },
  "join/1": (input, [separator]) => joined(input, separator!),
  "format/1": (input, [name]) => applyFormat(`@${wantString(name!, "is not a valid format")}`, input),
};
