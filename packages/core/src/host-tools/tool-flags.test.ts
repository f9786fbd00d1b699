import { expect, it } from "vitest";
import { z } from "zod";
import { flagsOf } from "./tool-flags.ts";

it.each<[string, z.ZodType, object]>([
  ["text", z.string(), { types: ["string"], required: true }],
  ["an optional number", z.number().optional(), { types: ["number"], required: false }],
  ["a default", z.int().default(3), { types: ["number"], required: false, defaultValue: "3" }],
  ["what may be null", z.string().nullable(), { types: ["null", "string"], required: true }],
  ["an enum", z.enum(["a", "b"]), { types: ["string"], choices: ["a", "b"] }],
  ["literals", z.literal([1, 2]), { types: ["number"], choices: ["1", "2"] }],
  ["a union", z.union([z.number(), z.string()]), { types: ["number", "string"] }],
  ["a list", z.array(z.boolean()), { types: ["boolean"], repeats: true }],
  ["a list of choices", z.array(z.enum(["a", "b"])), { repeats: true, choices: ["a", "b"] }],
  ["an object", z.object({ a: z.string() }), { types: ["object"] }],
  ["a record", z.record(z.string(), z.number()), { types: ["object"] }],
  ["a date", z.date(), { types: ["date"] }],
  ["a coerced date", z.coerce.date(), { types: ["date"] }],
  ["a set", z.set(z.date()), { types: ["date"], repeats: true }],
  ["a map", z.map(z.string(), z.number()), { types: ["object"] }],
  ["a coerced number", z.coerce.number(), { types: ["number"] }],
  ["anything", z.unknown(), { types: ["json", "string"] }],
  ["what is transformed", z.string().transform(Number), { types: ["string"] }],
  ["a description", z.string().describe("who"), { description: "who" }],
])("%s", (_name, schema, expected) => {
  expect(flagsOf(z.object({ someField: schema }))).toMatchObject([
    { field: "someField", name: "some-field", ...expected },
  ]);
});

it("a field named as a flag of every tool's has none of its own", () => {
  const flags = flagsOf(z.object({ json: z.string(), help: z.boolean(), helper: z.string() }));
  expect(flags.map(({ name }) => name)).toEqual(["helper"]);
});

it("a union of objects has the flags of all of them", () => {
  const schema = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("circle"), radius: z.number() }),
    z.object({ kind: z.literal("square"), size: z.number() }),
  ]);
  expect(flagsOf(schema)).toMatchObject([
    { name: "kind", required: true, choices: ["circle", "square"] },
    { name: "radius", required: false },
    { name: "size", required: false },
  ]);
});

it("an intersection of objects requires what each of them requires", () => {
  const schema = z.object({ a: z.string() }).and(z.object({ b: z.string(), c: z.string().optional() }));
  expect(flagsOf(schema).map(({ name, required }) => [name, required])).toEqual([
    ["a", true],
    ["b", true],
    ["c", false],
  ]);
});

it("an input that is no object has no flags", () => {
  expect(flagsOf(z.string())).toEqual([]);
});
