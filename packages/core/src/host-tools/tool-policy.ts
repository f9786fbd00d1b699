// The `tools` scope of the permissions: which tools a VM may call.

import { type Decision, matchesGlob, type Scope } from "@agentos/kernel";
import type { MaybePromise } from "@agentos/kernel/abi";

export interface ToolRequest {
  kit: string;
  tool: string;
  /** The validated input. */
  input: unknown;
  sessionId: string | undefined;
}

/** A rule without a matcher matches everything. The globs apply to the names in the VM: `list-*`. */
export interface ToolRule {
  decision: Decision;
  kits?: readonly string[];
  tools?: readonly string[];
}

export type ToolScope = Scope<ToolRule, ToolRequest, MaybePromise<Decision>>;

/** Rules are tried in order; if none matches, the answer is deny. */
export async function mayCall(scope: ToolScope, request: ToolRequest): Promise<boolean> {
  if (typeof scope === "string") return scope === "allow";
  if (typeof scope === "function") return (await scope(request)) === "allow";
  return scope.find((rule) => matches(rule, request))?.decision === "allow";
}

function matches({ kits, tools }: ToolRule, { kit, tool }: ToolRequest): boolean {
  const includes = (globs: readonly string[] | undefined, name: string) =>
    globs === undefined || globs.some((glob) => matchesGlob(glob, name));
  return includes(kits, kit) && includes(tools, tool);
}
