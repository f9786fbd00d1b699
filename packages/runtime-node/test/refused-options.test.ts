import { describe, expect, it } from "vitest";
import { runInVm } from "./differential/run.ts";

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
    "--harmony-struct": "what V8 has not finished",
    "--no-js-decorators": "what V8 has not finished",
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
