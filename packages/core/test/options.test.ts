import { AgentOs, type AgentOsOptions } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";

describe("options", () => {
  it.each<[object, string, RegExp]>([
    [{ softwares: [] }, "softwares", /unknown option `softwares`; did you mean `software`\?/],
    [{ limits: { maxProceses: 1 } }, "limits.maxProceses", /did you mean `maxProcesses`\?/],
    [{ limits: { maxCpuPercent: 0 } }, "limits.maxCpuPercent", /must be more than 0/],
    [{ limits: { maxProcesses: "many" } }, "limits.maxProcesses", /expected number/],
    [{ software: [{ name: "x" }] }, "software[0]", /must be a software package/],
    [{ mounts: [{ path: "rel", plugin: { id: "memory" } }] }, "mounts[0].path", /must be an absolute path/],
    [{ mounts: [{ path: "/x" }] }, "mounts[0]", /either a driver or a plugin/],
    [{ mounts: [{ path: "/x", plugin: { id: "ftp", config: {} } }] }, "mounts[0].plugin.id", /./],
    [
      { mounts: [{ path: "/x", plugin: { id: "host_dir", config: { hostpath: "." } } }] },
      "mounts[0].plugin.config.hostpath",
      /did you mean `hostPath`\?/,
    ],
    [{ sidecar: { kind: "remote" } }, "sidecar.kind", /./],
    [{ sidecar: { kind: "explicit", handle: {} } }, "sidecar.handle", /createSidecar/],
    [{ root: {} }, "root", /snapshot\(\)/],
    [{ env: { "A=B": "x" } }, "env.A=B", /names/],
    [{ env: { A: 1 } }, "env.A", /expected string/],
    [{ cwd: "tmp" }, "cwd", /absolute/],
    [{ hostname: "a b" }, "hostname", /host name/],
    [{ permissions: { network: "maybe" } }, "permissions.network", /must be "allow", "deny"/],
    [{ onLimitWarning: 1 }, "onLimitWarning", /function/],
  ])("%j is a ConfigError that names the option", async (options, option, message) => {
    const creation = AgentOs.create(options as AgentOsOptions);
    await expect(creation).rejects.toMatchObject({ name: "ConfigError", code: "ERR_AGENTOS_CONFIG", option });
    await expect(creation).rejects.toThrow(message);
  });

  it("options of calls are checked as well", async () => {
    const vm = await createVm("inline");
    await expect(vm.execFile("true", [], { timeout: 5 } as never)).rejects.toThrow(
      /did you mean `timeoutMs`\?/,
    );
    await expect(vm.execFile("true", [], { timeoutMs: -1 })).rejects.toMatchObject({ option: "timeoutMs" });
    await expect(vm.spawn("true", [], { tty: true } as never)).rejects.toMatchObject({ option: "tty" });
    await expect(vm.mount({ path: "/x" } as never)).rejects.toMatchObject({ name: "ConfigError" });
  });
});

describe.each(MODES)("permissions and limits (%s)", (mode) => {
  it("rules decide about files, programs and variables", async () => {
    const vm = await createVm(mode, {
      permissions: {
        fs: [{ decision: "deny", paths: ["/etc/passwd"], access: ["read"] }, { decision: "allow" }],
        process: [{ decision: "deny", paths: ["/usr/bin/rm"] }, { decision: "allow" }],
        env: [{ decision: "deny", names: ["SECRET_*"] }, { decision: "allow" }],
      },
      env: { SECRET_KEY: "x", PLAIN: "y" },
      user: "1000",
    });
    expect((await vm.execFile("cat", ["/etc/passwd"])).stderr).toBe("cat: /etc/passwd: Permission denied\n");
    await expect(vm.execFile("rm", ["x"])).rejects.toMatchObject({ code: "EACCES" });
    const { stdout } = await vm.execFile("env");
    expect(stdout).toContain("PLAIN=y\n");
    expect(stdout).not.toContain("SECRET_KEY");
  });

  it("use that crosses 80 % of a limit is reported", async () => {
    const warnings: unknown[] = [];
    const vm = await createVm(mode, {
      limits: { maxProcesses: 5 },
      onLimitWarning: (warning) => warnings.push(warning),
    });
    for (let i = 0; i < 5; i++) await vm.spawn("sleep", ["1000"]);
    await expect.poll(() => warnings).toEqual([{ limit: "maxProcesses", used: 4, max: 5 }]);
  });
});

it("a function decides about files where it can be asked: in an inline VM", async () => {
  const asked: string[] = [];
  const permissions = {
    fs: ({ path }: { path: string }) => {
      asked.push(path);
      return path.startsWith("/home") ? ("deny" as const) : ("allow" as const);
    },
  };
  const vm = await createVm("inline", { permissions, cwd: "/tmp" });
  expect((await vm.execFile("ls", ["/home/user"])).exitCode).toBe(2);
  expect(asked).toContain("/home/user");
  await expect(createVm("sidecar", { permissions })).rejects.toMatchObject({ option: "permissions.fs" });
});
