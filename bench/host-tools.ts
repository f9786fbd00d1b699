// What a host tool and a scheduled job cost. Run: node --conditions=@agentos/source bench/host-tools.ts

import { AgentOs, hostTool, toolKit } from "@agentos/core";
import common from "@agentos/software-common";
import { z } from "zod";
import { measure } from "./suite/measure.ts";

const CALL = "agentos-bench add --left 1 --right 2";
const MOST_MS = 4;
const MOST_JITTER_MS = 20;

const kit = toolKit({
  name: "bench",
  description: "for measuring",
  tools: {
    add: hostTool({
      description: "adds",
      inputSchema: z.object({ left: z.number(), right: z.number() }),
      execute: ({ left, right }) => left + right,
    }),
    big: hostTool({ description: "5 MB", execute: () => "x".repeat(5_000_000) }),
  },
});

for (const kind of ["inline", "shared"] as const) {
  await using vm = await AgentOs.create({ software: common, sidecar: { kind }, toolKits: [kit] });
  const time = async (command: string) => (await measure(() => vm.exec(command), { most: 2000 })).medianMs;
  const { stdout } = await vm.exec(CALL);
  if (stdout !== '{"ok":true,"result":3}\n') throw new Error(`the tool answered ${stdout}`);
  const shell = await time("true");
  const one = await time(CALL);
  const loop = await time(`for i in {1..100}; do ${CALL}; done`);
  const crowd = await time(`for i in {1..20}; do ${CALL} & done; wait`);
  const big = await time("agentos-bench big > /dev/null");
  console.log(
    `${kind.padEnd(7)} call ${one.toFixed(2)} ms (an empty command ${shell.toFixed(2)}), in a loop ${(loop / 100).toFixed(2)}, ` +
      `20 at once ${crowd.toFixed(1)}, 5 MB ${big.toFixed(1)}; target ≤ ${MOST_MS} ms: ${one <= MOST_MS ? "met" : "missed"}`,
  );
}

await using vm = await AgentOs.create({ software: common });
const late: number[] = [];
const done = Promise.withResolvers<void>();
await vm.scheduleCron({
  schedule: "* * * * * *",
  action: {
    type: "callback",
    fn({ dueAt }) {
      if (late.push(Date.now() - dueAt.getTime()) === 5) done.resolve();
    },
  },
});
await done.promise;
const worst = Math.max(...late);
console.log(
  `cron    late by ${late.join(", ")} ms; target ≤ ${MOST_JITTER_MS} ms: ${worst <= MOST_JITTER_MS ? "met" : "missed"}`,
);
