import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { describe, expect, it } from "vitest";
import node from "../src/index.ts";

/** What a program prints that has /home/user/f, "0123456789", and these helpers. */
async function run(code: string): Promise<string> {
  const vm = bootTestVm({ software: [node, common] });
  const helpers = `
    const { execSync, spawnSync } = require("child_process");
    fs.writeFileSync("f", "0123456789");
    const read = (fd, length, position = null) => {
      const into = Buffer.alloc(length);
      return into.toString("latin1", 0, fs.readSync(fd, into, 0, length, position));
    };
    const cat = (fd) => spawnSync("cat", { stdio: [fd, "pipe", "pipe"] }).stdout.toString();
    const error = (run) => { try { return run(); } catch ({ code }) { return code; } };
    const quoted = (text) => "<" + text + ">";
    const show = (...values) => console.log(values.join(" "));
    const fd = fs.openSync("f", "r");`;
  try {
    const { stdout, stderr } = await vm.run(["node", "-e", `${helpers}\n${code}`]);
    return stdout + stderr;
  } finally {
    vm.dispose();
  }
}

describe("an opened file whose content came with the answer", () => {
  it("is read in parts, at positions and to its end", async () => {
    const code = "show(read(fd, 3), read(fd, 2, 7), read(fd, 4), read(fd, 99), quoted(read(fd, 1)))";
    expect(await run(code)).toBe("012 78 3456 789 <>\n");
  });

  it("is given to a child where the program has read to", async () => {
    expect(await run("show(cat(fd))")).toBe("0123456789\n");
    expect(await run("read(fd, 3); show(cat(fd), quoted(read(fd, 9)))")).toBe("3456789 <>\n");
    expect(await run("read(fd, 10); show(quoted(cat(fd)))")).toBe("<>\n");
  });

  it("shows what is written through another descriptor", async () => {
    expect(await run("fs.writeFileSync('f', 'new'); show(fs.fstatSync(fd).size, read(fd, 9))")).toBe(
      "3 new\n",
    );
    expect(await run("read(fd, 2); fs.appendFileSync('f', 'ab'); show(read(fd, 99))")).toBe("23456789ab\n");
    expect(await run("read(fd, 10); fs.appendFileSync('f', 'ab'); show(read(fd, 99))")).toBe("ab\n");
    expect(await run("fs.truncateSync('f', 4); show(fs.fstatSync(fd).size, read(fd, 9))")).toBe("4 0123\n");
  });

  it("shows what a child writes", async () => {
    expect(await run("execSync('printf xy > f'); show(read(fd, 9))")).toBe("xy\n");
  });

  it("shows what another process writes in the meantime", async () => {
    const code = `require("child_process").spawn("sh", ["-c", "sleep 0.05; printf late > f"]);
      for (;;) {
        const fd = fs.openSync("f", "r");
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15);
        const text = read(fd, 99);
        fs.closeSync(fd);
        if (text === "late") break;
      }
      show("seen")`;
    expect(await run(code)).toBe("seen\n");
  });

  it("goes on where it was for calls that are answered later", async () => {
    const code = `read(fd, 4); fs.read(fd, Buffer.alloc(3), (e, n, into) => {
      show(into, read(fd, 9)); fs.close(fd, (e) => show(e, error(() => fs.fstatSync(fd)))); })`;
    expect(await run(code)).toBe("456 789\n EBADF\n");
  });

  it("is shared with other threads", async () => {
    const code = `const { Worker } = require("worker_threads");
      const worker = new Worker("const { parentPort } = require('worker_threads'); const fs = require('fs');" +
        "parentPort.on('message', (fd) => { const into = Buffer.alloc(4); fs.readSync(fd, into); parentPort.postMessage(String(into)); })", { eval: true });
      const shared = fs.openSync("f", "r"); const first = read(shared, 3); worker.postMessage(shared);
      worker.on("message", (text) => { show(first, text, read(shared, 9)); worker.terminate(); })`;
    expect(await run(code)).toBe("012 3456 789\n");
  });

  it("is closed once", async () => {
    const code = `fs.closeSync(fd); show(error(() => fs.closeSync(fd)), error(() => read(fd, 1)), error(() => fs.fstatSync(fd)));
      const again = fs.openSync("f", "r"); show(again === fd); fs.closeSync(again);`;
    expect(await run(code)).toBe("EBADF EBADF EBADF\ntrue\n");
  });

  it("lives on when its name is gone", async () => {
    expect(await run("read(fd, 1); fs.unlinkSync('f'); show(fs.fstatSync(fd).nlink, read(fd, 3))")).toBe(
      "0 123\n",
    );
  });
});

describe("opening takes nothing away from", () => {
  it("a pipe with a name", async () => {
    const code = `execSync("mkfifo p"); require("child_process").spawn("sh", ["-c", "printf hello > p"]);
      const p = fs.openSync("p", "r"); show(read(p, 2), cat(p))`;
    expect(await run(code)).toBe("he llo\n");
  });

  it("a device and a file of /proc", async () => {
    const code = `const z = fs.openSync("/dev/zero", "r"); show(fs.fstatSync(z).isCharacterDevice(), read(z, 3) === "\\0\\0\\0");
      const s = fs.openSync("/proc/self/stat", "r"); show(read(s, 99).startsWith(process.pid + " "), read(s, 5).length > 0)`;
    expect(await run(code)).toBe("true true\ntrue true\n");
  });

  it("a directory", async () => {
    expect(
      await run(
        "const d = fs.openSync('.', 'r'); show(fs.fstatSync(d).isDirectory(), error(() => read(d, 1)))",
      ),
    ).toBe("true EISDIR\n");
  });

  it("a file that is larger than what comes with the answer", async () => {
    const code = `fs.writeFileSync("big", Buffer.alloc(3 << 20, "abc")); const b = fs.openSync("big", "r");
      show(read(b, 4), fs.fstatSync(b).size, read(b, 3 << 20).length, read(b, 9).length, fs.readFileSync("big").length)`;
    expect(await run(code)).toBe("abca 3145728 3145724 0 3145728\n");
  });
});
