// Runs a command in a test VM and the same one on the host, on the same files. For differential tests only.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineSoftware, type Software } from "@agentos/kernel/program";
import { bootTestVm } from "@agentos/kernel/testing";

export interface OracleCase {
  argv: readonly string[];
  stdin?: string | Uint8Array;
  files?: Readonly<Record<string, string | Uint8Array>>;
  env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  stdout: string;
  stderr: string;
  status: number;
}

/** Whether the host has a command, in GNU's version unless `pattern` says otherwise. */
export function hostHas(command: string, pattern: RegExp = /GNU/): boolean {
  return pattern.test(String(spawnSync(command, ["--version"]).stdout ?? ""));
}

export function runOnHost({ argv, stdin = "", files = {}, env = {} }: OracleCase): Outcome {
  const cwd = mkdtempSync(join(tmpdir(), "oracle-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), content);
    }
    const { PATH = "" } = process.env;
    const run = spawnSync(argv[0]!, argv.slice(1), {
      cwd,
      input: stdin,
      env: { PATH, LANG: "C.UTF-8", ...env },
    });
    return { stdout: run.stdout.toString("latin1"), stderr: run.stderr.toString(), status: run.status ?? -1 };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

export async function runInVm(commands: Software["commands"], test: OracleCase): Promise<Outcome> {
  const { argv, stdin = "", files = {}, env = {} } = test;
  const software = defineSoftware({ name: "tested", version: "0", from: import.meta.url, commands });
  const placed = Object.entries(files).map(([name, content]) => [`/home/user/${name}`, content] as const);
  const vm = bootTestVm({ software: [software], files: Object.fromEntries(placed) });
  try {
    const { stdoutBytes, stderr, exitCode } = await vm.run(argv, { stdin, env });
    return { stdout: Buffer.from(stdoutBytes).toString("latin1"), stderr, status: exitCode };
  } finally {
    vm.dispose();
  }
}
