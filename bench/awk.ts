// Everyday awk programs in a VM beside the host's mawk and gawk, on the same files.
// Run: node --conditions=@agentos/source bench/awk.ts

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { AgentOs } from "@agentos/core";
import { software } from "./suite/subjects.ts";

const NUMBERS = Array.from({ length: 300_000 }, (_, i) => `${i + 1}\n`).join("");
const RECORDS = Array.from(
  { length: 100_000 },
  (_, i) => `${i} user${i % 97} ${i * 3} some text here ${i / 8}\n`,
).join("");

const PROGRAMS: readonly (readonly [program: string, file: string])[] = [
  ["{s+=$1} END {print s}", "numbers"],
  ["{print $2,$1}", "records"],
  ["{n+=NF} END {print n}", "records"],
  ["{c[$2]++} END {for (k in c) n++; print n}", "records"],
  ['{n+=split($0,a," ")} END {print n}', "records"],
  ['{gsub(/e/,"E"); print}', "records"],
  ['{printf "%d %-8s %.2f\\n",$1,$2,$NF}', "records"],
  ["/user9[0-5]/{n++} END {print n}", "records"],
  ["$2 ~ /^user1/ {n++} END {print n}", "records"],
  ["BEGIN {for (i=0;i<1000000;i++) s+=i; print s}", "numbers"],
];
const ROUNDS = 7;

/** The least time of a few runs: what the machine does beside does not count. */
async function least(run: () => Promise<unknown> | unknown): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

const hosts = ["mawk", "gawk"].filter((tool) => spawnSync(tool, ["BEGIN {}"]).status === 0);
const root = mkdtempSync(existsSync("/dev/shm") ? "/dev/shm/agentos-bench-" : `${tmpdir()}/agentos-bench-`);
try {
  await using vm = await AgentOs.create({ software, sidecar: { kind: "inline" } });
  for (const [name, text] of [
    ["numbers", NUMBERS],
    ["records", RECORDS],
  ] as const) {
    writeFileSync(`${root}/${name}`, text);
    await vm.writeFile(`/tmp/${name}`, text);
  }
  for (const [program, file] of PROGRAMS) {
    const mine = await least(() => vm.exec(`awk '${program}' /tmp/${file} > /tmp/out`));
    const columns = [program.padEnd(48), `${mine.toFixed(1).padStart(7)} ms`];
    for (const tool of hosts) {
      const ms = await least(() => execFileSync(tool, [program, `${root}/${file}`], { maxBuffer: 1 << 26 }));
      columns.push(`${(mine / ms).toFixed(2).padStart(5)} × ${tool}`);
    }
    console.log("%s", columns.join("  "));
  }
} finally {
  rmSync(root, { recursive: true });
}
