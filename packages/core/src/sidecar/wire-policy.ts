// Permissions across the wall. A decision of the app's that may take its time is asked for by request; decisions on
// files, programs and variables are taken within a system call, which cannot wait for another process.

import type { Decision, NetworkRequest, Policy } from "@agentos/kernel";
import { ConfigError } from "../errors.ts";
import type { AppFunction, VmObjects } from "./app-objects.ts";
import type { Peer } from "./peer.ts";

/** As Policy, with the number of an app's function in place of the function. */
export type WirePolicy = Record<string, unknown> & { network?: unknown };

const INLINE_ONLY = ["fs", "process", "env"] as const;

/** @throws ConfigError a function where none can be asked */
export function policyToWire(policy: Policy, objects: VmObjects): WirePolicy {
  for (const scope of INLINE_ONLY) {
    if (typeof policy[scope] !== "function") continue;
    const option = `permissions.${scope}`;
    throw new ConfigError(
      option,
      `AgentOs.create: option \`${option}\`: a function can only decide in a VM with \`sidecar: { kind: "inline" }\`; use rules`,
    );
  }
  const { network } = policy;
  if (typeof network !== "function") return { ...policy };
  return { ...policy, network: { ask: objects.add(network as AppFunction) } };
}

export function policyFromWire(wire: WirePolicy, peer: Peer): Policy {
  const { ask } = (wire.network ?? {}) as { ask?: number };
  if (ask === undefined) return wire as Policy;
  const network = (request: NetworkRequest) => peer.call("callFunction", [ask, request]) as Promise<Decision>;
  return { ...wire, network } as Policy;
}
