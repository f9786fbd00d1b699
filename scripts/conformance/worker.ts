// Runs one case after the other, each in a fresh VM, and answers with the judge's verdict.

import { pathToFileURL } from "node:url";
import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";
import { bytesOf, type Case, type Data, type Outcome, type Suite } from "./case.ts";

const CASE_TIMEOUT_MS = 10_000;

const { judge } = await import(pathToFileURL(`${process.argv[2]}/judge.mjs`).href);

process.on("message", async ({ helpers, case: one }: { helpers: Suite["helpers"]; case: Case }) => {
  process.send!(await run(one, helpers));
});

async function run(one: Case, helpers: Suite["helpers"]): Promise<Outcome> {
  await using vm = await AgentOs.create({ software: [common], user: "nobody", sidecar: { kind: "inline" } });
  await prepare(vm, one, helpers);
  const env = Object.entries(one.env).map(([name, value]) => `${name}=${value}`);
  const script = one.stdin === undefined ? ["bash"] : ["bash", "-c", one.code];
  const stdin = bytesOf(one.stdin ?? one.code);
  const result = await vm.execFile("env", ["-i", ...env, ...script], {
    cwd: one.cwd,
    stdin,
    timeoutMs: CASE_TIMEOUT_MS,
  });
  return judge(
    { ...one, expect: decodeExpectation(one.expect) },
    {
      stdout: Buffer.from(result.stdoutBytes),
      stderr: Buffer.from(result.stderrBytes),
      exitCode: result.exitCode,
      timedOut: result.timedOut,
    },
  );
}

async function prepare(vm: AgentOs, one: Case, helpers: Suite["helpers"]): Promise<void> {
  for (const path of Object.keys(one.dirs)) await vm.mkdir(path, { recursive: true });
  for (const [path, { data, mode, mtime }] of Object.entries({ ...helpers, ...one.files })) {
    await vm.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    await vm.writeFile(path, bytesOf(data));
    await vm.chmod(path, mode ?? 0o755);
    if (mtime !== undefined) await vm.utimes(path, mtime, mtime);
  }
  for (const [path, target] of Object.entries(one.links)) await vm.symlink(target, path);
  for (const [path, { mode, mtime }] of Object.entries(one.dirs).reverse()) {
    if (mode !== undefined) await vm.chmod(path, mode);
    if (mtime !== undefined) await vm.utimes(path, mtime, mtime);
  }
}

function decodeExpectation(expect: Record<string, unknown>): Record<string, unknown> {
  const decoded = { ...expect };
  for (const stream of ["stdout", "stderr"]) {
    if (decoded[stream] !== undefined) decoded[stream] = bytesOf(decoded[stream] as Data);
  }
  return decoded;
}
