import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { osSandbox } from "../src/os-sandbox.ts";

const APP = fileURLToPath(new URL("./busy-app.ts", import.meta.url));

interface HostProcess {
  pid: number;
  ppid: number;
  state: string;
  command: string;
}

const apps: ChildProcess[] = [];

afterEach(() => {
  for (const app of apps.splice(0)) app.kill("SIGKILL");
});

/** A guest that runs a program goes by the title that it gave itself. */
const isBusy = (command: string): boolean => command.startsWith("node\0");
const isSpare = (command: string): boolean => command.includes("--zero-fill-buffers");

/** An app whose guest is in a busy loop, and all processes below it. */
async function startApp(kind: string, wrapper: readonly string[]) {
  const [file, ...args] = [...wrapper, process.execPath, "--conditions=@agentos/source", APP, kind];
  const app = spawn(file!, args, { stdio: ["ignore", "pipe", "inherit"] });
  apps.push(app);
  await once(app.stdout!, "data");
  const family = descendants(app.pid!);
  const guests = family.filter(({ command }) => isBusy(command) || isSpare(command));
  const sidecar = family.find(({ command }) => /sidecar.main/.test(command));
  expect(guests.some(({ command }) => isBusy(command))).toBe(true);
  return { app, guests, sidecar };
}

function descendants(root: number): HostProcess[] {
  const all = readdirSync("/proc").flatMap((name) => readProcess(name) ?? []);
  const below = (pid: number): HostProcess[] =>
    all.filter(({ ppid }) => ppid === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(root);
}

function readProcess(name: string): HostProcess | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "latin1");
    const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${name}/cmdline`, "latin1");
    return { pid: Number(name), ppid: Number(ppid), state: state!, command };
  } catch {
    return undefined;
  }
}

/** A zombie has ended, whoever is to collect it. */
const isRunning = ({ pid }: HostProcess): boolean => {
  const state = readProcess(String(pid))?.state;
  return state !== undefined && state !== "Z" && state !== "X";
};

async function untilGone(processes: readonly HostProcess[]): Promise<void> {
  while (processes.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 5));
}

const sandbox = await osSandbox();
const isRoot = process.getuid?.() === 0;
/** How the app is started, so that its host offers an OS sandbox or none. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  [sandbox.isUp ? "in the OS sandbox" : "without an OS sandbox"]: [],
  ...(sandbox.isUp &&
    isRoot && {
      "without an OS sandbox": ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", "--"],
    }),
};

describe.runIf(process.platform === "linux")("no guest outlives", () => {
  for (const [where, wrapper] of Object.entries(HOSTS)) {
    it(`an app that is killed with the kernel in it, ${where}`, async () => {
      const { app, guests } = await startApp("inline", wrapper);
      app.kill("SIGKILL");
      await untilGone(guests);
    });

    it(`an app that is killed beside its sidecar, ${where}`, async () => {
      const { app, guests, sidecar } = await startApp("shared", wrapper);
      app.kill("SIGKILL");
      await untilGone([...guests, sidecar!]);
    });

    it(`a sidecar that is killed, ${where}`, async () => {
      const { guests, sidecar } = await startApp("shared", wrapper);
      process.kill(sidecar!.pid, "SIGKILL");
      await untilGone(guests);
    });
  }
});
