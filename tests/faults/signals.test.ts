// What is killed is gone, with all that belongs to it.

import { describe, expect, it } from "vitest";
import { createVm, MODES, processNames } from "../support/vm.ts";

describe.each(MODES)("processes that are killed (%s)", (mode) => {
  it.each([
    "sleep 1000 | cat | cat",
    "yes | sort | uniq -c",
    "(sleep 1000; echo never) & (sleep 1000 | cat) & wait",
    "while :; do sleep 0.001 | cat; done",
    "cat <(sleep 1000) >(cat)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a script of the shell
    "coproc cat; read x <&${COPROC[0]}",
    "trap '' TERM INT HUP PIPE CHLD; while :; do sleep 1000; done",
    "kill -STOP $$",
    "sleep 1000 & kill -STOP $!; wait",
    "mkfifo /tmp/p; cat /tmp/p & sleep 1000 > /tmp/p",
    "find / -name x -exec sleep 1000 ';' & xargs sleep < <(echo 1000)",
    "timeout 1000 sh -c 'sleep 1000 | cat'",
    "nohup sleep 1000",
  ])("a timeout leaves nothing of: %s", async (command) => {
    const vm = await createVm(mode);
    const result = await vm.exec(`echo begun; ${command}`, { timeoutMs: 60 });
    expect(result).toMatchObject({ timedOut: true, signal: "SIGKILL", stdout: "begun\n" });
    expect(await processNames(vm)).toEqual(["init"]);
  });

  it("aborting leaves nothing either", async () => {
    const vm = await createVm(mode);
    const controller = new AbortController();
    const running = vm.exec("sleep 1000 | cat & sleep 1000 & wait", { signal: controller.signal });
    await vm.exec("true");
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(await processNames(vm)).toEqual(["init"]);
  });

  it("a server that a finished command left behind runs on until the VM is disposed of", async () => {
    const vm = await createVm(mode);
    await vm.exec("(while :; do date > /tmp/beat; sleep 0.01; done) > /dev/null 2>&1 &");
    await vm.exec("rm -f /tmp/beat; until [ -e /tmp/beat ]; do sleep 0.01; done");
    expect(await processNames(vm)).not.toEqual(["init"]);
  });

  it("stopped processes go on where they were", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("bash", ["-c", "i=0; while read x; do echo got $x; done"]);
    const lines: string[] = [];
    vm.onProcessOutput(pid, ({ data }) => void lines.push(new TextDecoder().decode(data)));
    await vm.signalProcess(pid, "SIGSTOP");
    await vm.writeProcessStdin(pid, "one\n");
    expect((await vm.exec(`cut -d' ' -f 3 /proc/${pid}/stat`)).stdout).toBe("T\n");
    expect(lines).toEqual([]);
    await vm.signalProcess(pid, "SIGCONT");
    await vm.closeProcessStdin(pid);
    expect(await vm.waitProcess(pid)).toMatchObject({ exitCode: 0 });
    expect(lines.join("")).toBe("got one\n");
  });

  it("a trap runs while wait waits, and no child is lost", async () => {
    const vm = await createVm(mode);
    const { stdout } = await vm.exec(
      `n=0; trap 'n=$((n+1))' USR1
      for i in {1..50}; do (kill -USR1 $$; exit $i) & done
      sum=0; for job in $(jobs -p); do while :; do wait $job; s=$?; [ $s -lt 128 ] && break; done; sum=$((sum+s)); done
      echo $sum $((n > 0))`,
      { timeoutMs: 20_000 },
    );
    expect(stdout).toBe("1275 1\n");
  });

  it("killing in the middle of everything, again and again, leaves a clean VM", async () => {
    const vm = await createVm(mode);
    for (let i = 0; i < 40; i++) {
      await vm.exec("for i in {1..1000}; do echo $(seq 10 | sort | (cat; exit 3) | tee /tmp/x); done", {
        timeoutMs: 1 + (i % 10),
      });
    }
    expect(await processNames(vm)).toEqual(["init"]);
    expect((await vm.exec("echo /proc/self/fd/*")).stdout).toBe(
      "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2\n",
    );
  });
});
