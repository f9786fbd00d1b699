import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { bootTestVm, testSoftware } from "@agentos/kernel/testing";
import shell from "@agentos/shell";
import { afterAll, describe, expect, it } from "vitest";
import { CORPUS } from "./corpus.ts";

const BASH = "/bin/bash";

const tools = testSoftware({
  sleep: () => 0,
  rm: async (proc) => {
    await proc.unlink(proc.argv.at(-1)!);
    return 0;
  },
});
const vm = bootTestVm({ software: [shell, tools] });
afterAll(() => vm.dispose());

const ENV = { PATH: "/usr/bin:/bin", HOME: "/home/user", LC_ALL: "C.UTF-8" };

function onHost(script: string): { stdout: string; stderr: string; exitCode: number | null } {
  const { stdout, stderr, status, signal } = spawnSync(BASH, ["-c", script], {
    argv0: "bash",
    cwd: "/tmp",
    env: ENV,
    encoding: "utf8",
    input: "",
  });
  return { stdout, stderr, exitCode: signal === null ? status : 128 + constants.signals[signal] };
}

/** Numbers of processes differ. */
function withoutPids(text: string): string {
  return text.replace(/\b\d{4,7}\b(?= (?:Killed|Terminated|Hangup))/g, "PID");
}

describe.skipIf(!existsSync(BASH))("scripts do what they do in bash", () => {
  for (const [area, scripts] of Object.entries(CORPUS)) {
    for (const script of scripts) {
      it(`${area}: ${script.replaceAll("\n", "⏎")}`, async () => {
        const expected = onHost(script);
        const run = await vm.run(["bash", "-c", script], { cwd: "/tmp", env: ENV });
        const { stderr, exitCode } = run;
        const stdout = Buffer.from(run.stdoutBytes).toString();
        expect({ stdout, stderr: withoutPids(stderr), exitCode }).toEqual({
          ...expected,
          stderr: withoutPids(expected.stderr),
        });
      });
    }
  }
});
