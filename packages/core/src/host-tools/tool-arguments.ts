// `--city Paris --days 3 --no-cache --tag a --tag b --json '{…}'` → the input of a tool.

import { parseIsoDate } from "../iso-date.ts";
import { nearNames } from "../options-hint.ts";
import { ToolError } from "./tool-error.ts";
import type { Flag, FlagType } from "./tool-flags.ts";

export type Input = Record<string, unknown>;

/**
 * @param args what follows the tool's name
 * @param stdin standard input, if it was read
 * @returns the input to be validated; undefined if help was asked for
 * @throws ToolError a mistake that the schema cannot notice
 */
export function parseArguments(
  flags: readonly Flag[],
  args: readonly string[],
  stdin: string | undefined,
): unknown {
  const input: Input = {};
  let json: unknown = args.length === 0 && stdin?.trim() ? parseJson(stdin, "standard input") : undefined;
  for (let at = 0; at < args.length; ) {
    const argument = args[at]!.toWellFormed();
    if (argument === "--help" || argument === "-h") return undefined;
    const { name, value } = splitFlag(argument, flags);
    const next = args[at + 1]?.toWellFormed();
    if (name === "json") {
      const text = value ?? next;
      if (text === undefined) throw mistake("--json needs a value");
      json = text === "-" ? parseJson(stdin ?? "", "standard input") : parseJson(text, "--json");
      at += value === undefined ? 2 : 1;
    } else at += setFlag(input, flags, { name, value, next });
  }
  if (json === undefined) return input;
  if (Object.keys(input).length === 0) return json;
  if (!isObject(json)) throw mistake("flags can only be added to a JSON object");
  return { ...json, ...input };
}

interface Given {
  name: string;
  /** The text after "=". */
  value: string | undefined;
  /** The next argument. */
  next: string | undefined;
}

function splitFlag(argument: string, flags: readonly Flag[]): { name: string; value: string | undefined } {
  if (!argument.startsWith("--") || argument === "--") {
    const first = flags.find(({ required }) => required) ?? flags[0];
    const hint = first ? `; values belong to flags: --${first.name} ${JSON.stringify(argument)}` : "";
    throw mistake(`unexpected argument ${JSON.stringify(argument)}${hint}`);
  }
  const equals = argument.indexOf("=");
  if (equals < 0) return { name: argument.slice(2), value: undefined };
  return { name: argument.slice(2, equals), value: argument.slice(equals + 1) };
}

/** @returns how many arguments it took */
function setFlag(input: Input, flags: readonly Flag[], { name, value, next }: Given): number {
  const negated = name.startsWith("no-") ? findFlag(flags, name.slice(3)) : undefined;
  const flag = findFlag(flags, name);
  if (flag === undefined && negated?.types.includes("boolean")) {
    if (value !== undefined) throw mistake(`--${name} takes no value`);
    input[negated.field] = false;
    return 1;
  }
  if (flag === undefined) throw unknownFlag(flags, name);
  if (value !== undefined) {
    add(input, flag, value);
    return 1;
  }
  if (standsAlone(flag, flags, next)) {
    input[flag.field] = flag.repeats ? [...list(input[flag.field]), true] : true;
    return 1;
  }
  if (next === undefined || isFlag(flags, next)) throw mistake(`--${flag.name} needs a value`);
  add(input, flag, next);
  return 2;
}

/** Whether a flag that may be a boolean stands alone: the argument after it is not its value. */
function standsAlone({ types }: Flag, flags: readonly Flag[], next: string | undefined): boolean {
  if (!types.includes("boolean")) return false;
  if (next === undefined || isFlag(flags, next)) return true;
  return types.length === 1 && next !== "true" && next !== "false";
}

function add(input: Input, flag: Flag, text: string): void {
  if (!flag.repeats) {
    input[flag.field] = readValue(flag, text);
    return;
  }
  const whole = text.startsWith("[") ? jsonOrUndefined(text) : undefined;
  const added = Array.isArray(whole) ? whole : [readValue(flag, text)];
  input[flag.field] = [...list(input[flag.field]), ...added];
}

/** Reads the text as the first of the flag's types that fits. @throws ToolError none fits */
function readValue({ name, types }: Flag, text: string): unknown {
  for (const type of types) {
    const value = READERS[type](text);
    if (value !== undefined) return value;
  }
  const wanted = types.map((type) => TYPE_NAMES[type]).join(" or ");
  throw mistake(`--${name}: expected ${wanted}, got ${JSON.stringify(text)}`);
}

const READERS: Record<FlagType, (text: string) => unknown> = {
  string: (text) => text,
  number(text) {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  },
  boolean: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  // fromJson() makes the Date, as it does for those in --json.
  date: (text) => (parseIsoDate(text) ? text : undefined),
  json: jsonOrUndefined,
  object(text) {
    const value = jsonOrUndefined(text);
    return typeof value === "object" && value !== null ? value : undefined;
  },
  null: (text) => (text === "null" ? null : undefined),
};

const TYPE_NAMES: Record<FlagType, string> = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  date: "a date such as 2026-01-31",
  json: "JSON",
  object: "JSON",
  null: "null",
};

function findFlag(flags: readonly Flag[], name: string): Flag | undefined {
  return flags.find((flag) => flag.name === name) ?? flags.find((flag) => flag.field === name);
}

function isFlag(flags: readonly Flag[], text: string): boolean {
  if (!text.startsWith("--")) return false;
  const name = text.slice(2).split("=", 1)[0]!;
  return name === "json" || name === "help" || findFlag(flags, name.replace(/^no-/, "")) !== undefined;
}

function unknownFlag(flags: readonly Flag[], name: string): ToolError {
  const near = nearNames(
    name,
    flags.map((flag) => flag.name),
  );
  const hint =
    near.length > 0 ? `did you mean ${near.map((flag) => `--${flag}`).join(" or ")}?` : known(flags);
  return mistake(`unknown flag --${name}; ${hint}`);
}

function known(flags: readonly Flag[]): string {
  return flags.length === 0
    ? "there are none"
    : `there are ${flags.map(({ name }) => `--${name}`).join(", ")}`;
}

function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw mistake(`${from} is not JSON: ${(error as SyntaxError).message}`);
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mistake(message: string): ToolError {
  return new ToolError("invalid-arguments", message);
}

export function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
