// Worker threads count as processes of the VM, and are no way to outlive or block it.

import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterEach, expect, it } from "vitest";
import node from "../src/index.ts";

let vm: TestVm;

function boot(code: string, limits = {}): void {
  const source = `const { Worker } = require("worker_threads");\n${code}`;
  vm = bootTestVm({ software: [node, common], files: { "/home/user/main.js": source }, limits });
}

afterEach(() => vm.dispose());

const INIT_AND_PROGRAM = 2;

it("a worker too many is refused as Linux refuses a thread", async () => {
  boot(
    `const idle = () => new Worker("setInterval(() => {}, 1000)", { eval: true }); let count = 0;
     try { for (;;) { idle(); count++; } } catch (e) { console.log(count, e.code, e.message); process.exit(); }`,
    { maxProcesses: 8 },
  );
  const { stdout } = await vm.run(["node", "main.js"]);
  // The other two are init and the program.
  expect(stdout).toBe("6 ERR_WORKER_INIT_FAILED Worker initialization failure: EAGAIN\n");
});

it("a worker that has ended makes room for another", async () => {
  boot(
    `let left = 20; const next = () => left-- > 0 ? new Worker("1", { eval: true }).on("exit", next) : console.log("done"); next();`,
    { maxProcesses: 4 },
  );
  const { stdout, stderr } = await vm.run(["node", "main.js"]);
  expect([stdout, stderr]).toEqual(["done\n", ""]);
});

it.each([
  ["computes", "for (;;);"],
  ["waits for shared memory", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"],
  ["waits in a system call", "require('child_process').execSync('sleep 1000')"],
])("SIGKILL ends a program whose worker %s", async (_what, code) => {
  boot(
    `const w = new Worker(${JSON.stringify(code)}, { eval: true }); w.on("online", () => setTimeout(() => process.kill(process.pid, "SIGKILL"), 20));`,
  );
  const { signal } = await vm.run(["node", "main.js"]);
  expect(signal).toBe("SIGKILL");
  expect((await vm.run(["sh", "-c", "ps -o comm | grep -c node"])).stdout).toBe("0\n");
});

it("a worker that waits in a system call holds up no other thread", async () => {
  boot(
    `const fs = require("fs"); const slow = new Worker("require('child_process').execSync('sleep 1000')", { eval: true });
     const quick = new Worker("const fs = require('fs'); for (let i = 0; i < 50; i++) fs.writeFileSync('/tmp/q', String(i)); require('worker_threads').parentPort.postMessage(fs.readFileSync('/tmp/q', 'utf8'))", { eval: true });
     slow.on("online", () => fs.writeFileSync("/tmp/main", "x"));
     quick.on("message", (m) => { console.log(m); slow.terminate().then((code) => console.log(code)); });`,
  );
  const { stdout } = await vm.run(["node", "main.js"]);
  expect(stdout).toBe("49\n1\n");
});

it.each([
  ["reads a piece", "fs.readSync(fs.openSync('pipe', 'r+'), Buffer.alloc(100))"],
  ["reads to the end", "fs.readFileSync(fs.openSync('pipe', 'r+'))"],
  ["reads later", "fs.read(fs.openSync('pipe', 'r+'), Buffer.alloc(100), () => {})"],
  ["streams", "fs.createReadStream('pipe', { flags: 'r+' }).resume()"],
])("a worker that was ended takes no more input: one that %s", async (_what, code) => {
  boot(
    `const fs = require("fs"); require("child_process").execSync("mkfifo pipe"); const own = fs.openSync("pipe", "r+");
     const w = new Worker(${JSON.stringify(`const fs = require("fs"); require("worker_threads").parentPort.postMessage(1); ${code}`)}, { eval: true });
     const until = (file, then) => { const timer = setInterval(() => { if (fs.existsSync(file)) { clearInterval(timer); then(); } }, 5); };
     w.on("message", () => setTimeout(async () => { await w.terminate(); fs.writeFileSync("terminated", ""); until("go", () => { fs.writeSync(own, "kept"); const b = Buffer.alloc(9); console.log(b.toString("utf8", 0, fs.readSync(own, b))); process.exit(); }); }, 50));`,
  );
  const running = vm.run(["node", "main.js"]);
  const user = vm.namespace.caller();
  const { processes } = vm.kernel.quotas;
  const hasEnded = async () =>
    (await vm.namespace.statIfExists(user, "/home/user/terminated")) && processes.used === INIT_AND_PROGRAM;
  while (!(await hasEnded())) await new Promise((resolve) => setImmediate(resolve));
  await vm.writeFile("/home/user/go", "");
  const { stdout, stderr } = await running;
  expect([stdout, stderr]).toEqual(["kept\n", ""]);
});
