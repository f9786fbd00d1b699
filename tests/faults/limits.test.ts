// A guest that meets a limit gets the errno that Linux gives, and the VM stays usable.

import { describe, expect, it } from "vitest";
import { createVm, MODES, processNames } from "../support/vm.ts";

describe.each(MODES)("limits (%s)", (mode) => {
  it.each([
    ["a fork bomb", ":(){ :|:& };:"],
    ["a loop of background jobs", "while :; do sleep 1000 & done"],
    ["recursion in pipelines", "f() { f | f; }; f"],
    [
      "programs that start themselves",
      "printf '#!/bin/sh\\n$0 & $0' > /tmp/self; chmod +x /tmp/self; /tmp/self",
    ],
  ])("maxProcesses: %s leaves the VM usable", async (_name, bomb) => {
    const vm = await createVm(mode, { limits: { maxProcesses: 64 } });
    const first = await vm.exec(bomb, { timeoutMs: 200 });
    expect(first.stdout).toBe("");
    expect((await vm.exec("echo usable | cat")).stdout).toBe("usable\n");
    const bombs = (await vm.listProcesses()).filter(({ ppid }) => ppid !== 0);
    await Promise.all(bombs.map(({ pid }) => vm.killProcess(pid).catch(() => {})));
    expect((await vm.exec("for i in {1..20}; do (:); done; echo $?")).stdout).toBe("0\n");
  });

  it("maxOpenFds: EMFILE, and closing makes room", async () => {
    const vm = await createVm(mode, { limits: { maxOpenFds: 16 } });
    const { stdout, stderr } = await vm.exec(
      "while exec {fd}< /dev/null; do last=$fd; done 2> /tmp/why; cat /tmp/why >&2; exec {last}<&-; echo $last; cat < /dev/null && echo again",
    );
    expect(stdout).toMatch(/^\d+\nagain\n$/);
    expect(stderr).toMatch(/Too many open files/);
  });

  it("maxPipes: ENFILE, and the VM goes on", async () => {
    const vm = await createVm(mode, { limits: { maxPipes: 8 } });
    const { stderr } = await vm.exec(
      "sleep 1000 | sleep 1000 | sleep 1000 | sleep 1000 | sleep 1000 | sleep 1000 | sleep 1000",
      {
        timeoutMs: 200,
      },
    );
    expect(stderr).toMatch(/Too many open files in system/);
    expect((await vm.exec("echo usable")).stdout).toBe("usable\n");
    await vm.exec("kill -9 -1");
    expect((await vm.exec("echo usable | cat")).stdout).toBe("usable\n");
  });

  it("maxFilesystemBytes: ENOSPC, and room again after rm", async () => {
    const vm = await createVm(mode, { limits: { maxFilesystemBytes: 4_000_000 } });
    const { stdout, stderr } = await vm.exec(
      "cat /dev/zero > /tmp/full; echo x > /tmp/more; rm /tmp/full; echo room > /tmp/more && cat /tmp/more",
    );
    expect(stderr).toMatch(/^cat: write error: No space left on device\n/);
    expect(stdout).toBe("room\n");
  });

  it("maxFilesystemBytes: holes are free, what is written into them is not", async () => {
    const vm = await createVm(mode, { limits: { maxFilesystemBytes: 4_000_000 } });
    const { stdout, stderr } = await vm.exec(
      "truncate -s 1G /tmp/sparse; i=0; while why=$(dd if=/dev/zero of=/tmp/sparse bs=1 count=1 conv=notrunc seek=$((i * 16384 + 16383)) 2>&1); do i=$((i+1)); done; echo $why >&2; echo $i",
    );
    expect(stderr).toMatch(/No space left on device/);
    expect(Number(stdout)).toBeLessThanOrEqual(4_000_000 / 16_384);
  });

  it("maxFilesystemBytes: what an archive unpacks to counts", async () => {
    const vm = await createVm(mode, { limits: { maxFilesystemBytes: 2_000_000 } });
    const { stderr, exitCode } = await vm.exec(
      "head -c 100M /dev/zero | gzip > /tmp/bomb.gz; gunzip /tmp/bomb.gz",
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/No space left on device/)]);
  });

  it("maxInodes: ENOSPC, and room again after rm", async () => {
    const vm = await createVm(mode, { limits: { maxInodes: 500 } });
    const { stdout, stderr } = await vm.exec(
      "mkdir /tmp/d; i=0; while : > /tmp/d/$i; do i=$((i+1)); done; rm -r /tmp/d; touch /tmp/new && ls /tmp",
    );
    expect(stderr).toMatch(/No space left on device/);
    expect(stdout).toBe("new\n");
  });

  it("cpuTimeMs: SIGXCPU", async () => {
    const vm = await createVm(mode, { limits: { cpuTimeMs: 50 } });
    expect(await vm.exec("while :; do :; done")).toMatchObject({ signal: "SIGXCPU", timedOut: false });
    expect(await vm.exec("trap 'echo warned' XCPU; while :; do :; done")).toMatchObject({
      signal: "SIGKILL",
      stdout: expect.stringMatching(/^warned\n/),
    });
    expect((await vm.exec("echo usable")).stdout).toBe("usable\n");
  });

  it("memory: a value that grows without end is an error of the script", async () => {
    const vm = await createVm(mode);
    const { stderr, exitCode } = await vm.exec("x=a; while :; do x=$x$x; done");
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/cannot allocate/);
    expect(await processNames(vm)).toEqual(["init"]);
  });
});
