import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import node from "../../src/index.ts";

/** Scripts that try to take everything. */
const GREEDY: Readonly<Record<string, string>> = {
  "fills one array": "new Array(2 ** 32 - 2).fill(1)",
  "keeps buffers": "const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))",
  "keeps strings": "const a = []; for (let i = 0; ; i++) a.push('x'.repeat(1000) + i)",
  "keeps closures": "const a = []; for (;;) { const b = new Array(100).fill(1); a.push(() => b) }",
  "grows wasm memory":
    "const a = []; for (;;) { const m = new WebAssembly.Memory({ initial: 100 }); new Uint8Array(m.buffer).fill(1); a.push(m) }",
  "waits for ever more promises":
    "const a = []; const f = async () => { for (;;) { a.push(new Array(1000).fill(1)); await null } }; f()",
};

let greedy: TestVm;
let other: TestVm;

beforeAll(() => {
  greedy = bootTestVm({ software: [node], limits: { maxMemoryMb: 200 } });
  other = bootTestVm({ software: [node] });
});

afterAll(() => {
  greedy.dispose();
  other.dispose();
});

describe("a guest that", () => {
  for (const [name, code] of Object.entries(GREEDY)) {
    it(`${name} is ended alone`, async () => {
      const before = process.memoryUsage().rss;
      const { signal } = await greedy.run(["node", "-e", code]);
      expect(signal).toMatch(/^SIG(KILL|ABRT|TRAP)$/);
      const { stdout } = await other.run(["node", "-p", "6 * 7"]);
      expect(stdout).toBe("42\n");
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
    });
  }

  it("sets 100,000 timers leaves others their turn", async () => {
    const timers = greedy.run([
      "node",
      "-e",
      "let n = 0; for (let i = 0; i < 1e5; i++) setTimeout(() => { if (++n === 1e5) console.log('all') }, 10)",
    ]);
    expect((await other.run(["node", "-p", "1"])).stdout).toBe("1\n");
    expect((await timers).stdout).toBe("all\n");
  });
});
