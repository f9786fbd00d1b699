import { formatDouble } from "./number-text.ts";
import { JqError, type JqObject, MAX_TEXT, NumberLiteral, sortedKeys, type Value } from "./value.ts";

export interface WriteOptions {
  /** Characters of one level; undefined: all on one line. */
  indent?: string | undefined;
  sortKeys?: boolean;
  ascii?: boolean;
  colors?: Colors | undefined;
}

/** The terminal's attributes for each kind of value. */
export interface Colors {
  null: string;
  false: string;
  true: string;
  number: string;
  string: string;
  array: string;
  object: string;
  key: string;
}

const MAX_DEPTH = 256;
const RESET = "\x1b[0m";
const NAMES: readonly (keyof Colors)[] = [
  "null",
  "false",
  "true",
  "number",
  "string",
  "array",
  "object",
  "key",
];
const DEFAULTS = ["1;30", "0;37", "0;37", "0;37", "0;32", "1;37", "1;37", "34;1"];

/** Colours with those that JQ_COLORS sets. */
export function colorsFrom(setting: string | undefined): Colors {
  const chosen = setting !== undefined && /^[\d;:]*$/.test(setting) ? setting.split(":") : [];
  const entries = NAMES.map((name, i) => [name, `\x1b[${chosen[i] ?? DEFAULTS[i]}m`]);
  return Object.fromEntries(entries) as Colors;
}

/** The JSON text of a value. */
export function writeJson(value: Value, options: WriteOptions = {}): string {
  return new JsonWriter(options).text(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\b": "\\b",
  "\f": "\\f",
};

const escapeUnit = (unit: string): string =>
  ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

const SPECIAL = /["\\\x00-\x1f\x7f]/g;
const SPECIAL_OR_WIDE = /["\\\x00-\x1f\x7f-\uffff]/g;

export function quoteJson(text: string, ascii = false): string {
  return `"${text.replace(ascii ? SPECIAL_OR_WIDE : SPECIAL, escapeUnit)}"`;
}

class JsonWriter {
  readonly #options: WriteOptions;
  #out = "";

  constructor(options: WriteOptions) {
    this.#options = options;
  }

  text(value: Value): string {
    this.#value(value, 0);
    return this.#out;
  }

  #value(value: Value, depth: number): void {
    if (this.#out.length > MAX_TEXT) throw new JqError("Value too long to print");
    if (depth > MAX_DEPTH) this.#out += "<skipped: too deep>";
    else if (Array.isArray(value)) this.#array(value, depth);
    else if (value instanceof Map) this.#object(value, depth);
    else this.#scalar(value as null | boolean | number | string | NumberLiteral);
  }

  #scalar(value: null | boolean | number | string | NumberLiteral): void {
    const colors = this.#options.colors;
    const text = this.#scalarText(value);
    if (colors === undefined) this.#out += text;
    else {
      const kind = value instanceof NumberLiteral ? "number" : typeof value;
      const name =
        kind === "number" || kind === "string" ? kind : (String(value) as "null" | "true" | "false");
      this.#out += colors[name] + text + RESET;
    }
  }

  #scalarText(value: null | boolean | number | string | NumberLiteral): string {
    if (typeof value === "string") return quoteJson(value, this.#options.ascii);
    if (typeof value === "number") return formatDouble(value);
    return value instanceof NumberLiteral ? value.text : String(value);
  }

  #array(items: readonly Value[], depth: number): void {
    const color = this.#options.colors?.array;
    const on = color ?? "";
    if (items.length === 0) {
      this.#out += color === undefined ? "[]" : `${on}[]${RESET}`;
      return;
    }
    this.#out += `${on}[`;
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.#out += color === undefined ? "," : `${on},`;
      this.#newline(depth + 1);
      if (color !== undefined) this.#out += RESET;
      this.#value(items[i]!, depth + 1);
    }
    this.#close(color, depth, "]");
  }

  #object(object: JqObject, depth: number): void {
    const color = this.#options.colors?.object;
    const on = color ?? "";
    if (object.size === 0) {
      this.#out += color === undefined ? "{}" : `${on}{}${RESET}`;
      return;
    }
    this.#out += `${on}{`;
    let first = true;
    const keys = this.#options.sortKeys ? sortedKeys(object) : object.keys();
    for (const key of keys) {
      if (!first) this.#out += color === undefined ? "," : `${on},`;
      first = false;
      this.#newline(depth + 1);
      this.#key(key, color);
      this.#value(object.get(key)!, depth + 1);
    }
    this.#close(color, depth, "}");
  }

  #key(key: string, color: string | undefined): void {
    const quoted = quoteJson(key, this.#options.ascii);
    const space = this.#options.indent === undefined ? "" : " ";
    const { colors } = this.#options;
    if (colors === undefined) this.#out += `${quoted}:${space}`;
    else this.#out += `${RESET}${colors.key}${quoted}${RESET}${color}:${space}${RESET}`;
  }

  #close(color: string | undefined, depth: number, bracket: string): void {
    if (color !== undefined) this.#out += color;
    this.#newline(depth);
    this.#out += color === undefined ? bracket : `${color}${bracket}${RESET}`;
  }

  #newline(depth: number): void {
    const { indent } = this.#options;
    if (indent !== undefined) this.#out += `\n${indent.repeat(depth)}`;
  }
}
