import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { nodeModulesMount } from "@agentos/core";
import { MemoryFs } from "@agentos/vfs";
import { Volume } from "memfs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";

let host: string;

beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), "agentos-mounts-"));
  mkdirSync(join(host, "shown"));
  writeFileSync(join(host, "shown", "file"), "from the host");
  writeFileSync(join(host, "secret"), "not for guests");
});

afterEach(() => rmSync(host, { recursive: true }));

const hostDir = (hostPath: string) => ({ id: "host_dir", config: { hostPath } }) as const;

describe.each(MODES)("mounts (%s)", (mode) => {
  it("a host directory is read and written through its mount", async () => {
    const vm = await createVm(mode, { mounts: [{ path: "/work", plugin: hostDir(join(host, "shown")) }] });
    expect((await vm.execFile("cat", ["/work/file"])).stdout).toBe("from the host");
    await vm.writeFile("/work/new", "from the guest");
    expect(readFileSync(join(host, "shown", "new"), "utf8")).toBe("from the guest");
  });

  it("a read-only one refuses every change", async () => {
    const vm = await createVm(mode, {
      mounts: [{ path: "/work", plugin: hostDir(join(host, "shown")), readOnly: true }],
    });
    await expect(vm.writeFile("/work/file", "")).rejects.toMatchObject({ code: "EROFS" });
    const { exitCode, stderr } = await vm.execFile("rm", ["-f", "/work/file"]);
    expect([exitCode, stderr]).toEqual([1, "rm: cannot remove '/work/file': Read-only file system\n"]);
    expect(readFileSync(join(host, "shown", "file"), "utf8")).toBe("from the host");
  });

  it("links and dots in a host directory do not lead out of it", async () => {
    symlinkSync("../secret", join(host, "shown", "relative"));
    symlinkSync(join(host, "secret"), join(host, "shown", "absolute"));
    symlinkSync("/", join(host, "shown", "root"));
    const vm = await createVm(mode, { mounts: [{ path: "/work", plugin: hostDir(join(host, "shown")) }] });
    for (const path of ["relative", "absolute", "../secret", "root/../secret", `root${host}/secret`]) {
      await expect(vm.readFile(`/work/${path}`)).rejects.toMatchObject({ code: "ENOENT" });
    }
    expect((await vm.readFile("/work/root/etc/passwd", "utf8")).startsWith("root:x:0:0:root:/root")).toBe(
      true,
    );
    await vm.symlink(`${host}/secret`, "/work/made-inside");
    await expect(vm.readFile("/work/made-inside")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("a host directory that is not there is a ConfigError that names the mount", async () => {
    const mounts = [{ path: "/work", plugin: hostDir(join(host, "none")) }];
    await expect(createVm(mode, { mounts })).rejects.toMatchObject({
      name: "ConfigError",
      option: "mounts[0]",
      message: expect.stringContaining(`mount '${join(host, "none")}' -> '/work'`),
    });
  });

  it("mounts come and go while the VM runs", async () => {
    const vm = await createVm(mode);
    await vm.mount({ path: "/mnt/memory", plugin: { id: "memory" } });
    expect((await vm.exec("echo -n 1 > /mnt/memory/x")).exitCode).toBe(0);
    expect(await vm.listMounts()).toContainEqual({
      path: "/mnt/memory",
      type: "tmpfs",
      source: "tmpfs",
      readOnly: false,
    });
    await vm.move("/mnt/memory/x", "/tmp/x");
    expect(await vm.readFile("/tmp/x", "utf8")).toBe("1");
    await vm.unmount("/mnt/memory");
    expect(await vm.readdir("/mnt/memory")).toEqual([]);
    await expect(vm.unmount("/mnt/memory")).rejects.toMatchObject({ code: "EINVAL", syscall: "umount" });
    await expect(vm.mount({ path: "/mnt/none", plugin: hostDir(join(host, "none")) })).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  it("a memfs volume is a driver: programs and the app see the same files", async () => {
    const volume = Volume.fromJSON({ "/dir/a": "one", "/b": "two" });
    const vm = await createVm(mode, { mounts: [{ path: "/vol", driver: volume }] });
    expect((await vm.execFile("cat", ["/vol/dir/a", "/vol/b"])).stdout).toBe("onetwo");
    await vm.execFile("cp", ["/vol/b", "/vol/dir/c"]);
    expect(volume.readFileSync("/dir/c", "utf8")).toBe("two");
    expect((await vm.execFile("ls", ["-R", "/vol"])).stdout).toBe("/vol:\nb\ndir\n\n/vol/dir:\na\nc\n");
    await vm.execFile("rm", ["-r", "/vol/dir"]);
    expect(volume.readdirSync("/")).toEqual(["b"]);
    await expect(vm.readFile("/vol/none")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("a memfs volume's files are found after they were moved, and what was made in their place", async () => {
    const vm = await createVm(mode, { mounts: [{ path: "/vol", driver: new Volume() }] });
    const script = `cd /vol; mkdir -p d/e; echo one > d/e/b; mv d/e/b d/c; ls -R d; cat d/c; mv d m; ls m; cat m/c
      rm m/c; mkdir n; echo two > n/f; rm -r m n; echo three > d; cat d; ls`;
    const { stdout, stderr } = await vm.exec(script);
    expect(stderr).toBe("");
    expect(stdout).toBe("d:\nc\ne\n\nd/e:\none\nc\ne\none\nthree\nd\n");
  });

  it("a memfs volume's directories and open files stay in use when they are renamed", async () => {
    const vm = await createVm(mode, { mounts: [{ path: "/vol", driver: new Volume() }] });
    const script = `mkdir -p /vol/a/b; cd /vol/a/b; echo one > f; exec 3<f 4>>f; mv /vol/a /vol/m; ls; cat f
      mv f g; stat -Lc %s /dev/fd/3; echo two >&4; cat g <&3; for i in 1 2 3; do mv /vol/m /vol/n; mv /vol/n /vol/m; done
      mkdir /vol/a; echo other > /vol/a/b; echo more > h; ls; ls /vol /vol/m`;
    const { stdout, stderr } = await vm.exec(script);
    expect(stderr).toBe("");
    expect(stdout).toBe("f\none\n4\none\ntwo\ng\nh\n/vol:\na\nm\n\n/vol/m:\nb\n");
  });

  it("a file system of the vfs interface is a driver, with links and large files", async () => {
    const fs = new MemoryFs({ root: { mode: 0o777 } });
    const vm = await createVm(mode, { mounts: [{ path: "/fs", driver: fs }] });
    const content = new Uint8Array(3_000_000).map((_, i) => i * 7);
    await vm.writeFile("/fs/large", content);
    expect(Buffer.compare(await vm.readFile("/fs/large"), content)).toBe(0);
    await vm.execFile("ln", ["/fs/large", "/fs/linked"]);
    expect((await vm.stat("/fs/linked")).nlink).toBe(2);
    await vm.symlink("large", "/fs/soft");
    expect((await vm.execFile("readlink", ["/fs/soft"])).stdout).toBe("large\n");
    await vm.move("/fs/large", "/fs/moved");
    expect((await vm.readdir("/fs")).sort()).toEqual(["linked", "moved", "soft"]);
  });

  it("nodeModulesMount shows packages read-only at /root/node_modules and links them from the root", async () => {
    const vm = await createVm(mode, { mounts: [nodeModulesMount(join(host, "shown"))] });
    expect((await vm.execFile("cat", ["/node_modules/file"])).stdout).toBe("from the host");
    await expect(vm.writeFile("/root/node_modules/x", "")).rejects.toMatchObject({ code: "EROFS" });
  });

  it("nodeModulesMount shows a pnpm workspace's package with the store that its links lead to", async () => {
    const store = join(host, "workspace/node_modules/.pnpm");
    const own = join(host, "workspace/packages/app/node_modules");
    for (const name of ["plain", "@scope/scoped"]) {
      const stored = join(store, `${name.replace("/", "+")}@1.0.0/node_modules`, name);
      mkdirSync(stored, { recursive: true });
      writeFileSync(join(stored, "index.js"), `// ${name}`);
      mkdirSync(dirname(join(own, name)), { recursive: true });
      symlinkSync(relative(dirname(join(own, name)), stored), join(own, name));
    }
    const vm = await createVm(mode, { mounts: [nodeModulesMount(own)] });
    for (const name of ["plain", "@scope/scoped"]) {
      expect((await vm.execFile("cat", [`/node_modules/${name}/index.js`])).stdout).toBe(`// ${name}`);
    }
    expect((await vm.readdir("/root/node_modules")).toSorted()).toEqual([".pnpm", "@scope", "plain"]);
    await expect(vm.writeFile("/root/node_modules/.pnpm/x", "")).rejects.toMatchObject({ code: "EROFS" });
  });

  it("a snapshot holds the root file system and not what is mounted on it", async () => {
    const vm = await createVm(mode, { mounts: [{ path: "/mem", plugin: { id: "memory" } }] });
    await vm.writeFile("/mem/x", "1");
    await vm.writeFile("/home/user/y", "2");
    const root = await vm.snapshot();
    await vm.delete("/home/user/y");
    const fork = await createVm(mode, { root });
    expect(await fork.readdir("/mem")).toEqual([]);
    expect((await fork.execFile("cat", ["y"])).stdout).toBe("2");
    const second = await createVm(mode, { root, software: [] });
    expect((await second.execFile("cat", ["y"])).stdout).toBe("2");
  });
});
