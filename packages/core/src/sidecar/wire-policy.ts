// Permissions across the process wall. Decisions about the network may take time, so a function of the app is asked by
// request; those about files, programs and variables are made within a system call, which cannot wait for another
// process.

import type { Decision, NetworkRequest, Policy } from "@agentos/kernel";
import { ConfigError } from "../errors.ts";
import type { AppFunction, VmObjects } from "./app-objects.ts";
import type { Peer } from "./peer.ts";

/** A Policy in which the app's functions are replaced by their numbers. */
export type WirePolicy = Record<string, unknown> & { network?: unknown };

const INLINE_ONLY = ["fs", "process", "env"] as const;

/** @throws ConfigError a function in a scope that cannot wait for one */
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
