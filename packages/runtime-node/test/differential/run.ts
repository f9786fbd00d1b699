// Runs a script on the host's Node and in a VM, in directories of the same name: what they print and how they end must
// be the same.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import node from "../../src/index.ts";
import type { Script } from "./script.ts";

export interface Outcome {
  stdout: string;
  stderr: string;
  /** Or the name of the signal that ended it. */
  exitCode: number | string;
}

/** A script that the host's Node does not end must not outlive its test. */
const HOST_TIMEOUT_MS = 25_000;
const MAINS = ["main.mjs", "main.ts", "main.js"];
/** The superuser may do what others may not: both sides are what the host's user is. */
const UID = process.getuid?.() === 0 ? 0 : 1000;

/** The end of a stack: which turn of the event loop ran the ticks. */
const LOOP_FRAMES =
  /\n +at (?:(?:process\.)?processTicksAndRejections|runNextTicks) \(node:internal\/process\/task_queues:\d+:\d+\)(?:\n +at (?:runNextTicks|listOnTimeout|process\.processTimers|process\.processImmediate) \(node:internal[^)]*\))*/g;

/** What differs by nature: the path of node, process ids in warnings, how full the event loop was. */
const neutral = (text: string): string =>
  text
    .replaceAll(process.execPath, "/usr/bin/node")
    .replace(/\(node:\d+\)/g, "(node:PID)")
    .replace(LOOP_FRAMES, "\n    at ticks");

export async function runBoth(script: Script): Promise<{ host: Outcome; vm: Outcome }> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "agentos-differential-")));
  try {
    const [host, vm] = await Promise.all([runOnHost(script, directory), runInVm(script, directory)]);
    return { host, vm };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function filesOf({ files = {}, code }: Script): [path: string, content: string][] {
  return Object.entries(code === undefined ? files : { ...files, "main.js": code });
}

function argumentsOf(script: Script): string[] {
  const main = MAINS.find((name) => filesOf(script).some(([path]) => path === name));
  return [...(main ? [main] : []), ...(script.args ?? [])];
}

function environmentOf(script: Script, directory: string): Record<string, string> {
  return { HOME: directory, USER: "user", LANG: "C.UTF-8", ...script.env };
}

async function runOnHost(script: Script, directory: string): Promise<Outcome> {
  for (const [path, content] of filesOf(script)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  const child = spawn(process.execPath, argumentsOf(script), {
    argv0: "node",
    timeout: HOST_TIMEOUT_MS,
    killSignal: "SIGKILL",
    cwd: directory,
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      ...environmentOf(script, directory),
    },
  });
  child.stdin.on("error", () => {});
  child.stdin.end(script.stdin ?? "");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return {
    stdout: neutral(stdout),
    stderr: neutral(stderr),
    exitCode: child.exitCode ?? child.signalCode ?? -1,
  };
}

export async function runInVm(script: Script, directory = "/home/user"): Promise<Outcome> {
  const vm = bootTestVm({ software: [node, common], policy: { network: "allow" } });
  try {
    await makeDirectory(vm, directory);
    for (const [path, content] of filesOf(script)) {
      await makeDirectory(vm, dirname(join(directory, path)));
      await vm.writeFile(join(directory, path), content, { uid: UID });
    }
    const { stdout, stderr, signal, exitCode } = await vm.run(["node", ...argumentsOf(script)], {
      stdin: script.stdin ?? "",
      cwd: directory,
      uid: UID,
      env: environmentOf(script, directory),
    });
    return { stdout: neutral(stdout), stderr: neutral(stderr), exitCode: signal ?? exitCode };
  } finally {
    vm.dispose();
  }
}

/** With its parents, all of them the program's user's. */
async function makeDirectory(vm: TestVm, path: string): Promise<void> {
  const root = vm.namespace.caller();
  if (await vm.namespace.statIfExists(root, path)) return;
  await makeDirectory(vm, dirname(path));
  await vm.namespace.mkdir(root, path);
  await vm.namespace.chown(root, path, UID, UID);
}
