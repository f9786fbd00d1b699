// Guests that take all they can get: the limits hold, with the errors that Linux gives, and others go on.

import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import node from "../../src/index.ts";

let vm: TestVm;
let neighbour: TestVm;

beforeEach(() => {
  const limits = { maxProcesses: 12, maxOpenFds: 64, maxSockets: 40, maxPipes: 40 };
  vm = bootTestVm({ software: [node, common], limits });
  neighbour = bootTestVm({ software: [node] });
});

afterEach(() => {
  vm.dispose();
  neighbour.dispose();
});

const run = async (code: string) => {
  const [result, beside] = await Promise.all([
    vm.run(["node", "-e", code]),
    neighbour.run(["node", "-p", "6 * 7"]),
  ]);
  expect(beside.stdout).toBe("42\n");
  return result;
};

/** The VM is as good as before. */
const isUsable = async () =>
  expect((await vm.run(["node", "-p", "'still ' + 'here'"])).stdout).toBe("still here\n");

describe("a guest that", () => {
  it("forks for ever gets EAGAIN", async () => {
    const code = `const cp = require("child_process"); const all = [];
      const next = () => { const c = cp.spawn("sleep", ["100"], { stdio: "ignore" }); all.push(c);
        c.on("error", (e) => { console.log(e.code); for (const c of all) c.kill("SIGKILL"); process.exit() }); c.on("spawn", next) }; next()`;
    expect((await run(code)).stdout).toBe("EAGAIN\n");
    await isUsable();
  });

  it("is a fork bomb is stopped by the limit, and goes with its VM", async () => {
    const code = `const cp = require("child_process"), fs = require("fs"); fs.writeFileSync("/tmp/bomb.js", "for (let i = 0; i < 3; i++) try { require('child_process').fork('/tmp/bomb.js').on('error', () => {}) } catch {} setInterval(() => {}, 1000)");
      cp.spawn("node", ["/tmp/bomb.js"], { detached: true, stdio: "ignore" }).unref(); setTimeout(() => { console.log("on"); process.exit() }, 300)`;
    expect((await run(code)).stdout).toBe("on\n");
    expect(vm.kernel.processes.size).toBeLessThanOrEqual(12);
  });

  it("opens files for ever gets EMFILE", async () => {
    const code = `const fs = require("fs"); let n = 0; try { for (;;) { fs.openSync("/etc/passwd"); n++ } } catch (e) { console.log(e.code, n > 50 && n < 64) }`;
    expect((await run(code)).stdout).toBe("EMFILE true\n");
    await isUsable();
  });

  it("listens for ever gets an errno", async () => {
    const code = `const net = require("net"); const next = () => net.createServer().on("error", (e) => { console.log(e.code); process.exit() }).listen(0, next); next()`;
    expect((await run(code)).stdout).toMatch(/^(EMFILE|ENFILE|ENOBUFS)\n$/);
    await isUsable();
  });

  it("watches for ever gets ENOSPC", async () => {
    const code = `const fs = require("fs"); try { for (;;) fs.watch("/tmp", () => {}) } catch (e) { console.log(e.code); process.exit() }`;
    expect((await run(code)).stdout).toMatch(/^(ENOSPC|EMFILE)\n$/);
    await isUsable();
  });

  it("floods its output is cut to what its reader takes", async () => {
    const code = `const line = "x".repeat(65536); let n = 0; for (;;) { require("fs").writeSync(1, line); if (++n === 200) break } console.error("done")`;
    const { stdout, stderr } = await run(code);
    expect([stdout.length, stderr]).toEqual([200 * 65_536, "done\n"]);
    await isUsable();
  });

  it("floods a child that does not read waits, or keeps it in its own memory", async () => {
    const code = `const c = require("child_process").fork("-e", { execArgv: ["-e", "setInterval(() => {}, 1e3)"] }); const big = "x".repeat(1e5); for (let i = 0; i < 200; i++) c.send(big); setTimeout(() => { console.log("sent"); c.kill("SIGKILL"); process.exit() }, 100)`;
    expect((await run(code)).stdout).toBe("sent\n");
    await isUsable();
  });

  it("never reads what its child writes stops the child, not the kernel", async () => {
    const code = `const c = require("child_process").spawn("yes"); setTimeout(() => { c.kill("SIGKILL"); c.stdout.destroy(); console.log("killed") }, 100)`;
    const before = process.memoryUsage().arrayBuffers;
    expect((await run(code)).stdout).toBe("killed\n");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 2 ** 20);
    await isUsable();
  });

  it("asks for very much at once gets it all, in order of work", async () => {
    const code = `const fs = require("fs"); Promise.all(Array.from({ length: 20000 }, () => fs.promises.stat("/etc/passwd"))).then((all) => console.log(all.length))`;
    expect((await run(code)).stdout).toBe("20000\n");
  });
});
