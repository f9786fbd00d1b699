// Runs a script on the host's Node and in a VM: what they print and how they end must be the same.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import node from "../src/index.ts";

export interface Script {
  /** What it shows, as a sentence. */
  name: string;
  /** Path → content, below the working directory; the program is main.js, main.mjs or main.ts. */
  files?: Record<string, string>;
  /** Source of main.js, if that is all there is. */
  code?: string;
  args?: readonly string[];
  stdin?: string;
  env?: Record<string, string>;
}

export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number | string;
}

const MAINS = ["main.mjs", "main.ts", "main.js"];

function filesOf({ files = {}, code }: Script): Record<string, string> {
  return code === undefined ? files : { ...files, "main.js": code };
}

function commandOf(script: Script): string[] {
  const files = filesOf(script);
  const main = MAINS.find((name) => name in files);
  return [...(main ? [main] : []), ...(script.args ?? [])];
}

export async function runOnHost(script: Script): Promise<Outcome> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "agentos-differential-")));
  try {
    for (const [path, content] of Object.entries(filesOf(script))) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    const outcome = await new Promise<Outcome>((resolve) => {
      const env = { HOME: directory, PATH: "/usr/bin:/bin", ...script.env };
      const child = execFile(
        process.execPath,
        commandOf(script),
        { cwd: directory, env },
        (_error, stdout, stderr) =>
          resolve({ stdout, stderr, exitCode: child.exitCode ?? child.signalCode ?? -1 }),
      );
      child.stdin!.on("error", () => {});
      child.stdin!.end(script.stdin ?? "");
    });
    return {
      ...outcome,
      stdout: neutral(outcome.stdout, directory),
      stderr: neutral(outcome.stderr, directory),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Paths and process ids differ by nature. */
const neutral = (text: string, directory: string): string =>
  text
    .replaceAll(directory, "/home/user")
    .replaceAll(process.execPath, "/usr/bin/node")
    .replace(/\(node:\d+\)/g, "(node:PID)");

export async function runInVm(script: Script, existing?: TestVm): Promise<Outcome> {
  const vm = existing ?? bootTestVm({ software: [node, common] });
  try {
    for (const [path, content] of Object.entries(filesOf(script))) {
      await makeParents(vm, path);
      await vm.writeFile(`/home/user/${path}`, content);
    }
    const env = { ...script.env };
    const result = await vm.run(["node", ...commandOf(script)], { stdin: script.stdin ?? "", env });
    return {
      stdout: neutral(result.stdout, "/home/user"),
      stderr: neutral(result.stderr, "/home/user"),
      exitCode: result.signal ?? result.exitCode,
    };
  } finally {
    if (!existing) vm.dispose();
  }
}

async function makeParents(vm: TestVm, path: string): Promise<void> {
  const caller = vm.namespace.caller({ uid: 1000, gid: 1000 });
  const names = path.split("/").slice(0, -1);
  for (let i = 1; i <= names.length; i++) {
    const directory = `/home/user/${names.slice(0, i).join("/")}`;
    if (!(await vm.namespace.statIfExists(caller, directory))) await vm.namespace.mkdir(caller, directory);
  }
}
