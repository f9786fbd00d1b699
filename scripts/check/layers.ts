// Imports point one way, down the package table; inside the virtual machine only host-*.ts files know the host.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { sourceFiles } from "./source-files.ts";

const MAY_IMPORT: Record<string, string[]> = {
  vfs: [],
  "mount-s3": ["vfs"],
  posix: [],
  kernel: ["vfs"],
  shell: ["kernel", "posix"],
  "software-common": ["kernel", "posix", "shell"],
  "runtime-node": ["vfs", "kernel"],
  "agent-pi": ["kernel"],
  core: ["vfs", "kernel", "mount-s3"],
  "testing-agent": ["kernel"],
  "testing-llm": [],
  cli: ["core", "software-common", "runtime-node", "agent-pi"],
};
/** Programs see the kernel through these entries only. */
const KERNEL_TYPES = ["@agentos/kernel/program", "@agentos/kernel/abi"];
const GUEST_SIDE = ["shell", "software-common"];
const HOSTLESS = ["vfs", "posix", "kernel", "shell", "software-common"];

const problems: string[] = [];
let checked = 0;
for (const path of sourceFiles("packages/*/src/*")) {
  if (isTestSupport(path)) continue;
  const owner = path.split("/")[1]!;
  const text = readFileSync(path, "utf8");
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    checkImport(path, owner, specifier!);
    checked++;
  }
}
if (checked === 0) problems.push("no import was found: the check looks in the wrong place");
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function isTestSupport(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing/");
}

function checkImport(path: string, owner: string, specifier: string): void {
  if (specifier.startsWith("node:") && HOSTLESS.includes(owner) && !basename(path).startsWith("host-")) {
    problems.push(`${path}: imports ${specifier}; only host-*.ts files of ${owner} may touch the host`);
  }
  const target = /^@agentos\/([^/]+)(\/.*)?$/.exec(specifier);
  if (!target) return;
  if (!(MAY_IMPORT[owner] ?? []).includes(target[1]!)) {
    problems.push(`${path}: ${owner} may not import ${specifier}`);
  }
  if (target[2]?.startsWith("/src")) problems.push(`${path}: reaches into the sources of ${specifier}`);
  if (GUEST_SIDE.includes(owner) && target[1] === "kernel" && !KERNEL_TYPES.includes(specifier)) {
    problems.push(`${path}: programs may import ${KERNEL_TYPES.join(" and ")}, not ${specifier}`);
  }
}
