// The flags of a tool, derived from the JSON Schema of its input.

import { z } from "zod";
import { kebabCase } from "./tool-names.ts";

/** How the text after a flag is read. "object" is a JSON object or list, "json" any JSON. */
export type FlagType = "null" | "boolean" | "number" | "object" | "json" | "date" | "string";

export interface Flag {
  /** The name of the input's field. */
  field: string;
  /** The name of the flag, without dashes. */
  name: string;
  /** The types the value may have, the narrowest first. */
  types: readonly FlagType[];
  /** The field is a list, and the flag may be given several times. */
  repeats: boolean;
  required: boolean;
  /** The allowed values, if there are few. */
  choices: readonly string[];
  description: string | undefined;
  /** The default, as JSON. */
  defaultValue: string | undefined;
}

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  description?: string;
  default?: unknown;
  format?: string;
}

/** Flags of every tool. Input fields with these names can only be given as JSON. */
const OWN_FLAGS = ["json", "help"];

/** The flags for an input schema. If the input is not an object there are none, and only --json can give it. */
export function flagsOf(schema: z.core.$ZodType): Flag[] {
  const { properties = {}, required = [] } = membersOf(jsonSchemaOf(schema));
  return Object.entries(properties)
    .map(([field, node]) => flagOf(field, node, required.includes(field)))
    .filter(({ name }) => !OWN_FLAGS.includes(name));
}

/** For a union, the fields of all its objects; a field is required if all of them require it. */
function membersOf(node: JsonSchema): Pick<JsonSchema, "properties" | "required"> {
  const parts = (node.allOf ?? node.anyOf ?? node.oneOf)?.map(membersOf);
  if (parts === undefined) return node;
  const properties: Record<string, JsonSchema> = {};
  for (const [field, schema] of parts.flatMap((part) => Object.entries(part.properties ?? {}))) {
    const known = properties[field];
    properties[field] = known === undefined || node.allOf ? schema : { anyOf: [known, schema] };
  }
  const isRequired = (field: string) => {
    const inPart = (part: JsonSchema) => part.required?.includes(field) === true;
    return node.allOf ? parts.some(inPart) : parts.every(inPart);
  };
  return { properties, required: Object.keys(properties).filter(isRequired) };
}

/** A type that JSON Schema cannot express is described by the JSON it is made from. */
function jsonSchemaOf(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      if (def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date" });
      if (def.type === "bigint") jsonSchema.type = "string";
      if (def.type === "map") jsonSchema.type = "object";
      if (def.type === "set")
        Object.assign(jsonSchema, { type: "array", items: jsonSchemaOf(def.valueType) });
    },
  }) as JsonSchema;
}

function flagOf(field: string, node: JsonSchema, required: boolean): Flag {
  const { items } = node;
  const repeats = node.type === "array" && items !== undefined;
  const value = repeats ? items : node;
  return {
    field,
    name: kebabCase(field),
    types: typesOf(value),
    repeats,
    required,
    choices: choicesOf(value).map(String),
    description: node.description,
    defaultValue: node.default === undefined ? undefined : JSON.stringify(node.default),
  };
}

const ORDER: readonly FlagType[] = ["null", "boolean", "number", "object", "json", "date", "string"];

function typesOf(node: JsonSchema): FlagType[] {
  const found = new Set(collectTypes(node));
  return ORDER.filter((type) => found.has(type));
}

function collectTypes(node: JsonSchema): FlagType[] {
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives) return alternatives.flatMap(collectTypes);
  const values = node.enum ?? (node.const === undefined ? [] : [node.const]);
  const names = node.type ?? (values.length > 0 ? values.map((value) => typeof value) : ["any"]);
  return [names].flat().flatMap((name) => flagTypes(name, node.format));
}

function flagTypes(name: string, format: string | undefined): FlagType[] {
  switch (name) {
    case "string":
      return [format === "date" ? "date" : "string"];
    case "number":
    case "integer":
      return ["number"];
    case "boolean":
    case "null":
      return [name];
    case "any":
      return ["json", "string"];
    default:
      return ["object"];
  }
}

function choicesOf(node: JsonSchema): unknown[] {
  if (node.enum) return node.enum;
  if (node.const !== undefined) return [node.const];
  const alternatives = (node.anyOf ?? node.oneOf)?.map(choicesOf) ?? [];
  return alternatives.every((choices) => choices.length > 0) ? alternatives.flat() : [];
}
