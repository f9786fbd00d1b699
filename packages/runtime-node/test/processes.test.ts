import { readFileSync } from "node:fs";
import type { Spawned } from "@agentos/kernel";
import { S_IFIFO, SIGNALS, signalName } from "@agentos/kernel/abi";
import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import node from "../src/index.ts";
import type { NodeImage } from "../src/node-image.ts";

let vm: ReturnType<typeof bootTestVm>;
beforeEach(() => {
  vm = bootTestVm({ software: [node] });
});
afterEach(() => vm.dispose());

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await turn();
};

/** Starts a program and waits until it has made the file "ready". */
async function start(code: string) {
  const started = Promise.withResolvers<Spawned>();
  const running = vm.run(["node", "-e", code], { onStart: started.resolve });
  const spawned = await started.promise;
  const root = vm.namespace.caller();
  while (!(await vm.namespace.statIfExists(root, "/home/user/ready"))) await turn();
  return { running, spawned };
}

const stateOf = (pid: number): string =>
  / \(.*\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))![1]!;

const SITUATIONS = {
  "a busy loop": "ready(); for (;;);",
  "a blocked call": "ready(); require('fs').openSync('fifo')",
  "a storm of promises": "ready(); (function f() { Promise.resolve().then(f) })()",
  "a storm of ticks": "ready(); (function f() { process.nextTick(f) })()",
  "an endless regular expression": "ready(); /^(a+)+$/.test('a'.repeat(60) + 'b')",
  "a synchronous child": "ready(); require('child_process').spawnSync('node', ['-e', 'for (;;);'])",
  "a wait for shared memory": "ready(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "an idle wait": "ready(); setInterval(() => {}, 1000)",
};

describe("a guest process", () => {
  describe.each(Object.entries(SITUATIONS))("in %s", (_, code) => {
    let running: ReturnType<typeof vm.run>;
    let spawned: Spawned;
    beforeEach(async () => {
      const user = vm.namespace.caller({ uid: 1000, gid: 1000 });
      await vm.namespace.mknod(user, "/home/user/fifo", S_IFIFO | 0o644);
      const ready = `const ready = () => require("fs").writeFileSync("ready", "");`;
      ({ running, spawned } = await start(`${ready} ${code}`));
    });
    const kill = (signal: number): void => {
      vm.kernel.procOf(vm.kernel.init).kill(spawned.pid, signal);
    };

    it("dies of SIGKILL", async () => {
      const { hostPid } = spawned.process.image as NodeImage;
      kill(SIGNALS.SIGKILL);
      expect((await running).signal).toBe("SIGKILL");
      await until(() => isGone(hostPid!));
    });

    it("dies of SIGTERM", async () => {
      kill(SIGNALS.SIGTERM);
      expect((await running).signal).toBe("SIGTERM");
    });

    it.runIf(process.platform === "linux")(
      "stands still while it is stopped, goes on and can be killed",
      async () => {
        const { hostPid } = spawned.process.image as NodeImage;
        for (let i = 0; i < 2; i++) {
          kill(SIGNALS.SIGSTOP);
          await until(() => stateOf(hostPid!) === "T");
          kill(SIGNALS.SIGCONT);
          await until(() => stateOf(hostPid!) !== "T");
        }
        kill(SIGNALS.SIGSTOP);
        await until(() => stateOf(hostPid!) === "T");
        kill(SIGNALS.SIGKILL);
        expect((await running).signal).toBe("SIGKILL");
        await until(() => isGone(hostPid!));
      },
    );
  });

  it("runs listeners of signals, and dies of those without one", async () => {
    const code = `process.on("SIGUSR2", () => { console.log("got"); process.kill(process.pid, "SIGTERM") });
      setInterval(() => {}, 1000); process.kill(process.pid, "SIGUSR2");`;
    expect(await vm.run(["node", "-e", code])).toMatchObject({ stdout: "got\n", signal: "SIGTERM" });
  });

  it("is stopped and continued", async () => {
    const states: string[] = [];
    const { stdout } = await vm.run(["node", "-e", "setTimeout(() => console.log('done'), 30)"], {
      onStart: ({ pid, process }) => {
        const init = vm.kernel.procOf(vm.kernel.init);
        init.kill(pid, 19);
        states.push(process.suspended ? "T" : "R");
        setTimeout(() => init.kill(pid, 18), 60);
      },
    });
    expect([stdout, states]).toEqual(["done\n", ["T"]]);
  });

  it("obeys the shell's job control", async () => {
    const withShell = bootTestVm({ software: [common, node] });
    const script = `set -m
      node -e 'process.on("SIGCONT", () => console.log("continued")); setTimeout(() => console.log("done"), 50)' &
      kill -STOP %1; sleep 0.1; jobs; kill -CONT %1; wait %1; echo $?`;
    const { stdout } = await withShell.run(["bash", "-c", script]);
    expect(stdout).toMatch(/^\[1\]\+ {2}Stopped .*node -e/);
    expect(stdout).toMatch(/done\n0\n$/);
    withShell.dispose();
  });

  it("that runs out of memory dies alone, of SIGABRT, with Node's text", async () => {
    const { signal, stderr } = await vm.run([
      "node",
      "--max-old-space-size=64",
      "-e",
      "new Array(2**32-2).fill(1)",
    ]);
    expect(signal).toBe(signalName(6));
    expect(stderr).toContain("FATAL ERROR:");
    expect(stderr).not.toContain(process.execPath);
  });

  it("that fills its heap dies of V8's limit, which is what a container of the VM's limit would have", async () => {
    const small = bootTestVm({ software: [node], limits: { maxMemoryMb: 150 } });
    const { signal, stderr } = await small.run([
      "node",
      "-e",
      "const all = []; for (;;) all.push({ x: [] });",
    ]);
    expect(signal).toBe("SIGABRT");
    expect(stderr).toContain("JavaScript heap out of memory");
    small.dispose();
  });

  it("is gone when its VM is disposed of", async () => {
    const { running, spawned } = await start("require('fs').writeFileSync('ready', ''); for (;;);");
    const { hostPid } = spawned.process.image as NodeImage;
    vm.dispose();
    await running;
    await until(() => isGone(hostPid!));
  });

  it("that uses more memory than the VM allows is killed, whatever it keeps it in", async () => {
    const small = bootTestVm({ software: [node], limits: { maxMemoryMb: 150 } });
    const code = "const all = []; setInterval(() => all.push(new Uint8Array(2 ** 24).fill(1)), 1)";
    expect((await small.run(["node", "-e", code])).exitCode).toBe(137);
    small.dispose();
  });

  it("that uses more CPU time than the VM allows gets SIGXCPU", async () => {
    const small = bootTestVm({ software: [node], limits: { cpuTimeMs: 300 } });
    expect((await small.run(["node", "-e", "for (;;);"])).signal).toBe("SIGXCPU");
    small.dispose();
  });

  it("loses nothing that it wrote before process.exit()", async () => {
    const code = "process.stdout.write('x'.repeat(300000)); process.exit(0)";
    expect((await vm.run(["node", "-e", code])).stdout.length).toBe(300_000);
  });

  it("gives back what it has used and dropped, when it rests", async () => {
    const code = `let used = Array.from({ length: 300_000 }, (_, i) => ({ i }));
      const known = new WeakRef(used);
      for (const end = performance.now() + 300; performance.now() < end; );
      used = undefined;
      const watch = () => known.deref() ? setTimeout(watch, 200) : console.log("given back");
      setImmediate(watch);`;
    expect((await vm.run(["node", "-e", code])).stdout).toBe("given back\n");
  });

  it("has V8's collector only where its command line asks for it", async () => {
    const code = "[typeof gc, require('vm').runInNewContext('typeof gc')].join()";
    expect((await vm.run(["node", "-p", code])).stdout).toBe("undefined,undefined\n");
    expect((await vm.run(["node", "--expose-gc", "-p", code])).stdout).toBe("function,function\n");
  });

  it("refuses options that it does not know", async () => {
    expect(await vm.run(["node", "--nope"])).toMatchObject({
      exitCode: 9,
      stderr: "node: bad option: --nope\n",
    });
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
