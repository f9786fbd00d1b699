// The one gate: everything that must hold before a change lands. `pnpm check [step…]` runs the named steps only.

import { existsSync } from "node:fs";
import { run, type StepResult } from "./check/run.ts";

const CONFORMANCE = "../shared/conformance";
const node = (script: string, ...args: string[]) => [
  process.execPath,
  "--conditions=@agentos/source",
  script,
  ...args,
];

const STEPS: Record<string, string[]> = {
  build: ["turbo", "run", "build", "--output-logs=errors-only"],
  format: ["biome", "ci", "--error-on-warnings", "."],
  types: ["tsc", "-p", "tsconfig.json"],
  layers: node("scripts/check/layers.ts"),
  sizes: node("scripts/check/sizes.ts"),
  generated: node("scripts/gen-syscalls.ts", "--check"),
  tests: ["vitest", "run", "--reporter=default", "--reporter=json", "--outputFile.json=reports/tests.json"],
  packages: node("scripts/check/packages.ts"),
  demo: [process.execPath, "demo/demo.ts", "--quiet"],
  conformance: node("scripts/conformance.ts", CONFORMANCE, "--least", "oils=96,busybox=98,toybox=98"),
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in STEPS)) {
    console.error(`check: no step "${name}"; there are: ${Object.keys(STEPS).join(", ")}`);
    process.exit(2);
  }
}

let failed = 0;
for (const [name, command] of Object.entries(STEPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (name === "conformance" && !existsSync(CONFORMANCE)) {
    console.log(`- ${name}: left out, there are no vectors in ${CONFORMANCE}`);
    continue;
  }
  const result: StepResult = await run(name, command);
  if (!result.ok) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
