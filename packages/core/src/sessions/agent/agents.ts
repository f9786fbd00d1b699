// The agents among the installed packages.

import type { Software, SoftwareAgent } from "@agentos/kernel/program";
import { UnknownAgentError } from "../session-errors.ts";

/** An installed agent. */
export interface AgentInfo {
  /** What `createSession` is called with. */
  agentType: string;
  /** The name for people. */
  title: string;
  /** The command that starts it. */
  command: string;
  /** The package that contains it, and its version. */
  package: string;
  /** The version of the package. */
  version: string;
}

export class Agents {
  readonly #agents = new Map<string, { agent: SoftwareAgent; software: Software }>();

  /** If several packages bring an agent of the same type, the first is used, as with commands. */
  constructor(packages: readonly Software[]) {
    for (const software of packages) {
      for (const agent of [software.agent ?? []].flat()) {
        if (!this.#agents.has(agent.type)) this.#agents.set(agent.type, { agent, software });
      }
    }
  }

  list(): AgentInfo[] {
    return Array.from(this.#agents.values(), ({ agent, software }) => ({
      agentType: agent.type,
      title: agent.title ?? agent.type,
      command: agent.command,
      package: software.name,
      version: software.version,
    }));
  }

  /** @throws UnknownAgentError */
  get(agentType: string): SoftwareAgent {
    const found = this.#agents.get(agentType);
    if (found === undefined) throw new UnknownAgentError(agentType, [...this.#agents.keys()]);
    return found.agent;
  }
}
