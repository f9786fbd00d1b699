// npm run bench: the target table, measured in one run beside the host's own bash and just-bash. Writes
// bench/results.md and bench/results.json. A missed target is reported, not failed.

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { agentRows } from "./suite/agents.ts";
import { commandRows } from "./suite/commands.ts";
import { hostCallRows } from "./suite/host-calls.ts";
import { nodeFileRows } from "./suite/node-files.ts";
import { nodeNetRows } from "./suite/node-net.ts";
import { nodeProcessRows } from "./suite/node-processes.ts";
import { type Row, table } from "./suite/report.ts";
import { hostTools, treeRows } from "./suite/trees.ts";
import { vmRows } from "./suite/vms.ts";

const SUITES: Record<string, () => Promise<Row[]>> = {
  vms: vmRows,
  commands: commandRows,
  trees: treeRows,
  "host-calls": hostCallRows,
  node: nodeProcessRows,
  "node-net": nodeNetRows,
  "node-files": nodeFileRows,
  agents: agentRows,
};

const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name} …\n`);
  rows.push(...(await suite()));
}

console.log(table(rows));
const missed = rows.filter(({ met }) => !met);
console.log(missed.length === 0 ? "all targets met" : `missed: ${missed.map(({ name }) => name).join("; ")}`);
if (wanted.length === 0) {
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}; ${hostTools()}`;
  writeFileSync("bench/results.json", `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  writeFileSync(
    "bench/results.md",
    `# Benchmark results\n\n${machine}. Medians, in one run (\`npm run bench\`).\n\n${table(rows)}`,
  );
}
