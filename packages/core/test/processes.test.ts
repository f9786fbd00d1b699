import type { AgentOs } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";

/** Collects a process's output as text. */
function outputOf(vm: AgentOs, pid: number) {
  const seen = { stdout: "", stderr: "" };
  const { ended } = vm.onProcessOutput(pid, ({ stream, data }) => {
    seen[stream] += Buffer.from(data).toString();
  });
  return { seen, ended };
}

describe.each(MODES)("processes (%s)", (mode) => {
  it("execFile runs a program to its end with its input, and tells how it went", async () => {
    const vm = await createVm(mode);
    const result = await vm.execFile("sort", ["-r"], { stdin: "a\nb\n" });
    expect(result).toMatchObject({
      exitCode: 0,
      signal: null,
      stdout: "b\na\n",
      stderr: "",
      truncated: false,
      timedOut: false,
    });
    expect(result.stdoutBytes).toEqual(new Uint8Array(Buffer.from("b\na\n")));
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it("a program that is not there, or may not run, is ENOENT or EACCES", async () => {
    const vm = await createVm(mode);
    await expect(vm.execFile("no-such")).rejects.toMatchObject({
      code: "ENOENT",
      syscall: "spawn",
      path: "no-such",
    });
    await vm.writeFile("/tmp/plain", "text");
    await expect(vm.execFile("/tmp/plain")).rejects.toMatchObject({ code: "EACCES" });
    await expect(vm.execFile("ls", [], { cwd: "/none" })).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("starts in the user's home with the usual environment, which options change", async () => {
    const vm = await createVm(mode, { env: { FROM_VM: "1" }, hostname: "box" });
    const { stdout } = await vm.execFile("env", [], { env: { FROM_EXEC: "2" } });
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining([
        "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
        "HOME=/home/user",
        "USER=user",
        "LOGNAME=user",
        "SHELL=/bin/bash",
        "PWD=/home/user",
        "LANG=C.UTF-8",
        "FROM_VM=1",
        "FROM_EXEC=2",
      ]),
    );
    expect((await vm.execFile("pwd", [], { cwd: "/tmp" })).stdout).toBe("/tmp\n");
    expect((await vm.execFile("id", ["-un"])).stdout).toBe("user\n");
    expect((await vm.execFile("hostname")).stdout).toBe("box\n");
  });

  it("runs as another user when told to", async () => {
    const vm = await createVm(mode, { user: "root" });
    expect((await vm.execFile("id", ["-u"])).stdout).toBe("0\n");
    expect((await vm.execFile("pwd")).stdout).toBe("/root\n");
    await expect(createVm(mode, { user: "nobody-knows" })).rejects.toMatchObject({
      name: "ConfigError",
      option: "user",
    });
  });

  it("output past the limit is cut, the command is killed and the VM goes on", async () => {
    const vm = await createVm(mode);
    const result = await vm.execFile("cat", ["/dev/zero"], { maxOutputBytes: 100_000 });
    expect(result).toMatchObject({ truncated: true, signal: "SIGKILL", exitCode: null });
    expect(result.stdoutBytes).toHaveLength(100_000);
    expect((await vm.execFile("true")).exitCode).toBe(0);
  });

  it("a command whose time is up is killed and what it printed is kept", async () => {
    const vm = await createVm(mode);
    await vm.writeFile("/tmp/log", "so far\n");
    const result = await vm.execFile("tail", ["-f", "/tmp/log"], { timeoutMs: 60 });
    expect(result).toMatchObject({ timedOut: true, stdout: "so far\n", signal: "SIGKILL" });
    expect((await vm.listProcesses()).map(({ pid }) => pid)).toEqual([1]);
  });

  it("aborting kills the command and rejects with an AbortError", async () => {
    const vm = await createVm(mode);
    const controller = new AbortController();
    const pending = vm.execFile("sleep", ["1000"], { signal: controller.signal });
    await expect.poll(async () => (await vm.listProcesses()).length).toBe(2);
    controller.abort(new Error("enough"));
    await expect(pending).rejects.toMatchObject({ name: "AbortError", code: "ABORT_ERR" });
    await expect.poll(async () => (await vm.listProcesses()).length).toBe(1);
    await expect(vm.execFile("true", [], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("a spawned process takes input and gives output until its input is closed", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("cat");
    const output = outputOf(vm, pid);
    await vm.writeProcessStdin(pid, "one\n");
    await vm.writeProcessStdin(pid, new Uint8Array([50, 10]));
    await expect.poll(() => output.seen.stdout).toBe("one\n2\n");
    await vm.closeProcessStdin(pid);
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: 0, signal: null });
    await output.ended;
  });

  it("a late listener gets the output it missed, and the end", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("seq", ["3"]);
    await vm.waitProcess(pid);
    const output = outputOf(vm, pid);
    await output.ended;
    expect(output.seen.stdout).toBe("1\n2\n3\n");
    const exits: unknown[] = [];
    await vm.onProcessExit(pid, (exit) => exits.push(exit)).ended;
    expect(exits).toEqual([{ pid, exitCode: 0, signal: null }]);
  });

  it("what nobody listens to is remembered only up to a bound", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("seq", ["200000"]);
    await vm.waitProcess(pid);
    const output = outputOf(vm, pid);
    await output.ended;
    expect(output.seen.stdout.length).toBeLessThanOrEqual(256 * 1024);
    expect(output.seen.stdout).toMatch(/\n199999\n200000\n$/);
  });

  it("a listener that returns a promise holds the process up", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("seq", ["1000000"]);
    const gate = Promise.withResolvers<void>();
    let received = 0;
    const { ended } = vm.onProcessOutput(pid, async ({ data }) => {
      received += data.length;
      await gate.promise;
    });
    await expect.poll(() => received).toBeGreaterThan(0);
    expect((await vm.getProcess(pid))?.state).not.toBe("Z");
    gate.resolve();
    await ended;
    expect(received).toBe(6_888_896);
  });

  it("processes are listed, signalled and found gone", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("sleep", ["1000"]);
    expect(await vm.getProcess(pid)).toMatchObject({
      pid,
      ppid: 1,
      uid: 1000,
      command: "sleep",
      args: ["1000"],
    });
    expect(await vm.processTree()).toMatchObject([{ pid: 1, children: [{ pid, children: [] }] }]);
    await vm.stopProcess(pid);
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: null, signal: "SIGTERM" });
    expect(await vm.getProcess(pid)).toBeUndefined();
    await expect(vm.killProcess(pid)).rejects.toMatchObject({ code: "ESRCH", syscall: "kill" });
    const other = await vm.spawn("sleep", ["1000"]);
    await vm.signalProcess(other.pid, "SIGKILL");
    expect(await vm.waitProcess(other.pid)).toEqual({ exitCode: null, signal: "SIGKILL" });
  });

  it("a process on a terminal sees one of the right size", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("cat", ["-"], { pty: { cols: 100, rows: 30 } });
    const output = outputOf(vm, pid);
    await vm.writeProcessStdin(pid, "typed\r");
    await expect.poll(() => output.seen.stdout).toBe("typed\r\ntyped\r\n");
    await vm.writeProcessStdin(pid, "\u0003");
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: null, signal: "SIGINT" });
  });

  it("failed starts and ended terminals leave no pipe and no terminal behind", async () => {
    const vm = await createVm(mode, { limits: { maxPipes: 8, maxPtys: 4 } });
    for (let i = 0; i < 10; i++) {
      await expect(vm.execFile("no-such")).rejects.toMatchObject({ code: "ENOENT" });
      await expect(vm.execFile("/etc/passwd")).rejects.toMatchObject({ code: "EACCES" });
      await expect(vm.spawn("no-such")).rejects.toMatchObject({ code: "ENOENT" });
      await expect(vm.spawn("no-such", [], { pty: true })).rejects.toMatchObject({ code: "ENOENT" });
      const { pid } = await vm.spawn("true", [], { pty: true });
      await vm.waitProcess(pid);
      await vm.onProcessOutput(pid, () => {}).ended;
    }
    expect((await vm.execFile("echo", ["fine"])).stdout).toBe("fine\n");
  });

  it("dispose rejects what is pending with VmDisposedError, and every later call", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("sleep", ["1000"]);
    const pending = [vm.execFile("sleep", ["1000"]), vm.waitProcess(pid)];
    const outcomes = Promise.allSettled(pending);
    await expect.poll(async () => (await vm.listProcesses()).length).toBe(3);
    await vm.dispose();
    await vm.dispose();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { name: "VmDisposedError" } });
    }
    await expect(vm.readFile("/etc/passwd")).rejects.toMatchObject({ name: "VmDisposedError" });
    expect(vm.disposed).toBe(true);
  });
});
