// Work at set times: a command line every second, and a function of this process at one moment.

import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";

await using vm = await AgentOs.create({ software: common });

vm.onCronEvent((event) => {
  if (event.type === "finished") console.log(`${event.jobId} finished, run ${event.run}`);
  if (event.type === "failed") console.log(`${event.jobId} failed: ${event.error.message}`);
});

await vm.scheduleCron({
  id: "heartbeat",
  schedule: "* * * * * *",
  action: { type: "exec", command: "date +%s >> heartbeats.log" },
  overlap: "skip",
});

const done = Promise.withResolvers<void>();
await vm.scheduleCron({
  id: "report",
  schedule: new Date(Date.now() + 1_500),
  action: {
    type: "callback",
    async fn({ vm }) {
      const { stdout } = await vm.exec("wc -l < heartbeats.log");
      console.log(`heartbeats so far: ${stdout.trim()}`);
      done.resolve();
    },
  },
});

for (const { id, schedule } of await vm.listCronJobs()) console.log(`${id}: ${schedule}`);
await done.promise;
