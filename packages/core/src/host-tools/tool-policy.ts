// The `tools` scope of the permissions: which tools a VM may call.

import { type Decision, matchesGlob, type Scope } from "@agentos/kernel";
import type { MaybePromise } from "@agentos/kernel/abi";

/** A call of a tool that is to be decided about. */
export interface ToolRequest {
  /** The name of the kit. */
  kit: string;
  /** The name of the tool. */
  tool: string;
  /** The validated input. */
  input: unknown;
  /** The session whose agent makes the call, if one does. */
  sessionId: string | undefined;
}

/** A rule without a matcher matches everything. The globs apply to the names in the VM: `list-*`. */
export interface ToolRule {
  /** What is decided. */
  decision: Decision;
  /** Globs for the names of kits. */
  kits?: readonly string[];
  /** Globs for the names of tools. */
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
