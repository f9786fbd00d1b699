// Turns a failed validation into one ConfigError that names the option.

import type { z } from "zod";
import { ConfigError } from "./errors.ts";
import { nearNames } from "./options-hint.ts";

/** @param call the call whose options these are: "AgentOs.create" */
export function parseOptions<S extends z.ZodType>(schema: S, value: unknown, call: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw configError(parsed.error.issues, schema, call);
}

/** @throws ConfigError a listener or handler is not a function */
export function requireFunction(value: unknown, name: string, call: string): void {
  if (typeof value === "function") return;
  throw new ConfigError(name, `${call}: \`${name}\` must be a function`);
}

function configError(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, call: string): ConfigError {
  const found = issues.map((issue) => deepest(issue, []));
  const { issue, path } = found.find((one) => one.issue.code === "unrecognized_keys") ?? found[0]!;
  if (issue.code === "unrecognized_keys") {
    const name = issue.keys[0]!;
    const option = pathText([...path, name]);
    const near = nearNames(name, knownKeys(schema, path));
    const hint = near.length > 0 ? `; did you mean ${near.map((key) => `\`${key}\``).join(" or ")}?` : "";
    return new ConfigError(option, `${call}: unknown option \`${option}\`${hint}`);
  }
  const option = pathText(path) || "options";
  const { message } = issue.code === "invalid_key" ? (issue.issues[0] ?? issue) : issue;
  return new ConfigError(option, `${call}: option \`${option}\`: ${lowerFirst(message)}`);
}

/** Of a union's failures, the one of the alternative that matched furthest. */
function deepest(
  issue: z.core.$ZodIssue,
  prefix: readonly PropertyKey[],
): { issue: z.core.$ZodIssue; path: PropertyKey[] } {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union") return { issue, path };
  const candidates = issue.errors
    .filter((errors) => errors.length > 0)
    .map((errors) => deepest(errors[0]!, path))
    .filter(
      (candidate) => candidate.path.length > path.length || candidate.issue.code === "unrecognized_keys",
    );
  candidates.sort((a, b) => b.path.length - a.path.length);
  return candidates[0] ?? { issue, path };
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : i > 0 ? `.${String(key)}` : String(key)))
    .join("");
}

interface Described {
  unwrap?: () => Described;
  /** The members of an object schema. */
  shape?: Record<PropertyKey, Described>;
  /** The element of an array schema. */
  element?: Described;
  /** The alternatives of a union. */
  options?: readonly Described[];
}

/** The names that the schema knows at the place where the unknown one stood. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current = alternatives(schema as Described);
  for (const key of path) {
    current = current.flatMap(({ shape, element }) => {
      const member = shape?.[key] ?? element;
      return member ? alternatives(member) : [];
    });
  }
  return current.flatMap(({ shape }) => Object.keys(shape ?? {}));
}

/** Strips wrappers such as optional() and default(). @returns the alternatives of a union, or the schema alone */
function alternatives(schema: Described): Described[] {
  if (schema.shape || schema.element) return [schema];
  if (schema.options) return schema.options.flatMap(alternatives);
  return schema.unwrap ? alternatives(schema.unwrap()) : [];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
