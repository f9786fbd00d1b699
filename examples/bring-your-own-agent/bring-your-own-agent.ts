// Sessions with an agent of one's own: see list-agent.ts for what it takes to be one.

import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";
import listAgent from "./list-agent.ts";

await using vm = await AgentOs.create({
  software: [common, listAgent],
  // Every write of the agent's needs leave: everything but cake has it.
  onPermissionRequest: ({ toolCall }) => (toolCall.toolCallId.includes("cake") ? "reject" : "once"),
});

console.log(
  "agents:",
  vm
    .listAgents()
    .map(({ agentType, title }) => `${agentType} (${title})`)
    .join(", "),
);
const session = await vm.createSession("list");
vm.onSessionEvent(session, (event) => {
  if (event.type === "update") console.log(`${event.seq} ${event.update.sessionUpdate}`);
  if (event.type === "permission_reply")
    console.log(`${event.seq} permission: ${JSON.stringify(event.outcome)}`);
});

for (const item of ["apples", "cake"]) {
  const { text, response } = await vm.sendPrompt(session, item);
  console.log(`> ${item}\n${text} (${response.stopReason})`);
}

console.log((await vm.exec("cat list.txt")).stdout);
console.log(`${(await vm.getSessionEvents(session)).length} events in the transcript`);
