import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { AgentOs, ConfigError, SidecarExitError, type SidecarHandle } from "@agentos/core";
import common, { tools } from "@agentos/software-common";
import { afterEach, describe, expect, it } from "vitest";

const handles: SidecarHandle[] = [];

function createSidecar(): SidecarHandle {
  const handle = AgentOs.createSidecar();
  handles.push(handle);
  return handle;
}

const inSidecar = (handle: SidecarHandle) => ({
  sidecar: { kind: "explicit", handle } as const,
  software: common,
});

afterEach(async () => {
  await Promise.all(handles.splice(0).map((handle) => handle.dispose()));
});

/** A zombie has ended, whoever is to reap it. */
const isAlive = (pid: number) => {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "gone) Z";
  return !/\) Z/.test(stat);
};

describe("sidecars", () => {
  it("a sidecar serves many VMs that share nothing but the process", async () => {
    const handle = createSidecar();
    expect(handle.describe()).toEqual({ kind: "explicit", pid: undefined, state: "idle", vmCount: 0 });
    await using one = await AgentOs.create(inSidecar(handle));
    await using two = await AgentOs.create(inSidecar(handle));
    expect(handle.describe()).toMatchObject({ state: "running", vmCount: 2 });
    await one.writeFile("/tmp/mine", "");
    expect(await two.exists("/tmp/mine")).toBe(false);
    await one.dispose();
    expect(handle.describe().vmCount).toBe(1);
  });

  it("disposing a sidecar ends its process and its VMs", async () => {
    const handle = createSidecar();
    const vm = await AgentOs.create(inSidecar(handle));
    const { pid } = handle.describe();
    const pending = vm.execFile("sleep", ["1000"]);
    const failed = expect(pending).rejects.toMatchObject({ name: "VmDisposedError" });
    await handle.dispose();
    await failed;
    expect(isAlive(pid!)).toBe(false);
    expect(handle.describe().state).toBe("disposed");
    await vm.dispose();
    await expect(AgentOs.create(inSidecar(handle))).rejects.toBeInstanceOf(ConfigError);
  });

  it("a killed sidecar rejects every pending call with SidecarExitError, and the next VM gets a fresh one", async () => {
    const handle = createSidecar();
    const vm = await AgentOs.create(inSidecar(handle));
    const { pid } = await vm.spawn("sleep", ["1000"]);
    const output = vm.onProcessOutput(pid, () => {});
    const pending = Promise.allSettled([
      vm.execFile("sleep", ["1000"]),
      vm.waitProcess(pid),
      vm.createReadStream("/dev/zero").resume().toArray(),
    ]);
    await vm.stat("/");
    process.kill(handle.describe().pid!, "SIGKILL");
    for (const outcome of await pending) {
      expect(outcome.status).toBe("rejected");
      const { reason } = outcome as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(SidecarExitError);
      expect(reason).toMatchObject({ signal: "SIGKILL" });
    }
    await output.ended;
    await expect(vm.stat("/")).rejects.toBeInstanceOf(SidecarExitError);
    await vm.dispose();
    await using next = await AgentOs.create(inSidecar(handle));
    expect((await next.execFile("echo", ["again"])).stdout).toBe("again\n");
  });

  it("a create that meets a sidecar just killed is served by a fresh one", async () => {
    const handle = createSidecar();
    await using _first = await AgentOs.create(inSidecar(handle));
    process.kill(handle.describe().pid!, "SIGKILL");
    await using vm = await AgentOs.create(inSidecar(handle));
    expect(await vm.exists("/etc/passwd")).toBe(true);
  });

  it("the sidecar's environment is scrubbed", async () => {
    const handle = createSidecar();
    await using _vm = await AgentOs.create(inSidecar(handle));
    expect(readFileSync(`/proc/${handle.describe().pid}/environ`, "utf8")).toBe("");
  });

  it("software that cannot be loaded there is a ConfigError that names the module", async () => {
    const handle = createSidecar();
    const missing = { ...tools, from: "file:///none/software.js" };
    await expect(AgentOs.create({ ...inSidecar(handle), software: missing })).rejects.toMatchObject({
      name: "ConfigError",
      option: "software",
      message: expect.stringContaining("file:///none/software.js"),
    });
    const other = { ...tools, version: "9.9.9" };
    await expect(AgentOs.create({ ...inSidecar(handle), software: other })).rejects.toThrow(
      /9\.9\.9 in the app/,
    );
    expect(handle.describe().vmCount).toBe(0);
  });

  it("a snapshot forks VMs of the same sidecar, and is refused elsewhere", async () => {
    const handle = createSidecar();
    await using vm = await AgentOs.create(inSidecar(handle));
    await vm.writeFile("/home/user/state", "before");
    using root = await vm.snapshot();
    await vm.writeFile("/home/user/state", "after");
    await using fork = await AgentOs.create({ ...inSidecar(handle), root });
    expect(await fork.readFile("/home/user/state", "utf8")).toBe("before");
    await fork.writeFile("/home/user/state", "fork");
    expect(await vm.readFile("/home/user/state", "utf8")).toBe("after");
    await expect(AgentOs.create({ ...inSidecar(createSidecar()), root })).rejects.toThrow(/another sidecar/);
    await expect(AgentOs.create({ root, sidecar: { kind: "inline" } })).rejects.toMatchObject({
      option: "root",
    });
  });

  /** Runs a module of its own process, so that its event loop and its children can be watched. */
  async function runApp(source: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const flags = ["--conditions=@agentos/source", "--input-type=module", "-e"];
    const app = spawn(process.execPath, [...flags, source], { cwd: import.meta.dirname });
    const result = { code: 0, stdout: "", stderr: "" };
    app.stdout.on("data", (data) => (result.stdout += data));
    app.stderr.on("data", (data) => (result.stderr += data));
    [result.code] = (await once(app, "close")) as [number];
    return result;
  }

  it("an idle VM does not keep the app alive, a pending call does, and the sidecar ends with the app", async () => {
    const { code, stdout, stderr } = await runApp(`
      import { AgentOs } from "@agentos/core";
      import common from "@agentos/software-common";
      const handle = AgentOs.createSidecar();
      const vm = await AgentOs.create({ software: common, sidecar: { kind: "explicit", handle } });
      vm.execFile("sleep", ["0.05"]).then(({ exitCode }) => console.log(exitCode, handle.describe().pid));
    `);
    expect([code, stderr]).toEqual([0, ""]);
    const [exitCode, pid] = stdout.split(" ").map(Number);
    expect(exitCode).toBe(0);
    await expect.poll(() => isAlive(pid!)).toBe(false);
  });

  it.each(["inline", "shared"])("dispose leaves nothing behind (%s)", async (kind) => {
    const { code, stdout, stderr } = await runApp(`
      import { AgentOs } from "@agentos/core";
      import common from "@agentos/software-common";
      const vm = await AgentOs.create({ software: common, sidecar: { kind: "${kind}" } });
      vm.execFile("sleep", ["1000"], { timeoutMs: 100000 }).catch((error) => console.log(error.name));
      const { pid } = await vm.spawn("sleep", ["1000"], { pty: true });
      vm.onProcessOutput(pid, () => {});
      await vm.dispose();
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      console.log(process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap" && name !== "ProcessWrap").join());
    `);
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: "VmDisposedError\n\n" });
  });
});
