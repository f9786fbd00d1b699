// Every attempt to escape against each wall with the others taken down. The walls are taken down by what node is started
// with. WHICH_WALL=1 writes what stopped what to which-wall.md.

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { emptyDirectory } from "../../src/empty-directory.ts";
import node from "../../src/index.ts";
import type { OsSandbox } from "../../src/os-sandbox.ts";
import { ATTEMPTS } from "./attempts.ts";
import { HostTarget } from "./host-target.ts";
import { SQLITE_ATTEMPTS } from "./sqlite-attempts.ts";

const { osSandbox } =
  await vi.importActual<typeof import("../../src/os-sandbox.ts")>("../../src/os-sandbox.ts");
const sandbox = await osSandbox();

/** What guests of this file's VMs are started with: neither a sandbox nor the permission model. */
const bare: OsSandbox = {
  isUp: false,
  forks: false,
  how: "taken down",
  command: (args) => ({ file: process.execPath, args: args.filter((flag) => flag !== "--permission") }),
};
vi.mock("../../src/os-sandbox.ts", () => ({ osSandbox: async () => bare }));

/** "": nothing got through; else what the attempt got hold of. */
type Outcome = string;
type Run = (script: string) => Promise<string>;

/** A script in a Node without virtual bindings, in a process as guests have it. */
const raw = ({ file, args }: { file: string; args: string[] }): Run => {
  return (script) =>
    new Promise((resolve, reject) => {
      const options = { env: {}, cwd: emptyDirectory(), detached: true } as const;
      const child = spawn(file, [...args, "-e", script], { ...options, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      child.stdout.on("data", (text) => (output += text));
      child.stderr.on("data", (text) => (output += text));
      child.once("error", reject);
      child.once("close", () => resolve(output));
      const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), 10_000);
      child.once("exit", () => clearTimeout(timer));
    });
};

const inVm: Run = async (script) => {
  const vm = bootTestVm({ software: [node, common], files: { "/home/user/main.js": script } });
  try {
    const { stdout, stderr } = await vm.run(["node", "main.js"]);
    return stdout + stderr;
  } finally {
    vm.dispose();
  }
};

/** What was tried worked, but touched nothing of the target. */
const WORKED = "worked";

/** @param atOnce how many attempts run side by side: what one of several does cannot be told from what another does */
async function tryAll(target: HostTarget, run: Run, atOnce: number): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const waiting = Object.entries(ATTEMPTS);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, code] = next;
      const output = await run(target.prelude + code);
      const damage = await target.damage(output);
      outcomes.set(name, damage.join(", ") || (output.includes("PWNED") ? WORKED : ""));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}

const through = (outcomes: ReadonlyMap<string, Outcome>): string[] =>
  [...outcomes].filter(([, outcome]) => outcome !== "").map(([name, outcome]) => `${name}: ${outcome}`);

const hostReached = (outcomes: ReadonlyMap<string, Outcome>): string[] =>
  through(outcomes).filter((line) => !line.endsWith(WORKED));

describe("alone", () => {
  let target: HostTarget;
  const outcomes = new Map<string, ReadonlyMap<string, Outcome>>();

  beforeAll(async () => {
    target = await HostTarget.create();
  });

  afterAll(() => target.dispose());

  it("the virtual bindings stop every attempt", { timeout: 120_000 }, async () => {
    const tried = await tryAll(target, inVm, 4);
    outcomes.set("virtual bindings", tried);
    expect(through(tried)).toEqual([]);
  });

  it("the permission model stops what reaches files and programs", { timeout: 120_000 }, async () => {
    const tried = await tryAll(
      target,
      raw({ file: process.execPath, args: ["--permission", "--allow-worker", "--zero-fill-buffers"] }),
      1,
    );
    outcomes.set("permission model", tried);
    const others = hostReached(tried).filter(
      (line) => !UNPERMITTED.some((name) => line.startsWith(`${name}:`)),
    );
    expect(others).toEqual([]);
  });

  it.runIf(sandbox.isUp)("the OS sandbox stops whatever reaches the host", { timeout: 120_000 }, async () => {
    const tried = await tryAll(target, raw(sandbox.command([])), 4);
    outcomes.set("OS sandbox", tried);
    expect(hostReached(tried)).toEqual([]);
  });

  it("says which wall stopped what", async ({ annotate }) => {
    const text = report(outcomes);
    await annotate(text);
    const file = new URL("./which-wall.md", import.meta.url);
    if (process.env.WHICH_WALL) writeFileSync(file, text);
    expect(attemptsOf(readFileSync(file, "utf8")), "renew it: WHICH_WALL=1").toEqual(attemptsOf(text));
  });
});

/** Whose rows a report has: what stopped them depends on the system and on Node's version. */
const attemptsOf = (text: string): string[] =>
  text.split("\n").flatMap((line) => /^\| (.*?) \|/.exec(line)?.[1] ?? []);

/** What Node's permissions do not cover; see SECURITY.md. */
const UNPERMITTED = [
  "make a database beside it",
  ...Object.keys(SQLITE_ATTEMPTS),
  "kill a process of the host",
  "kill by the raw function",
  "debug a process of the host",
  "renice the host",
  // A worker whose flags are its maker's has no permission model; guests' workers get none but those of the boot code.
  "read a file in a worker with no flags",
  "read a file in a worker by NODE_OPTIONS",
  "load a loader in a worker",
  "nest workers until one is free",
  "signal a process from a worker",
  ...(process.version.startsWith("v24.")
    ? ["connect to the host", "fetch from the host", "request from the host", "reach a port from a worker"]
    : []),
];

function report(outcomes: ReadonlyMap<string, ReadonlyMap<string, Outcome>>): string {
  const walls = [...outcomes.keys()];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const cell = (wall: string, name: string) => outcomes.get(wall)!.get(name) || "stopped";
  const rows = Object.keys(ATTEMPTS).map((name) => row([name, ...walls.map((wall) => cell(wall, name))]));
  return `# Which wall stops what

Each attempt of the escape suite against each wall with the others taken down. Generated by \`each-wall.test.ts\` where
WHICH_WALL is set, on ${process.platform} with Node ${process.versions.node.split(".")[0]}. "${WORKED}" means that what a script tried did work, but touched neither file, port, process nor variable of the host.

${[row(["attempt", ...walls]), row(["---", ...walls.map(() => "---")]), ...rows].join("\n")}
`;
}
