// JSON has no dates, big integers, sets or maps: where a schema wants one, it is made from what JSON does have.

import { z } from "zod";
import { parseIsoDate } from "../iso-date.ts";

type Schema = z.core.$ZodType;

/** Converts a value to what the schema expects, where that is possible; otherwise leaves it to the schema to complain. */
export function fromJson(schema: Schema, value: unknown): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "date":
      return typeof value === "string" ? (parseIsoDate(value) ?? value) : value;
    case "bigint":
      return bigInteger(value);
    case "set":
      return Array.isArray(value) ? new Set(value.map((item) => fromJson(def.valueType, item))) : value;
    case "map":
      return isRecord(value) ? new Map(entries(def.keyType, def.valueType, value)) : value;
    case "array":
      return Array.isArray(value) ? items(value, () => def.element) : value;
    case "tuple":
      return Array.isArray(value) ? items(value, (at) => def.items[at] ?? def.rest) : value;
    case "object":
      return isRecord(value) ? fields(value, (name) => ownField(def.shape, name) ?? def.catchall) : value;
    case "record":
      return isRecord(value) ? fields(value, () => def.valueType) : value;
    case "union":
      return alternative(def.options, value);
    case "intersection":
      return fromJson(def.right, fromJson(def.left, value));
    case "pipe":
      return fromJson(def.in, value);
    case "lazy":
      return fromJson(def.getter(), value);
    default:
      return "innerType" in def ? fromJson(def.innerType, value) : value;
  }
}

function bigInteger(value: unknown): unknown {
  if (typeof value === "string" && /^[+-]?\d+$/.test(value)) return BigInt(value.replace("+", ""));
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}

function entries(key: Schema, item: Schema, value: Record<string, unknown>): [unknown, unknown][] {
  return Object.entries(value).map(([name, member]) => [fromJson(key, name), fromJson(item, member)]);
}

/** Answers the list itself if no item changes. */
function items(list: readonly unknown[], schemaAt: (at: number) => Schema | null | undefined): unknown {
  const made = list.map((item, at) => {
    const schema = schemaAt(at);
    return schema ? fromJson(schema, item) : item;
  });
  return made.some((item, at) => item !== list[at]) ? made : list;
}

/** Answers the object itself if no field changes. */
function fields(object: Record<string, unknown>, schemaOf: (name: string) => Schema | undefined): unknown {
  const changed = Object.entries(object).flatMap(([name, member]): [string, unknown][] => {
    const schema = schemaOf(name);
    const made = schema ? fromJson(schema, member) : member;
    return made === member ? [] : [[name, made]];
  });
  return changed.length > 0 ? { ...object, ...Object.fromEntries(changed) } : object;
}

function ownField(shape: Readonly<Record<string, Schema>>, name: string): Schema | undefined {
  return Object.hasOwn(shape, name) ? shape[name] : undefined;
}

/** Converts by each alternative in turn and answers the first result that its alternative accepts. */
function alternative(options: readonly Schema[], value: unknown): unknown {
  const made = options.map((option) => fromJson(option, value));
  if (made.every((candidate) => candidate === value)) return value;
  const taken = options.findIndex((option, at) => takes(option, made[at]));
  return taken < 0 ? value : made[taken];
}

function takes(schema: Schema, value: unknown): boolean {
  try {
    return z.core.safeParse(schema, value).success;
  } catch (error) {
    // The check is asynchronous, so it might accept.
    if (error instanceof z.core.$ZodAsyncError) return true;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
