// The VM in which `agentos agent` and `agentos chat` work.

import pi from "@agentos/agent-pi";
import { type AgentOs, type AgentOsOptions, type SessionRecord, UnknownAgentError } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";
import type { Options } from "../parse.ts";
import { AGENT_TYPES, type COMMANDS } from "../spec.ts";
import { UsageError } from "../usage-error.ts";
import { type VmFlags, vmOptions } from "../vm-options.ts";
import { chooseModel } from "./agent-models.ts";
import { languageModel } from "./language-model.ts";

export type AgentCommand = "agent" | "chat";
export type AgentFlags = Options<(typeof COMMANDS)[AgentCommand]>;

/** @throws UsageError for an agent that is not there, or one without a language model */
export function agentVmOptions(command: AgentCommand, type: string, flags: AgentFlags): AgentOsOptions {
  if (!AGENT_TYPES.some((known) => known === type)) {
    throw new UsageError(new UnknownAgentError(type, AGENT_TYPES).message, command);
  }
  const options = vmOptions(command, flags as VmFlags);
  return {
    ...options,
    // A process of its own: the key must not be in the one where the agent's machine lives.
    sidecar: { kind: "shared" },
    software: [common, node, pi],
    cwd: options.cwd ?? options.mounts?.[0]?.path,
    permissions: { network: flags.network ? "allow" : "deny" },
    llm: languageModel(command, flags.model),
  };
}

/** @throws UsageError for an unknown model, what `createSession` throws */
export async function openSession(
  vm: AgentOs,
  type: string,
  model: string | undefined,
  command: AgentCommand,
): Promise<SessionRecord> {
  const session = await vm.createSession(type);
  if (model) await chooseModel(vm, session, model, command);
  return session;
}
