import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";

describe.each(MODES)("exec (%s)", (mode) => {
  it("runs pipelines on files", async () => {
    const vm = await createVm(mode);
    const { stdout, exitCode } = await vm.exec("printf '%s\\n' b a | sort | tee /tmp/out.txt");
    expect([stdout, exitCode]).toEqual(["a\nb\n", 0]);
    expect(await vm.readFile("/tmp/out.txt", "utf8")).toBe("a\nb\n");
  });

  it("keeps stdout, stderr and the exit code apart", async () => {
    const vm = await createVm(mode);
    expect(await vm.exec("echo out; echo err >&2; exit 7")).toMatchObject({
      stdout: "out\n",
      stderr: "err\n",
      exitCode: 7,
      signal: null,
    });
    expect(await vm.exec("kill -9 $$")).toMatchObject({ exitCode: null, signal: "SIGKILL" });
    // The types say so, too: without an exit code there is a signal.
    const { exitCode, signal } = await vm.exec("kill -15 $$");
    const ending: string = exitCode === null ? signal : `exit code ${exitCode}`;
    expect(ending).toBe("SIGTERM");
  });

  it("standard input is what was given, and empty otherwise", async () => {
    const vm = await createVm(mode);
    expect((await vm.exec("wc -c", { stdin: "x".repeat(200_000) })).stdout).toBe("200000\n");
    expect((await vm.exec('read line; echo "$? $line"', { stdin: "one\ntwo\n" })).stdout).toBe("0 one\n");
    expect((await vm.exec("cat; echo end")).stdout).toBe("end\n");
    expect((await vm.exec("true", { stdin: "x".repeat(200_000) })).exitCode).toBe(0);
  });

  it.each([
    [
      "a missing command is 127",
      "no-such-command",
      127,
      "bash: line 1: no-such-command: command not found\n",
    ],
    ["a file that may not run is 126", "/etc/passwd", 126, "bash: line 1: /etc/passwd: Permission denied\n"],
    ["a directory is 126", "/tmp", 126, "bash: line 1: /tmp: Is a directory\n"],
  ])("%s, with bash's message", async (_name, command, exitCode, stderr) => {
    const vm = await createVm(mode);
    expect(await vm.exec(command)).toMatchObject({ exitCode, stderr });
  });

  it("a syntax error is 2 and names the line", async () => {
    const vm = await createVm(mode);
    const { exitCode, stderr } = await vm.exec("echo one\nif true; then\n)");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("line 3: syntax error near unexpected token `)'");
  });

  it("a command that floods its output stops at maxOutputBytes", async () => {
    const vm = await createVm(mode);
    for (const command of ["yes", "while :; do echo flood; done", "cat /dev/zero"]) {
      const result = await vm.exec(command, { maxOutputBytes: 50_000 });
      expect(result).toMatchObject({ truncated: true, signal: "SIGKILL" });
      expect(result.stdoutBytes).toHaveLength(50_000);
    }
    const small = await createVm(mode, { limits: { maxOutputBytes: 10 } });
    expect(await small.exec("echo 0123456789")).toMatchObject({ truncated: true, stdout: "0123456789" });
    expect(await small.exec("echo 012345678")).toMatchObject({ truncated: false, stdout: "012345678\n" });
  });

  it.each([
    ["an endless loop", "echo begun; while :; do :; done"],
    ["a pipeline that writes for ever", "echo begun; yes | tee /dev/null > /dev/null"],
    ["a sleeping pipeline", "echo begun; sleep 1000 | cat"],
    ["a script that ignores signals", "trap '' TERM INT HUP; echo begun; while :; do sleep 1; done"],
    ["an arithmetic loop", "echo begun; for ((;;)); do ((i++)); done"],
    ["a builtin that never ends", "echo begun; wait < <(:) & while read -r x; do :; done < /dev/zero"],
  ])("%s ends when its time is up, with what it printed", async (_name, command) => {
    const vm = await createVm(mode);
    const result = await vm.exec(command, { timeoutMs: 100 });
    expect(result).toMatchObject({ timedOut: true, stdout: "begun\n", signal: "SIGKILL" });
    await expect.poll(async () => (await vm.listProcesses()).length).toBe(1);
    expect((await vm.exec("echo usable")).stdout).toBe("usable\n");
  });

  it("an endless loop ends by killProcess and by an AbortSignal", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("bash", ["-c", "while :; do :; done"]);
    await vm.killProcess(pid);
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: null, signal: "SIGKILL" });
    const controller = new AbortController();
    const pending = vm.exec("while :; do :; done", { signal: controller.signal });
    await vm.exec("true");
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
  });

  it("deep recursion in a script is an error of the script", async () => {
    const vm = await createVm(mode);
    const { exitCode, stderr } = await vm.exec("f() { f; }; f");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("maximum function nesting level exceeded");
  });

  it("a fork bomb meets maxProcesses and the VM stays usable", async () => {
    const vm = await createVm(mode, { limits: { maxProcesses: 64 } });
    const bomb = await vm.exec(":(){ :|:& };:", { timeoutMs: 300 });
    expect(bomb.timedOut || bomb.stderr.includes("Resource temporarily unavailable")).toBe(true);
    expect((await vm.listProcesses()).length).toBeLessThanOrEqual(64);
    expect((await vm.execFile("echo", ["usable"])).stdout).toBe("usable\n");
  });

  it("what a command leaves in the background goes on, its late output is dropped", async () => {
    const vm = await createVm(mode);
    const { stdout } = await vm.exec(
      "(until [ -e /tmp/go ]; do sleep 0.01; done; echo late; touch /tmp/went) & echo now",
    );
    expect(stdout).toBe("now\n");
    await vm.writeFile("/tmp/go", "");
    await expect.poll(() => vm.exists("/tmp/went")).toBe(true);
  });

  it("environment and working directory reach the shell", async () => {
    const vm = await createVm(mode, { cwd: "/tmp", env: { A: "1" } });
    expect((await vm.exec('echo "$A $B $PWD $(pwd) $HOME"', { env: { B: "2" } })).stdout).toBe(
      "1 2 /tmp /tmp /home/user\n",
    );
    expect((await vm.exec("pwd", { cwd: "/etc" })).stdout).toBe("/etc\n");
  });

  it("bytes that are not UTF-8 come through", async () => {
    const vm = await createVm(mode);
    const result = await vm.exec("printf 'a\\xff\\0b'");
    expect(result.stdoutBytes).toEqual(new Uint8Array([97, 255, 0, 98]));
    expect(result.stdout).toBe("a\ufffd\0b");
  });

  it("200 commands at once all answer", async () => {
    const vm = await createVm(mode);
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) => vm.exec(`seq ${i} ${i + 2} | sort -rn | head -1`)),
    );
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 200 }, (_, i) => i + 2));
  });

  it("a file of 1 GB has holes and the errno of Linux where it does not fit", async () => {
    const vm = await createVm(mode, { limits: { maxFilesystemBytes: 10_000_000 } });
    const { stdout } = await vm.exec(
      "truncate -s 1G /tmp/big && stat -c '%s %b' /tmp/big && head -c 3 /tmp/big | wc -c",
    );
    expect(stdout).toBe("1073741824 0\n3\n");
    expect((await vm.exec("cat /dev/zero > /tmp/full")).stderr).toMatch(/No space left on device/);
    expect((await vm.exec("echo usable")).stdout).toBe("usable\n");
  });

  it("without a shell there is a clear error", async () => {
    const vm = await createVm(mode, { software: [] });
    await expect(vm.exec("echo")).rejects.toThrow(/no shell: install a package/);
  });
});
