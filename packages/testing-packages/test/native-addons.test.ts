// Packages whose work is done by native code say so at once, and what to use instead.

import type { AgentOs } from "@agentos/core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { packagesVm } from "./packages-vm.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let vm: AgentOs;
beforeAll(async () => {
  vm = await packagesVm();
});
afterAll(() => vm.dispose());

const run = (code: string) => vm.execFile("node", ["-e", code]);

it("better-sqlite3 cannot be loaded, and there is node:sqlite instead", async () => {
  const { stderr, exitCode } = await run('new (require("better-sqlite3"))(":memory:")');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /native addons cannot be loaded; use node:sqlite, or .*\/better-sqlite3\/.*\.node\n/,
  );
  expect(stderr).toContain("code: 'ERR_DLOPEN_DISABLED'");
  const { stdout } = await run(
    'console.log(new (require("node:sqlite").DatabaseSync)(":memory:").prepare("select 6 * 7 n").get().n)',
  );
  expect(stdout).toBe("42\n");
});

it("sharp cannot be loaded", async () => {
  const { stderr, exitCode } = await run('require("sharp")');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Could not load the "sharp" module');
  expect(stderr).toMatch(/native addons cannot be loaded; use .* in WebAssembly or JavaScript/);
});
