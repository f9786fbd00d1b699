import { spawnSync } from "node:child_process";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tools } from "../index.ts";
import { differential } from "../testing/host-tree-oracle.ts";

const onHost = spawnSync("bzip2", ["-h"]).status === 0;
const pseudoRandom = Buffer.from(
  Array.from({ length: 150_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 0xff),
);

const TEXTS: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  "one byte": Buffer.from("x"),
  "a line": Buffer.from("hello hello hello\n"),
  "every byte": Buffer.from(Array.from({ length: 1024 }, (_, i) => i & 0xff)),
  "one byte a million times": Buffer.alloc(1_000_000, "a"),
  "two bytes again and again": Buffer.from("ab".repeat(60_000)),
  "runs of 3 to 260": Buffer.concat(Array.from({ length: 258 }, (_, i) => Buffer.alloc(i + 3, i & 0xff))),
  "what does not compress": pseudoRandom,
  "several blocks": Buffer.from("The quick brown fox jumps over the lazy dog. ".repeat(6000)),
};

/** "hello world\n" as bzip2 1.0.8 writes it. */
const HELLO = "QlpoOTFBWSZTWU7s6DYAAAJRgAAQQAAGRJCAIAAxBkxBAaeppYC7lDH4u5IpwoSCd2dBsA==";

let vm: TestVm;
beforeEach(() => {
  vm = bootTestVm({ software: [tools] });
});
afterEach(() => vm.dispose());

describe("bzip2 streams", () => {
  it.each(Object.entries(TEXTS))("give %s back", async (_, text) => {
    const packed = await vm.run(["bzip2", "-1"], { stdin: text });
    const { stdoutBytes, exitCode } = await vm.run(["bunzip2"], { stdin: Buffer.from(packed.stdoutBytes) });
    expect(exitCode).toBe(0);
    expect(Buffer.from(stdoutBytes).equals(text)).toBe(true);
  });

  it.skipIf(!onHost).each(Object.entries(TEXTS))("are exchanged with bzip2: %s", async (_, text) => {
    const packed = await vm.run(["bzip2", "-2"], { stdin: text });
    const expanded = spawnSync("bzip2", ["-dc"], { input: packed.stdoutBytes, maxBuffer: 1 << 22 });
    expect(expanded.stdout.equals(text)).toBe(true);
    const theirs = spawnSync("bzip2", ["-c"], { input: text, maxBuffer: 1 << 22 }).stdout;
    const { stdoutBytes } = await vm.run(["bzcat"], { stdin: theirs });
    expect(Buffer.from(stdoutBytes).equals(text)).toBe(true);
  });

  it("of another program are expanded", async () => {
    const { stdout } = await vm.run(["bzcat"], { stdin: Buffer.from(HELLO, "base64") });
    expect(stdout).toBe("hello world\n");
  });

  it("that are damaged or cut off are reported", async () => {
    const packed = Buffer.from((await vm.run(["bzip2"], { stdin: pseudoRandom })).stdoutBytes);
    expect((await vm.run(["bunzip2"], { stdin: packed.subarray(0, packed.length - 20) })).exitCode).toBe(2);
    packed.fill(0x55, packed.length >> 1, (packed.length >> 1) + 20);
    expect((await vm.run(["bunzip2"], { stdin: packed })).exitCode).toBe(2);
    expect((await vm.run(["bunzip2"], { stdin: "junk" })).exitCode).toBe(2);
  });

  it("follow one another", async () => {
    const one = Buffer.from(HELLO, "base64");
    const { stdout } = await vm.run(["bzcat"], { stdin: Buffer.concat([one, one]) });
    expect(stdout).toBe("hello world\nhello world\n");
  });
});

describe("bzip2 files", () => {
  differential({ a: "alpha\n", b: "beta\n".repeat(500) }, [
    ["bzip2 a", "bunzip2 a.bz2"],
    ["bzip2 -k a", "bzcat a.bz2 a.bz2", "rm a.bz2"],
    { run: ["bzip2 -k a", "bzip2 -k a", "bzip2 -t a.bz2", "rm a.bz2"], quiet: true },
    { run: ["bzip2 nope"], quiet: true },
    { run: ["bzip2 -d a"], quiet: true },
  ]);
});
