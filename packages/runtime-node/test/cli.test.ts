import { describe, expect, it } from "vitest";
import { type Outcome, runInVm, runOnHost, type Script } from "./differential.ts";
import { CLI_SCRIPTS, TEST_RUNNER_SCRIPTS } from "./scripts-cli.ts";

/** The host's node is started by its path, the VM's by its name, with which it begins its complaints. */
const byName = (outcome: Outcome): Outcome => ({
  ...outcome,
  stderr: outcome.stderr.replace(/^\/usr\/bin\/node: /gm, "node: "),
});

function compare(scripts: readonly Script[]): void {
  for (const script of scripts) {
    it(script.name, async () => {
      const [host, vm] = await Promise.all([runOnHost(script), runInVm(script)]);
      expect(vm).toEqual(byName(host));
    });
  }
}

describe("node's command line in a VM, as on the host", () => compare(CLI_SCRIPTS));
describe("node's test runner in a VM, as on the host", () => compare(TEST_RUNNER_SCRIPTS));

describe("node in a VM refuses", () => {
  for (const [option, why] of Object.entries({
    "--inspect": "a VM has no debugger",
    "--inspect-brk=0": "a VM has no debugger",
    "--cpu-prof": "a VM has no profiler",
    "--permission": "the VM's policy says what it may do",
    "--allow-fs-read=/": "the VM's policy says what it may do",
    "--report-on-signal": "reports hold what is not the VM's",
    "--experimental-test-coverage": "coverage needs the debugger",
    "--localstorage-file=x": "its file would be the host's",
    "--openssl-config=x": "OpenSSL's configuration would be the host's",
    "--redirect-warnings=x": "redirect standard error",
    "--allow-natives-syntax": "V8's inner functions",
    "--perf-prof": "profiles would be the host's files",
  })) {
    it(`${option}, and says why`, async () => {
      const { stderr, exitCode } = await runInVm({ name: option, args: [option, "-p", "1"] });
      expect(stderr).toContain(why);
      expect(stderr).toContain(`node: ${option} is not available in a VM`);
      expect(exitCode).toBe(9);
    });
  }

  it("what opens holes in NODE_OPTIONS too", async () => {
    const { stderr, exitCode } = await runInVm({
      name: "",
      args: ["-p", "1"],
      env: { NODE_OPTIONS: "--inspect=0" },
    });
    expect([stderr, exitCode]).toEqual([expect.stringContaining("a VM has no debugger"), 9]);
  });
});
