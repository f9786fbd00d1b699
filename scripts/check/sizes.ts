// Files stay small: 90 % of them within 400 lines, none over 600 unless its first line says why.

import { readFileSync } from "node:fs";
import { sourceFiles } from "./source-files.ts";

const files = sourceFiles("packages", "scripts", "bench", "demo", "tests").filter(
  (path) => !path.endsWith(".test.ts"),
);
const sizes = files.map((path) => {
  const text = readFileSync(path, "utf8");
  return { path, lines: text.split("\n").length - 1, excused: text.startsWith("// Long because:") };
});

const tooLong = sizes.filter(({ lines, excused }) => lines > 600 && !excused);
for (const { path, lines } of tooLong) {
  console.error(`${path}: ${lines} lines; split it by concept, or begin it with "// Long because: …"`);
}
const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
const p90 = sorted[Math.floor(sorted.length * 0.9)] ?? 0;
if (p90 > 400) console.error(`the 90th percentile of file lengths is ${p90} lines; it may be 400`);
process.exitCode = tooLong.length > 0 || p90 > 400 ? 1 : 0;
