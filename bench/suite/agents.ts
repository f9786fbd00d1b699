// Sessions with the Pi coding agent beside Pi on the host's own Node; the model is scripted.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pi from "@agentos/agent-pi";
import { AgentOs, type SessionRecord } from "@agentos/core";
import node from "@agentos/runtime-node";
import { FakeProvider } from "@agentos/testing-llm";
import { median } from "./measure.ts";
import { descendants, proportionalKb } from "./processes.ts";
import type { Row } from "./report.ts";
import { software } from "./subjects.ts";

const MODEL = "claude-sonnet-4-5";
const ENV = { AGENTOS_PI_MODEL: `anthropic/${MODEL}` };
const ROUNDS = 7;
const CROWD = 20;
/** Between two prompts a session gives back what it does not need. */
const REST_MS = 3000;

export async function agentRows(): Promise<Row[]> {
  await using provider = await FakeProvider.start({
    answers: [
      ...Array.from({ length: CROWD }, (_, i) => ({
        when: `"work ${i}"`,
        message: [{ tool: "bash", input: { command: `echo ${i} > ${i}.txt; seq 1000 | wc -l` } }],
      })),
      { message: [{ text: "Done." }] },
    ],
  });
  await using handle = AgentOs.createSidecar();
  await using vm = await AgentOs.create({
    software: [software, node, pi],
    sidecar: { kind: "explicit", handle },
    llm: { provider: "anthropic", apiKey: "none", baseUrl: provider.url },
    onPermissionRequest: () => "once",
  });
  return [
    await startRow(vm),
    await promptRow(vm, provider.url),
    await memoryRow(vm, handle.describe().pid!),
    await crowdRow(vm),
  ];
}

async function startRow(vm: AgentOs): Promise<Row> {
  const host: number[] = [];
  const uncached: number[] = [];
  const sidecar: number[] = [];
  // In one place, as an installed package's: Node's compile cache knows scripts by their paths.
  const scripts = mkdtempSync(join(tmpdir(), "agentos-bench-"));
  await hostStart(scripts);
  await vm.closeSession(await vm.createSession("pi", { env: ENV }));
  for (let round = 0; round < ROUNDS; round++) {
    host.push(await hostStart(scripts));
    uncached.push(await hostStart(scripts, { NODE_DISABLE_COMPILE_CACHE: "1" }));
    const start = performance.now();
    const session = await vm.createSession("pi", { env: ENV });
    sidecar.push(performance.now() - start);
    await vm.closeSession(session);
  }
  rmSync(scripts, { recursive: true });
  const ms = { sidecar: median(sidecar), host: median(host) };
  const note = `the host without its compile cache: ${median(uncached).toFixed(0)} ms`;
  return { name: "createSession(pi)", ms, note, target: "≤ 1.3 × host", met: ms.sidecar <= 1.3 * ms.host };
}

/** The same adapter and the same Pi, run by the host's Node. @returns milliseconds until its session is open */
async function hostStart(scripts: string, variables: NodeJS.ProcessEnv = {}): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), "agentos-bench-"));
  const agent = [pi.agent ?? []].flat()[0]!;
  const files = (agent.args ?? []).map((path) => onHost(scripts, path));
  const start = performance.now();
  const child = spawn(process.execPath, files, {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      ANTHROPIC_API_KEY: "none",
      ...agent.env,
      ...ENV,
      ...variables,
    },
  });
  try {
    await ask(child, 1, "initialize", { protocolVersion: 1 });
    await ask(child, 2, "session/new", { cwd: home, mcpServers: [] });
    return performance.now() - start;
  } finally {
    child.stdin.end();
    await once(child, "close");
    rmSync(home, { recursive: true });
  }
}

/** Where a file is that the VM is shown; what only the package holds is written into `directory`. */
function onHost(directory: string, path: string): string {
  const shown = Object.entries(pi.directories ?? {}).find(([candidate]) => path.startsWith(`${candidate}/`));
  if (shown) return join(shown[1], path.slice(shown[0].length));
  for (const [file, content] of Object.entries(pi.files)) {
    if (dirname(file) === dirname(path)) writeFileSync(join(directory, basename(file)), content);
  }
  return join(directory, basename(path));
}

async function ask(child: ChildProcessWithoutNullStreams, id: number, method: string, params: object) {
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { id?: number; error?: unknown };
    if (message.error) throw new Error(`Pi on the host answered ${line}`);
    if (message.id === id) return;
  }
  throw new Error("Pi on the host has ended");
}

async function promptRow(vm: AgentOs, url: string): Promise<Row> {
  const session = await vm.createSession("pi", { env: ENV });
  const direct: number[] = [];
  const prompted: number[] = [];
  for (let round = 0; round < 30; round++) {
    const start = performance.now();
    const body = JSON.stringify({ model: MODEL, stream: true, max_tokens: 100, messages: [] });
    await (await fetch(`${url}/v1/messages`, { method: "POST", body })).text();
    const between = performance.now();
    await vm.sendPrompt(session, "hello");
    direct.push(between - start);
    prompted.push(performance.now() - between);
  }
  await vm.closeSession(session);
  const ms = { sidecar: median(prompted), host: median(direct) };
  const overhead = ms.sidecar - ms.host;
  return {
    name: "prompt, beside the model asked directly",
    ms,
    note: `${overhead.toFixed(1)} ms more`,
    target: "≤ 15 ms more",
    met: overhead <= 15,
  };
}

async function memoryRow(vm: AgentOs, sidecar: number): Promise<Row> {
  const COUNT = 5;
  const open: SessionRecord[] = [];
  const grow = async (count: number) => {
    while (open.length < count) {
      const session = await vm.createSession("pi", { env: ENV });
      await vm.sendPrompt(session, "hello");
      open.push(session);
    }
    await sleep(REST_MS);
    return weightOf(sidecar);
  };
  const before = await grow(1);
  const kb = ((await grow(1 + COUNT)) - before) / COUNT;
  await Promise.all(open.map((session) => vm.closeSession(session)));
  return {
    name: "memory of a live Pi session, at rest",
    ms: {},
    kb,
    target: "≤ 90 MB",
    met: kb <= 90 * 1024,
  };
}

/** Proportional kilobytes of a process and all that came from it. */
const weightOf = (root: number): number =>
  [root, ...descendants(root)].reduce((sum, pid) => sum + proportionalKb(pid), 0);

async function crowdRow(vm: AgentOs): Promise<Row> {
  const sessions = await Promise.all(
    Array.from({ length: CROWD }, () => vm.createSession("pi", { env: ENV })),
  );
  const start = performance.now();
  await Promise.all(sessions.map((session, i) => vm.sendPrompt(session, `work ${i}`)));
  const ms = { sidecar: performance.now() - start };
  let inOrder = true;
  for (const [i, session] of sessions.entries()) {
    const events = await vm.getSessionEvents(session);
    const kinds = events.map((event) => (event.type === "update" ? event.update.sessionUpdate : event.type));
    inOrder &&= events.every(({ seq }, index) => seq === index + 1);
    inOrder &&=
      kinds.indexOf("tool_call") < kinds.indexOf("agent_message_chunk") && kinds.at(-1) === "turn_end";
    inOrder &&= (await vm.readFile(`/home/user/${i}.txt`, "utf8")) === `${i}\n`;
  }
  await Promise.all(sessions.map((session) => vm.closeSession(session)));
  return {
    name: `${CROWD} Pi sessions, a tool call each`,
    ms,
    target: "none fails, events in order",
    met: inOrder,
  };
}
