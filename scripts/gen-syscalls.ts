// Writes docs/syscalls.md from the system call table and the signatures in proc.ts; with --check, fails if it is stale.

import { readFile, writeFile } from "node:fs/promises";
import { table } from "../packages/kernel/src/syscalls/table.ts";

interface Row {
  name: string;
  errors: readonly string[];
  partial?: string;
}

const PROC = new URL("../packages/kernel/src/program/proc.ts", import.meta.url);
const PAGE = new URL("../docs/syscalls.md", import.meta.url);

/** The methods of Proc by section: name → signature without the semicolon. */
function readSections(source: string): Map<string, Map<string, string>> {
  const start = source.indexOf("export interface Proc {");
  const body = source.slice(start, source.indexOf("\n}\n", start));
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const part of body
    .split(/^ {2}\/\/ ── (.+?) ─+$/m)
    .slice(1)
    .map((text) => text.trim())) {
    if (!part.includes("\n")) {
      sections.set(part, (section = new Map()));
      continue;
    }
    const code = part.replace(/\/\*\*[\s\S]*?\*\//g, "");
    for (const [, name, rest] of code.matchAll(/^ *(\w+)(\([\s\S]*?);$/gm)) {
      section.set(name!, `${name}${rest!.replace(/\s+/g, " ").replace("( ", "(").replace(", )", ")")}`);
    }
  }
  return sections;
}

function render(sections: Map<string, Map<string, string>>, rows: Record<string, Row>): string {
  const out = [
    "# System calls",
    "",
    "What a Program can ask of the kernel (`Proc` of `@agentos/kernel/program`). Generated from the system call table by",
    "`scripts/gen-syscalls.ts`. The errors are those a call raises itself; the files and file systems it works on have",
    "more. Every call that waits can also fail with `EINTR`, and throws `ProcessExit` once its process has died.",
  ];
  for (const [section, signatures] of sections) {
    out.push(
      "",
      `## ${section[0]!.toUpperCase()}${section.slice(1)}`,
      "",
      "| call | support | errors |",
      "|---|---|---|",
    );
    for (const [name, signature] of signatures) {
      const row = rows[name];
      if (!row) throw new Error(`${name}: declared in Proc, missing in the table`);
      const support = row.partial ? `partial: ${row.partial}` : "full";
      out.push(`| \`${signature.replaceAll("|", "\\|")}\` | ${support} | ${row.errors.join(" ")} |`);
    }
  }
  return `${out.join("\n")}\n`;
}

const page = render(readSections(await readFile(PROC, "utf8")), table as unknown as Record<string, Row>);
if (process.argv.includes("--check")) {
  const current = await readFile(PAGE, "utf8").catch(() => "");
  if (current !== page) {
    console.error(
      "docs/syscalls.md is stale: run `node --conditions=@agentos/source scripts/gen-syscalls.ts`",
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(PAGE, page);
}
