// Programs that use a library run in a VM as they do on the host.

import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { AgentOs } from "@agentos/core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { FIXTURES, packagesVm } from "./packages-vm.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let vm: AgentOs;
beforeAll(async () => {
  vm = await packagesVm();
});
afterAll(() => vm.dispose());

function runOnHost(file: string) {
  return new Promise((resolve) => {
    execFile(process.execPath, [file], (error, stdout, stderr) => {
      resolve({ exitCode: error?.code ?? 0, stdout, stderr });
    });
  });
}

const programs = readdirSync(join(FIXTURES, "libraries"));

it.each(programs)("%s", async (program) => {
  const [inVm, onHost] = await Promise.all([
    vm.execFile("node", [`fixtures/libraries/${program}`]),
    runOnHost(join(FIXTURES, "libraries", program)),
  ]);
  const { exitCode, stdout, stderr } = inVm;
  expect({ exitCode, stdout, stderr }).toEqual(onHost);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/./) });
});
