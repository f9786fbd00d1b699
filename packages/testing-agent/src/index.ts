// An ACP agent that does what its prompts say: a prompt that is a JSON list is a list of steps, any other is repeated.
// TEST_AGENT in its environment says how it begins and what it can do.

import { defineProgram, defineSoftware } from "@agentos/kernel/program";
import { runAgent } from "./agent.ts";

export type { AgentSetup } from "./agent.ts";
export type { Step } from "./steps.ts";

const program = defineProgram({
  name: "test-agent",
  summary: "an agent that does what a test tells it",
  rawArguments: true,
  run: runAgent,
});

export default defineSoftware({
  name: "testing-agent",
  version: "1.0.0",
  from: import.meta.url,
  commands: { "test-agent": { program: async () => ({ default: program }) } },
  agent: [
    { type: "test", title: "Test agent", command: "test-agent", acp: true },
    { type: "test-env", command: "test-agent", acp: true, instructions: "env" },
    { type: "test-meta", command: "test-agent", acp: true, instructions: "meta" },
    { type: "test-prompt", command: "test-agent", acp: true, instructions: "prompt" },
    {
      type: "test-args",
      command: "test-agent",
      args: ["--quiet"],
      acp: true,
      instructions: { args: ["--system-prompt-file", "{file}"] },
    },
    { type: "absent", command: "no-such-agent", acp: true },
  ],
});
