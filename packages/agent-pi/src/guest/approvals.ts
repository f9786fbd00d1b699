// Asks the client for permission before tools run that change things.

import type { RequestPermissionResponse } from "@agentclientprotocol/sdk";
import type { ExtensionAPI } from "@earendil-works/pi-coding-agent";
import type { Rpc } from "./rpc.ts";
import { describeCall } from "./tool-calls.ts";

const OPTIONS = [
  { optionId: "once", name: "Allow once", kind: "allow_once" },
  { optionId: "always", name: "Always allow", kind: "allow_always" },
  { optionId: "reject", name: "Reject", kind: "reject_once" },
];

export interface ApprovalsOptions {
  rpc: Rpc;
  cwd: string;
  /** The tools that need permission. */
  tools: ReadonlySet<string>;
  sessionId(): string;
}

/** The extension of Pi that asks. */
export function approvals({ rpc, cwd, tools, sessionId }: ApprovalsOptions) {
  const allowed = new Set<string>();
  return (pi: ExtensionAPI): void => {
    pi.on("tool_call", async ({ toolCallId, toolName, input }) => {
      if (!tools.has(toolName) || allowed.has(toolName)) return undefined;
      const { outcome } = await rpc.request<RequestPermissionResponse>("session/request_permission", {
        sessionId: sessionId(),
        toolCall: describeCall(toolCallId, toolName, input, cwd),
        options: OPTIONS,
      });
      const chosen = outcome.outcome === "selected" ? outcome.optionId : "reject";
      if (chosen === "always") allowed.add(toolName);
      return chosen === "reject" ? { block: true, reason: `The user refused ${toolName}.` } : undefined;
    });
  };
}
