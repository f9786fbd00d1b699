// Files stay small: none over 400 lines unless its first line says why.

import { readFileSync } from "node:fs";
import { sourceFiles } from "./source-files.ts";

const MOST_LINES = 400;

const files = sourceFiles("packages", "scripts", "bench", "demo", "tests").filter(
  (path) => !path.endsWith(".test.ts"),
);
for (const path of files) {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n").length - 1;
  if (lines <= MOST_LINES || text.startsWith("// Long because:")) continue;
  console.error(`${path}: ${lines} lines; split it by concept, or begin it with "// Long because: …"`);
  process.exitCode = 1;
}
