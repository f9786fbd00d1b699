// The way to the language model: the key stays in this process, a session's programs get an address and a token of
// their own. Models and tokens are limited, and what is used is told.

import pi from "@agentos/agent-pi";
import { AgentOs } from "@agentos/core";
import { exampleModel } from "@agentos/example-model";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";

await using model = await exampleModel([
  [{ tool: "bash", input: { command: "env | grep -E '^ANTHROPIC_' | sed 's/agentos-.*/agentos-…/'" } }],
  [{ text: "That is all there is." }],
]);

await using vm = await AgentOs.create({
  software: [common, node, pi],
  llm: { ...model.llm, allowedModels: ["claude-haiku-*"], maxTokensPerSession: 150 },
  onPermissionRequest: () => "once",
  onSessionEvent: (event) => {
    if (event.type === "usage") console.log(`usage: ${event.model}, ${event.totalTokens} tokens`);
  },
});

const session = await vm.createSession("pi", { env: { AGENTOS_PI_MODEL: "anthropic/claude-haiku-4-5" } });
const refused = (error: Error) => console.log("refused:", error.message);

// What the agent can see of the key: nothing.
await vm.sendPrompt(session, "Which variables that begin with ANTHROPIC_ are there?").catch(refused);
for (const event of await vm.getSessionEvents(session)) {
  const update = event.type === "update" ? event.update : undefined;
  if (update?.sessionUpdate !== "tool_call_update" || update.status !== "completed") continue;
  for (const item of update.content ?? []) {
    if (item.type === "content" && item.content.type === "text") console.log(item.content.text.trimEnd());
  }
}

// The budget is used up.
await vm.sendPrompt(session, "Go on.").catch(refused);

// Another session has a budget of its own, and no other models.
const other = await vm.createSession("pi", { env: { AGENTOS_PI_MODEL: "anthropic/claude-opus-4-5" } });
await vm.sendPrompt(other, "Hello.").catch(refused);
