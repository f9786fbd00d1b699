import { expect, it } from "vitest";
import { z } from "zod";
import { fromJson } from "./from-json.ts";

const DAY = new Date("2026-01-02T00:00:00Z");
const lazy: z.ZodType = z.object({ at: z.date(), next: z.lazy(() => lazy).optional() });

it.each<[string, z.ZodType, unknown, unknown]>([
  ["a date", z.date(), "2026-01-02", DAY],
  ["a time without a zone, which is UTC as in the VM", z.date(), "2026-01-02T00:00", DAY],
  ["a coerced date", z.coerce.date(), "2026-01-02", DAY],
  ["an optional date with a default", z.date().optional().default(new Date(0)), "2026-01-02", DAY],
  ["dates in a list", z.array(z.date()), ["2026-01-02"], [DAY]],
  ["dates in an object", z.object({ at: z.date() }), { at: "2026-01-02", more: 1 }, { at: DAY }],
  ["dates in a record", z.record(z.string(), z.date()), { a: "2026-01-02" }, { a: DAY }],
  ["dates in a tuple", z.tuple([z.string()]).rest(z.date()), ["2026", "2026-01-02"], ["2026", DAY]],
  [
    "dates in what refers to itself",
    lazy,
    { at: "2026-01-02", next: { at: "2026-01-02" } },
    { at: DAY, next: { at: DAY } },
  ],
  [
    "a date of an intersection",
    z.object({ a: z.date() }).and(z.object({ b: z.int() })),
    { a: "2026-01-02", b: 1 },
    { a: DAY, b: 1 },
  ],
  ["a number or a date", z.union([z.number(), z.date()]), "2026-01-02", DAY],
  ["text that comes before a date", z.union([z.string(), z.date()]), "2026-01-02", "2026-01-02"],
  [
    "one kind of several",
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("day"), day: z.date() }),
      z.object({ kind: z.literal("none") }),
    ]),
    { kind: "day", day: "2026-01-02" },
    { kind: "day", day: DAY },
  ],
  ["a big integer", z.bigint(), "12345678901234567890", 12345678901234567890n],
  ["a small one", z.bigint(), 5, 5n],
  ["a set", z.set(z.date()), ["2026-01-02"], new Set([DAY])],
  ["a map", z.map(z.string(), z.bigint()), { a: 1 }, new Map([["a", 1n]])],
  ["what its own code reads", z.preprocess((text) => new Date(String(text)), z.date()), "2026-01-02", DAY],
])("%s", (_name, schema, json, expected) => {
  expect(schema.parse(fromJson(schema, json))).toEqual(expected);
});

it.each<[string, z.ZodType, unknown]>([
  ["text that is no date", z.date(), "5"],
  ["a day that is none", z.date(), "2026-13-01"],
  ["what nothing changes", z.object({ list: z.array(z.string()) }), { list: ["2026-01-02"] }],
  ["a field that no schema has", z.object({}), { other: "2026-01-02" }],
])("leaves %s alone", (_name, schema, json) => {
  expect(fromJson(schema, json)).toBe(json);
});
