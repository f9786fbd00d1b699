import { AgentOs, type AgentOsOptions, type SessionEvent } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";
import { FakeProvider, type Scenario } from "@agentos/testing-llm";
import { onTestFinished } from "vitest";
import pi from "../src/index.ts";

export const MODEL = { env: { AGENTOS_PI_MODEL: "anthropic/claude-sonnet-4-5" } };

/** A VM with Pi, and the model that it asks. */
export async function piVm(answers: Scenario["answers"], options: AgentOsOptions = {}) {
  const provider = await FakeProvider.start({ answers });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const vm = await AgentOs.create({
    software: [common, node, pi],
    llm: { provider: "anthropic", apiKey: "sk-test", baseUrl: provider.url },
    onPermissionRequest: () => "once",
    ...options,
  });
  onTestFinished(() => vm.dispose());
  return { vm, provider };
}

/** What Pi reads as its user's settings. */
export async function setUp(vm: AgentOs, file: "settings.json" | "models.json", content: object) {
  await vm.mkdir("/home/user/.pi/agent", { recursive: true });
  await vm.writeFile(`/home/user/.pi/agent/${file}`, JSON.stringify(content));
}

export const updates = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === "update" ? [event.update] : []));
