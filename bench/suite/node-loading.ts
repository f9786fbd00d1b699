// Loading large programs into guest Node.js: Pi, and TypeScript's compiler at work; beside the host's Node.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pi from "@agentos/agent-pi";
import { AgentOs, nodeModulesMount } from "@agentos/core";
import node from "@agentos/runtime-node";
import { median } from "./measure.ts";
import type { Row } from "./report.ts";
import { software } from "./subjects.ts";

const run = promisify(execFile);
const modulesOf = (name: string): string =>
  fileURLToPath(new URL(`../../packages/${name}/node_modules`, import.meta.url));

const ROUNDS = 9;
const PI = "@earendil-works/pi-coding-agent/dist";
const SHOWN = "/root/node_modules";

/** Prints the milliseconds that importing a module takes. */
const LOAD = `
const start = performance.now();
await import(process.argv[2]);
console.log(performance.now() - start);
process.exit(0);`;

export async function loadingRows(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "agentos-bench-"));
  try {
    return [...(await piRows(directory)), await compilerRow(directory)];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function piRows(directory: string): Promise<Row[]> {
  await using vm = await AgentOs.create({
    software: [software, node, pi],
    mounts: [nodeModulesMount(modulesOf("agent-pi"))],
  });
  await vm.writeFile("/tmp/load.mjs", LOAD);
  const script = join(directory, "load.mjs");
  writeFileSync(script, LOAD);
  const row = async (name: string, inVm: string, onHost: string): Promise<Row> => {
    const load = async (): Promise<number> => printed(await vm.exec(`node /tmp/load.mjs ${inVm}`));
    const loadOnHost = async (): Promise<number> => printed(await run(process.execPath, [script, onHost]));
    return await compare(name, load, loadOnHost);
  };
  const installed = realpathSync(join(modulesOf("agent-pi"), dirname(PI)));
  const [agent] = [pi.agent ?? []].flat();
  return [
    await row(
      "node, load Pi as agent-pi does",
      agent!.args!.at(-1)!,
      join(installed, "dist/bundle/index.js"),
    ),
    await row(
      "node, load Pi's 950 modules from a nodeModulesMount",
      `${SHOWN}/${PI}/index.js`,
      join(installed, "dist/index.js"),
    ),
  ];
}

function printed({ stdout, stderr }: { stdout: string; stderr: string }): number {
  const ms = Number(stdout);
  if (!(ms > 0)) throw new Error(`no time was printed: ${stdout}${stderr}`);
  return ms;
}

async function compilerRow(directory: string): Promise<Row> {
  const modules = modulesOf("testing-packages");
  await using vm = await AgentOs.create({ software: [software, node], mounts: [nodeModulesMount(modules)] });
  const project = join(directory, "project");
  for (const [path, text] of makeProject()) {
    const file = join(project, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    await vm.mkdir(dirname(`/tmp/project/${path}`), { recursive: true });
    await vm.writeFile(`/tmp/project/${path}`, text);
  }
  const compiler = "typescript/lib/tsc.js";
  return await compare(
    "node, tsc --noEmit of 200 files",
    timed(async () => {
      const { exitCode, stdout } = await vm.exec(`node ${SHOWN}/${compiler} --noEmit -p /tmp/project`);
      if (exitCode !== 0) throw new Error(`tsc failed: ${stdout}`);
    }),
    timed(() => run(process.execPath, [join(modules, compiler), "--noEmit", "-p", project])),
  );
}

const timed = (work: () => Promise<unknown>) => async (): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** One after the other, so that both meet the machine in the same state. */
async function compare(
  name: string,
  inVm: () => Promise<number>,
  onHost: () => Promise<number>,
): Promise<Row> {
  const sidecar: number[] = [];
  const host: number[] = [];
  await inVm();
  for (let round = 0; round < ROUNDS; round++) {
    host.push(await onHost());
    sidecar.push(await inVm());
  }
  const ms = { sidecar: median(sidecar), host: median(host) };
  return { name, ms, target: "≤ 1.3 × host", met: ms.sidecar <= 1.3 * ms.host };
}

const FILES = 200;

/** Modules that import each other, with interfaces, mapped types and generic functions to check. */
function makeProject(): Map<string, string> {
  const options = { strict: true, target: "es2022", module: "nodenext", types: [] };
  const files = new Map([["tsconfig.json", JSON.stringify({ compilerOptions: options, include: ["src"] })]]);
  for (let i = 0; i < FILES; i++) files.set(fileOf(i), moduleText(i));
  return files;
}

const fileOf = (i: number): string => `src/part${Math.floor(i / 20)}/module${i}.ts`;

function moduleText(i: number): string {
  const others = [i - 7, i - 14, i - 21].filter((other) => other >= 0);
  const shapes = others.map((other) => `Shape${other}`).join(" | ") || "undefined";
  return [
    ...others.map(
      (j) => `import { type Shape${j}, area${j} } from "../../${fileOf(j).replace(/ts$/, "js")}";`,
    ),
    `export interface Shape${i} { kind: "s${i}"; width: number; height: number; tags: readonly string[]; inner?: ${shapes} }`,
    `export type Getters${i} = { [K in keyof Shape${i} as \`get\${Capitalize<K>}\`]: () => Shape${i}[K] };`,
    `export function area${i}({ width, height, inner }: Shape${i}): number {`,
    "  let sum = width * height;",
    ...others.map((j) => `  if (inner?.kind === "s${j}") sum += area${j}(inner);`),
    "  return sum;",
    "}",
    ...Array.from({ length: 8 }, (_, k) => groupText(i, k)),
  ].join("\n");
}

const groupText = (i: number, k: number): string => `
export const group${i}_${k} = <T extends Shape${i}>(shapes: readonly T[], least = ${k}): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const shape of shapes.filter((each) => area${i}(each) > least)) {
    for (const tag of shape.tags) groups.set(tag, [...(groups.get(tag) ?? []), shape]);
  }
  return groups;
};`;
