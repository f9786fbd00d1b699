// VMs with the scripted agent, and what tests ask of its sessions.

import type { AgentOs, AgentOsOptions, SessionEvent, SessionRef } from "@agentos/core";
import common from "@agentos/software-common";
import testAgent, { type AgentSetup, type Step } from "@agentos/testing-agent";
import { createVm, type Mode } from "../../../../tests/support/vm.ts";

export const agentVm = (mode: Mode, options: AgentOsOptions = {}) =>
  createVm(mode, { software: [common, testAgent], ...options });

export const steps = (...list: Step[]): string => JSON.stringify(list);

export const setup = (options: AgentSetup) => ({ env: { TEST_AGENT: JSON.stringify(options) } });

/** Resolves with the first event that passes. */
export function eventOf(
  vm: AgentOs,
  session: SessionRef,
  isIt: (event: SessionEvent) => boolean,
): Promise<SessionEvent> {
  return new Promise((resolve) => {
    const stop = vm.onSessionEvent(session, (event) => {
      if (!isIt(event)) return;
      stop();
      resolve(event);
    });
  });
}

export const says = (text: string) => (event: SessionEvent) =>
  event.type === "update" &&
  event.update.sessionUpdate === "agent_message_chunk" &&
  event.update.content.type === "text" &&
  event.update.content.text === text;

export const kinds = (events: readonly SessionEvent[]) =>
  events.map((event) => (event.type === "update" ? event.update.sessionUpdate : event.type));

export async function commandsOf(vm: AgentOs): Promise<string[]> {
  return (await vm.listProcesses()).filter(({ state }) => state !== "Z").map(({ command }) => command);
}
