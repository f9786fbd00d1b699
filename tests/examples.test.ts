// Each example is run as its reader would run it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

async function run(example: string): Promise<string> {
  const script = `examples/${example}/${example}.ts`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@agentos/source", script]);
  return stdout;
}

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
