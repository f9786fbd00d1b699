// Each example is run as its reader would run it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 2 });

/** Without a key, so that models play their scripts. */
async function run(example: string): Promise<string> {
  const script = `examples/${example}/${example}.ts`;
  const env = { ...process.env, ANTHROPIC_API_KEY: "" };
  const command = promisify(execFile)(process.execPath, ["--conditions=@agentos/source", script], { env });
  return (await command).stdout;
}

it.concurrent("hello-world: a command and a file", async () => {
  expect(await run("hello-world")).toBe("Hello from agentos (exit code 0)\nHello from agentos\n\n");
});

it.concurrent("filesystem: files, a directory of the host, a watch, a fork", async () => {
  const stdout = await run("filesystem");
  expect(stdout).toContain("/home/user/notes/old/b.txt 6\n");
  expect(stdout).toContain("ENOENT /none\nAda\nGrace\n");
  expect(stdout).toContain("watched: rename /scratch/new\n");
  expect(stdout).toContain("fork: pears\n\noriginal: apples\n");
});

it.concurrent("processes: to their end, in the background, at a terminal", async () => {
  const stdout = await run("processes");
  expect(stdout).toContain("A PIPELINE OF REAL PROCESSES\ntimed out: true said: begun\n");
  expect(stdout).toContain("awk: 42\n144\nawk ended with 0\n");
  expect(stdout).toContain("sleeper: caught\nsleeper ended with 3\nterminal of 10 lines\n");
});

it.concurrent("network: a server of the machine's, and what it may reach", async () => {
  const stdout = await run("network");
  expect(stdout).toContain("in the machine: /inside 1\nvmFetch: 200 /outside 1\nfetch: /stream 1\n");
  expect(stdout).toMatch(/weather of the host\nrefused\n$/);
});

it.concurrent("mounts: files that outlive the machine", async () => {
  expect(await run("mounts")).toBe("the first was here\nthe first was here\nthe second was here\n");
});

it.concurrent("agent-session: prompts, approvals, cancelling, resuming", async () => {
  const stdout = await run("agent-session");
  expect(stdout).toContain("  tool: write poem.txt\n");
  expect(stdout).toContain(
    "it says: I wrote poem.txt. I was not allowed to remove it.\nthe file: Roses are red.\n",
  );
  expect(stdout).toMatch(
    /then: cancelled\nit says: You asked me to write a poem\.\nthe transcript has it all\n$/,
  );
});

it.concurrent("llm-gateway: no key in the machine, a budget, few models", async () => {
  const stdout = await run("llm-gateway");
  expect(stdout).toContain("ANTHROPIC_API_KEY=agentos-…\n");
  expect(stdout).toMatch(/^usage: claude-haiku-4-5, \d+ tokens$/m);
  expect(stdout).toMatch(/^refused: .*this session has used its budget: \d+ of 150 tokens/m);
  expect(stdout).toMatch(
    /^refused: .*the model .*claude-opus-4-5.* is not allowed; allowed: claude-haiku-\*/m,
  );
});

it.concurrent("end-to-end: an agent mends a project of the host's", async () => {
  const stdout = await run("end-to-end");
  expect(stdout).toContain("tickets closed: 7: minus was plus\ncheck: the test passes\n20 + 22 = 42\n");
  expect(stdout).toContain("on the host: export const add = (a, b) => a + b;\n");
});

it.concurrent("tools: functions of the app are commands of the VM", async () => {
  const stdout = await run("tools");
  expect(stdout).toMatch(/^agentos-weather forecast +The weather of the next days in a city$/m);
  expect(stdout).toContain('{"ok":true,"result":{"city":"Paris","unit":"celsius","temperatures":[18,19]}}\n');
  expect(stdout).toContain('{"ok":false,"error":"--days: expected a number, got \\"many\\""');
  expect(stdout).toContain("--status open | grep -o 'Login fails'\nLogin fails\n");
  expect(stdout).toContain('{"ok":true,"result":{"city":"Oslo","unit":"fahrenheit"');
});

it.concurrent("cron: work at set times", async () => {
  const stdout = await run("cron");
  expect(stdout).toContain("heartbeat: * * * * * *\n");
  expect(stdout).toContain("heartbeat finished, run 1\n");
  expect(stdout).toMatch(/heartbeats so far: [12]\n/);
});

it.concurrent("bring-your-own-agent: a software package with an agent that speaks ACP", async () => {
  const stdout = await run("bring-your-own-agent");
  expect(stdout).toContain("agents: list (Shopping list)\n");
  expect(stdout).toContain("> apples\nI have put apples on the list. (end_turn)\n");
  expect(stdout).toContain("> cake\nThen no cake. (end_turn)\n");
  expect(stdout).toContain("\napples\n\n14 events in the transcript\n");
});
