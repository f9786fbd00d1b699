import { describe, expect, it } from "vitest";
import { baseSystemLayer, softwareLayer } from "./base-system.ts";
import { bootTestVm, testSoftware } from "./testing/index.ts";

const software = {
  ...testSoftware({ tool: () => 0 }),
  links: { alias: "tool" },
  files: { "/etc/tool.conf": "x\n" },
};

describe("the base system", () => {
  it("has Linux's directories with Linux's rights", async () => {
    const { namespace } = bootTestVm();
    const root = namespace.caller();
    const modes = ["/", "/root", "/tmp", "/var/tmp", "/home/user", "/usr/local/bin"].map(async (path) =>
      ((await namespace.stat(root, path)).mode & 0o7777).toString(8),
    );
    expect(await Promise.all(modes)).toEqual(["755", "700", "1777", "1777", "755", "755"]);
    expect(await namespace.realpath(root, "/bin/../sbin")).toBe("/usr/bin");
    expect(await namespace.realpath(root, "/home/agentos")).toBe("/home/user");
    expect((await namespace.stat(root, "/home/user")).uid).toBe(1000);
  });

  it("knows its users", async () => {
    const vm = bootTestVm();
    expect(await vm.readFile("/etc/passwd")).toContain(
      "user:x:1000:1000:AgentOS user:/home/user:/bin/bash\n",
    );
  });

  it("is built once for all VMs, as is a package", () => {
    expect(baseSystemLayer()).toBe(baseSystemLayer());
    expect(softwareLayer(software)).toBe(softwareLayer(software));
  });
});

describe("an installed package", () => {
  it("is files under /usr/bin, links and its own files", async () => {
    const vm = bootTestVm({ software: [software] });
    expect(await vm.readFile("/usr/bin/tool")).toBe(`#!agentos-program ${software.name} tool\n`);
    expect(await vm.readFile("/etc/tool.conf")).toBe("x\n");
    expect((await vm.run(["alias"])).exitCode).toBe(0);
    vm.dispose();
  });

  it("can be overridden by the user's own file", async () => {
    const vm = bootTestVm({ software: [software] });
    await vm.writeFile("/usr/bin/tool", "#!/usr/bin/none\n", { mode: 0o755, uid: 0 });
    await expect(vm.run(["tool"])).rejects.toMatchObject({ code: "ENOENT" });
    vm.dispose();
  });
});
