// What the VM asks of the app: host tools, and the work of a schedule.

import { AgentOs, hostTool, toolKit } from "@agentos/core";
import { z } from "zod";
import { measure } from "./measure.ts";
import type { Row } from "./report.ts";
import { software } from "./subjects.ts";

const CALL = "agentos-bench add --left 1 --right 2";
const CRON_RUNS = 5;

const kit = toolKit({
  name: "bench",
  description: "for measuring",
  tools: {
    add: hostTool({
      description: "adds",
      inputSchema: z.object({ left: z.number(), right: z.number() }),
      execute: ({ left, right }) => left + right,
    }),
  },
});

export async function hostCallRows(): Promise<Row[]> {
  return [await toolRow(), await cronRow()];
}

async function toolRow(): Promise<Row> {
  const time = async (kind: "inline" | "shared") => {
    await using vm = await AgentOs.create({ software, sidecar: { kind }, toolKits: [kit] });
    const { stdout } = await vm.exec(CALL);
    if (stdout !== '{"ok":true,"result":3}\n') throw new Error(`the tool answered ${stdout}`);
    return (await measure(() => vm.exec(CALL), { most: 2000 })).medianMs;
  };
  const ms = { sidecar: await time("shared"), inline: await time("inline") };
  return { name: "host tool from the shell", ms, target: "≤ 4 ms", met: ms.sidecar <= 4 && ms.inline <= 4 };
}

async function cronRow(): Promise<Row> {
  await using vm = await AgentOs.create({ software });
  const late: number[] = [];
  const done = Promise.withResolvers<void>();
  await vm.scheduleCron({
    schedule: "* * * * * *",
    action: {
      type: "callback",
      fn({ dueAt }) {
        if (late.push(Date.now() - dueAt.getTime()) === CRON_RUNS) done.resolve();
      },
    },
  });
  await done.promise;
  const worst = Math.max(...late);
  return {
    name: `cron, latest of ${CRON_RUNS} runs`,
    ms: { sidecar: worst },
    target: "≤ 20 ms late",
    met: worst <= 20,
  };
}
