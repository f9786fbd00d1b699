// Validates an input by the tool's schema; the errors are put in terms of flags.

import { z } from "zod";
import { fromJson } from "./from-json.ts";
import { isObject } from "./tool-arguments.ts";
import { ToolError } from "./tool-error.ts";
import type { Flag } from "./tool-flags.ts";

/** @throws ToolError, which names every missing or wrong flag */
export async function validateInput(
  schema: z.core.$ZodType,
  flags: readonly Flag[],
  input: unknown,
): Promise<unknown> {
  const parsed = await z.core.safeParseAsync(schema, fromJson(schema, input));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describe(issue, flags, input));
  throw new ToolError("invalid-arguments", [...new Set(problems)].join("; "));
}

function describe(issue: z.core.$ZodIssue, flags: readonly Flag[], input: unknown): string {
  const [field, ...inner] = issue.path;
  const at = flags.find((flag) => flag.field === field);
  if (issue.code === "unrecognized_keys" && field === undefined) {
    return `unknown field${issue.keys.length > 1 ? "s" : ""} ${issue.keys.join(", ")}`;
  }
  if (field === undefined && flags.length === 0) return `the input, given by --json: ${reason(issue)}`;
  if (field === undefined) return reason(issue);
  const name = at ? `--${at.name}` : String(field);
  const isMissing = inner.length === 0 && !(isObject(input) && Object.hasOwn(input, field as string));
  if (isMissing) return `${name} is required`;
  const where = inner.length > 0 ? `${inner.map(String).join(".")}: ` : "";
  return `${name}: ${where}${reason(issue)}`;
}

function reason(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const reasons = issue.errors
      .map((errors) => errors[0])
      .map((first) => (first ? reason(first) : issue.message));
    return [...new Set(reasons)].join(" or ");
  }
  const text = issue.message.replace(/^(Invalid input|Invalid option): /, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}
