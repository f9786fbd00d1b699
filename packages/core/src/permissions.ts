// The `permissions` option.

import type { Policy } from "@agentos/kernel";
import { z } from "zod";
import type { ToolScope } from "./host-tools/tool-policy.ts";

/** What programs in the VM may do. */
export interface Permissions extends Policy {
  /** Which host tools they may call. @default "allow" */
  tools?: ToolScope;
}

const decision = z.enum(["allow", "deny"]);
const globs = z.array(z.string().min(1));
const port = z.number().int().min(0).max(65_535);

/** "allow", "deny", a list of rules of which the first that matches decides, or a function. */
function scope(matchers: z.ZodRawShape) {
  return z.union(
    [
      decision,
      z.array(z.strictObject({ decision, ...matchers })),
      z.custom<(request: never) => unknown>((value) => typeof value === "function"),
    ],
    'must be "allow", "deny", a list of rules, or a function',
  );
}

const access = z.enum(["stat", "read", "list", "write", "create", "remove"]);

export const permissionsSchema = z.strictObject({
  fs: scope({ paths: globs.optional(), access: z.array(access).optional() }).optional(),
  network: scope({
    hosts: globs.optional(),
    ports: z.array(z.union([port, z.tuple([port, port])])).optional(),
  }).optional(),
  process: scope({ paths: globs.optional() }).optional(),
  env: scope({ names: globs.optional() }).optional(),
  tools: scope({ kits: globs.optional(), tools: globs.optional() }).optional(),
} satisfies Record<keyof Permissions, z.ZodType>);
