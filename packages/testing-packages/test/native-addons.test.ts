// Packages whose work is done by native code say so at once, and what to use instead.

import type { AgentOs } from "@agentos/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packagesVm } from "./packages-vm.ts";

let vm: AgentOs;
beforeAll(async () => {
  vm = await packagesVm();
});
afterAll(() => vm.dispose());

const run = (code: string) => vm.execFile("node", ["-e", code]);

it("better-sqlite3 cannot be loaded", async () => {
  const { stderr, exitCode } = await run('new (require("better-sqlite3"))(":memory:")');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/native addons cannot be loaded; use .* in WebAssembly or JavaScript/);
  expect(stderr).toContain("code: 'ERR_DLOPEN_DISABLED'");
});

it("sharp cannot be loaded", async () => {
  const { stderr, exitCode } = await run('require("sharp")');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Could not load the "sharp" module');
  expect(stderr).toMatch(/native addons cannot be loaded; use .* in WebAssembly or JavaScript/);
});
