import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import node from "../src/index.ts";

let vm: TestVm;
beforeAll(() => {
  vm = bootTestVm({ software: [common, node] });
});
afterAll(() => vm.dispose());

const PIECES = 48;
const expected = Array.from({ length: PIECES }, (_, i) => String(i % 10).repeat(65_536)).join("");
const WRITE = `for (let i = 0; i < ${PIECES}; i++) process.stdout.write(String(i % 10).repeat(65536));`;

/** More than what is sent ahead, to a reader that takes its time. */
describe.each([
  ["one that reads at once", "cat"],
  ["one that begins late", "(sleep 0.05; cat)"],
])("large output to %s", (_, reader) => {
  it.each([
    ["the program's end", "", ""],
    ["process.exit()", "process.exit(0)", ""],
    ["an uncaught error", "throw new Error('bad')", ""],
    ["a signal to itself", "process.kill(process.pid, 'SIGTERM')", ""],
    ["a child's", "require('child_process').spawnSync('echo', ['child'], { stdio: 'inherit' })", "child\n"],
    ["a call on the same descriptor", "require('fs').writeSync(1, 'last')", "last"],
  ])("comes whole and before %s", async (_what, after, rest) => {
    const { stdout } = await vm.run([
      "bash",
      "-c",
      `node -e "$1" 2>/dev/null | ${reader}`,
      "-",
      WRITE + after,
    ]);
    expect(stdout.length).toBe(expected.length + rest.length);
    expect(stdout === expected + rest).toBe(true);
  });
});
