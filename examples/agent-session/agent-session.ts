// A session with the Pi coding agent: prompts, what it does as it does it, approvals, cancelling, and the transcript.

import pi from "@agentos/agent-pi";
import { AgentOs } from "@agentos/core";
import { exampleModel } from "@agentos/example-model";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";

await using model = await exampleModel([
  [{ tool: "write", input: { path: "poem.txt", content: "Roses are red.\n" } }],
  [{ tool: "bash", input: { command: "rm poem.txt" } }],
  [{ text: "I wrote poem.txt. I was not allowed to remove it." }],
  [{ tool: "bash", input: { command: "sleep 1000" } }],
  [{ text: "You asked me to write a poem." }],
]);

await using vm = await AgentOs.create({
  software: [common, node, pi],
  llm: model.llm,
  // The agent may write files, and run what removes none.
  onPermissionRequest: ({ toolCall }) => (toolCall.title?.startsWith("rm ") ? "reject" : "once"),
});

const session = await vm.createSession("pi");
console.log("agent:", session.agentInfo?.name);

// What it does, as it does it.
vm.onSessionEvent(session, (event) => {
  if (event.type === "permission_reply") console.log("  permission:", JSON.stringify(event.outcome));
  if (event.type !== "update") return;
  const { update } = event;
  if (update.sessionUpdate === "tool_call") console.log("  tool:", update.title);
  if (update.sessionUpdate === "tool_call_update" && update.status) console.log("  ", update.status);
});

const first = await vm.sendPrompt(session, "Write a poem to poem.txt, then remove it.");
console.log("it says:", first.text);
console.log("the file:", await vm.readFile("/home/user/poem.txt", "utf8"));

// A turn that takes too long ends with what it has started.
const stop = new AbortController();
const waiting = vm.sendPrompt(session, "Wait for a while.", { signal: stop.signal });
vm.onSessionEvent(session, ({ type }) => type === "permission_reply" && stop.abort());
console.log("then:", (await waiting).response.stopReason);

// A session that was closed is taken up where it was.
await vm.closeSession(session);
await vm.resumeSession(session);
console.log("it says:", (await vm.sendPrompt(session, "What did I ask you first?")).text);
console.log(
  (await vm.getSessionEvents(session)).length > 20 ? "the transcript has it all" : "events are missing",
);
