// Each package as its users get it: publint and attw on the packed tarball, then the README's example in an empty
// project outside the workspace. Arguments: the packages to check, default all.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PNPM = ["-y", readPnpm()];
const named = process.argv.slice(2);
const packages = named.length > 0 ? named : readdirSync("packages").filter(isPublished);
const work = mkdtempSync(join(tmpdir(), "agentos-packages-"));
try {
  const tarballs = packages.map((name) => [name, pack(name)] as const);
  for (const [name, tarball] of tarballs) lint(name, tarball);
  runExamples(tarballs);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function readPnpm(): string {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { setup: string } };
  return /pnpm@[\d.]+/.exec(scripts.setup)![0];
}

function isPublished(name: string): boolean {
  const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8")) as { private?: boolean };
  return manifest.private !== true;
}

function pack(name: string): string {
  const into = join(work, "tarballs", name);
  mkdirSync(into, { recursive: true });
  execFileSync("npx", [...PNPM, "pack", "--pack-destination", into], {
    cwd: `packages/${name}`,
    stdio: "pipe",
  });
  return join(into, readdirSync(into)[0]!);
}

function lint(name: string, tarball: string): void {
  console.log(`${name}: publint, attw`);
  execFileSync("publint", ["run", tarball, "--strict"], { stdio: "inherit" });
  execFileSync("attw", [tarball, "--profile", "esm-only"], { stdio: "inherit" });
}

function runExamples(tarballs: (readonly [string, string])[]): void {
  const project = join(work, "project");
  mkdirSync(project);
  const dependencies = Object.fromEntries(
    tarballs.map(([name, tarball]) => [`@agentos/${name}`, `file:${tarball}`]),
  );
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ type: "module", private: true, dependencies }),
  );
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: project,
    stdio: "inherit",
  });
  for (const name of packages) {
    const example = firstExample(resolve("packages", name, "README.md"));
    if (example === undefined)
      throw new Error(`packages/${name}/README.md has no example in a "ts", "js" or "sh" block`);
    console.log(`${name}: README example`);
    if (example.language === "sh") {
      const env = { ...process.env, PATH: `${join(project, "node_modules/.bin")}:${process.env.PATH}` };
      execFileSync("bash", ["-euc", example.code], { cwd: project, env, stdio: "inherit" });
      continue;
    }
    const file = join(project, `${name}.${example.language}`);
    writeFileSync(file, example.code);
    execFileSync(process.execPath, [file], { cwd: project, stdio: "inherit" });
  }
}

function firstExample(readme: string): { language: string; code: string } | undefined {
  const match = /^## Example[\s\S]*?```(ts|js|sh)\n([\s\S]*?)```/m.exec(readFileSync(readme, "utf8"));
  return match ? { language: match[1]!, code: match[2]! } : undefined;
}
