import { spawnSync } from "node:child_process";
import { gunzipSync, gzipSync } from "node:zlib";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tools } from "../index.ts";

const hostGzip = spawnSync("gzip", ["--version"]).status === 0;
const DATA = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));

let vm: TestVm;
beforeEach(() => {
  vm = bootTestVm({ software: [tools] });
});
afterEach(() => vm.dispose());

describe("gzip streams", () => {
  it.skipIf(!hostGzip).each(["-1", "-6", "-9"])("what gzip %s writes, GNU gzip expands", async (level) => {
    const { stdoutBytes } = await vm.run(["gzip", level], { stdin: DATA });
    const expanded = spawnSync("gzip", ["-dc"], { input: stdoutBytes, maxBuffer: 1 << 20 });
    expect(expanded.stdout.equals(DATA)).toBe(true);
  });

  it.skipIf(!hostGzip)("expands what GNU gzip writes, name and time included", async () => {
    const packed = spawnSync("gzip", ["-9"], { input: DATA }).stdout;
    const { stdoutBytes, exitCode } = await vm.run(["gunzip"], { stdin: packed });
    expect(exitCode).toBe(0);
    expect(Buffer.from(stdoutBytes).equals(DATA)).toBe(true);
  });

  it("expands several members one after the other", async () => {
    const stdin = Buffer.concat([gzipSync("one\n"), gzipSync("two\n")]);
    expect((await vm.run(["zcat"], { stdin })).stdout).toBe("one\ntwo\n");
  });

  it("keeps a damaged file and leaves no half-written one behind", async () => {
    const packed = gzipSync(DATA);
    packed.fill(0x55, packed.length >> 1, (packed.length >> 1) + 40);
    await vm.writeFile("/home/user/x.gz", packed);
    const run = await vm.run(["gunzip", "x.gz"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(/^\ngzip: x\.gz: /);
    expect((await vm.run(["ls"])).stdout).toBe("x.gz\n");
  });

  it("expands a bomb as it is read, in bounded memory", async () => {
    const bomb = gzipSync(Buffer.alloc(32 << 20));
    const run = await vm.run(["gzip", "-l"], { stdin: bomb });
    expect(run.exitCode).toBe(0);
    expect(gunzipSync(bomb).length).toBe(32 << 20);
    expect(run.stdout).toContain(String(32 << 20));
  });
});
