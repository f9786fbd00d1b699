// Searching trees of files: ours in memory, the host's on tmpfs.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { AgentOs } from "@agentos/core";
import { measure } from "./measure.ts";
import type { Row } from "./report.ts";
import { hostSubject, software } from "./subjects.ts";

const WORDS = "the quick brown fox jumps over a lazy dog while seven wizards box with jolly zebras".split(
  " ",
);

/** `count` files of about `bytes` each, 100 to a directory; one in 500 holds the needle. */
function makeTree(count: number, bytes: number): Map<string, string> {
  const files = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const lines: string[] = [];
    let size = 0;
    for (let line = 0; size < bytes; line++) {
      const text = Array.from(
        { length: 12 },
        (_, k) => WORDS[(i * 7 + line * 3 + k * 5) % WORDS.length],
      ).join(" ");
      lines.push(text);
      size += text.length + 1;
    }
    if (i % 500 === 0) lines[lines.length >> 1] = "here is the needle in the haystack";
    files.set(`d${Math.floor(i / 100)}/f${i}.txt`, `${lines.join("\n")}\n`);
  }
  return files;
}

export async function treeRows(): Promise<Row[]> {
  return [
    await treeRow("grep -rn, 5,000 files, 50 MB", makeTree(5000, 10_000), "grep -rn needle . | wc -l"),
    await treeRow("find | wc, 20,000 files", makeTree(20_000, 1), "find . -type f | wc -l"),
  ];
}

async function treeRow(name: string, files: Map<string, string>, command: string): Promise<Row> {
  const ms: Record<string, number> = {};
  const answers = new Set<string>();
  const time = async (subject: string, exec: () => Promise<string>) => {
    answers.add((await exec()).trim());
    ms[subject] = (await measure(exec, { budgetMs: 2000 })).medianMs;
  };
  for (const kind of ["shared", "inline"] as const) {
    await using vm = await AgentOs.create({
      software,
      sidecar: { kind },
      limits: { maxFilesystemBytes: 1 << 30 },
    });
    await fill(vm, files);
    await time(
      kind === "shared" ? "sidecar" : "inline",
      async () => (await vm.exec(command, { cwd: "/tmp/tree" })).stdout,
    );
  }
  const root = mkdtempSync(existsSync("/dev/shm") ? "/dev/shm/agentos-bench-" : `${tmpdir()}/agentos-bench-`);
  try {
    for (const [path, text] of files) {
      mkdirSync(`${root}/${path.slice(0, path.indexOf("/"))}`, { recursive: true });
      writeFileSync(`${root}/${path}`, text);
    }
    const host = hostSubject(root);
    await time("host", () => host.exec(command));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  if (answers.size !== 1) throw new Error(`${name}: the answers differ: ${[...answers].join(", ")}`);
  return { name, ms, target: "≤ 2 × host", met: ms.sidecar! <= 2 * ms.host! && ms.inline! <= 2 * ms.host! };
}

async function fill(vm: AgentOs, files: Map<string, string>): Promise<void> {
  const directories = new Set([...files.keys()].map((path) => path.slice(0, path.indexOf("/"))));
  for (const directory of directories) await vm.mkdir(`/tmp/tree/${directory}`, { recursive: true });
  for (const [path, text] of files) await vm.writeFile(`/tmp/tree/${path}`, text);
}

/** The versions of the tools compared with, for the report. */
export const hostTools = (): string =>
  ["bash", "grep", "sort", "find"]
    .map((tool) => execFileSync(tool, ["--version"], { encoding: "utf8" }).split("\n")[0])
    .join("; ");
