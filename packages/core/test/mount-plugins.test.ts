import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";
import { S3Server } from "../../mount-s3/test/s3-server.ts";
import type { S3Config } from "../src/s3-config.ts";
import { openBucket } from "../src/vm/mounts/made-mounts.ts";

let host: string;
let server: S3Server;

beforeEach(async () => {
  host = mkdtempSync(join(tmpdir(), "agentos-plugins-"));
  server = await S3Server.start();
});

afterEach(async () => {
  await server.stop();
  rmSync(host, { recursive: true });
});

function database(config: { maxBytes?: number; readOnly?: boolean } = {}) {
  return [
    {
      path: "/data",
      plugin: { id: "sqlite" as const, config: { path: join(host, "files.db"), ...config } },
    },
  ];
}

function bucket(config: Partial<S3Config> = {}) {
  const { bucket, endpoint, credentials } = server.options;
  const all: S3Config = { bucket, endpoint, credentials, prefix: "files", maxAttempts: 1, ...config };
  return [{ path: "/data", plugin: { id: "s3" as const, config: all } }];
}

describe.each(MODES)("mount plugins (%s)", (mode) => {
  it("a database keeps what the app and programs write from one VM to the next", async () => {
    const vm = await createVm(mode, { mounts: database() });
    await vm.writeFile("/data/app", "from the app");
    await vm.exec("mkdir /data/dir; echo from a program > /data/dir/program; ln /data/app /data/dir/link");
    expect(await vm.listMounts()).toContainEqual({
      path: "/data",
      type: "sqlite",
      source: join(host, "files.db"),
      readOnly: false,
    });
    await vm.dispose();
    const next = await createVm(mode, { mounts: database({ readOnly: true }) });
    expect((await next.exec("cat /data/dir/*; stat -c %U:%h /data/app; rm -f /data/app")).stdout).toBe(
      "from the appfrom a program\nuser:2\n",
    );
  });

  it("a file that is no database of a mount is a ConfigError that says so", async () => {
    writeFileSync(join(host, "files.db"), "Dear diary");
    await expect(createVm(mode, { mounts: database() })).rejects.toThrow(
      "the file is something else than a database of such mounts",
    );
  });

  it("a database in use is a ConfigError that names the mount, and free again once it is unmounted", async () => {
    const vm = await createVm(mode, { mounts: database() });
    await vm.writeFile("/data/a", "x");
    await expect(createVm(mode, { mounts: database() })).rejects.toMatchObject({
      name: "ConfigError",
      option: "mounts[0]",
      message: expect.stringContaining(`EBUSY: resource busy or locked, mount '${join(host, "files.db")}'`),
    });
    await expect(createVm(mode, { mounts: database() })).rejects.toThrow("another VM has it open");
    await vm.unmount("/data");
    const next = await createVm(mode, { mounts: database() });
    expect(await next.readFile("/data/a", "utf8")).toBe("x");
    await expect(vm.mount(database()[0]!)).rejects.toMatchObject({ code: "EBUSY", syscall: "mount" });
  });

  it("a full database fails the program that fills it, and goes on", async () => {
    const vm = await createVm(mode, { mounts: database({ maxBytes: 2 ** 20 }) });
    const { exitCode, stderr } = await vm.exec("head -c 3000000 /dev/zero > /data/zeros");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("No space left on device")]);
    await expect(vm.writeFile("/data/more", new Uint8Array(2 ** 20))).rejects.toMatchObject({
      code: "ENOSPC",
    });
    await vm.exec("rm /data/zeros");
    await vm.writeFile("/data/more", new Uint8Array(100_000));
    expect((await vm.stat("/data/more")).size).toBe(100_000);
  });

  it("a bucket's objects are files to the app and to programs, its keys a secret to both", async () => {
    server.put("files/in/object", "from the bucket\n");
    const vm = await createVm(mode, { mounts: bucket() });
    const { stdout } = await vm.exec(
      "cat /data/in/object; cp -r /data/in /data/copy; mv /data/copy /data/moved; echo more >> /data/moved/object; ls /data",
    );
    expect(stdout).toBe("from the bucket\nin\nmoved\n");
    expect(server.text("files/moved/object")).toBe("from the bucket\nmore\n");
    await vm.writeFile("/data/app", "from the app");
    expect(server.text("files/app")).toBe("from the app");
    const seen = await vm.exec("env; cat /proc/mounts /proc/self/environ; ls -lR /data; df");
    expect(seen.stdout).not.toMatch(/test-key|test-secret/);
    expect(JSON.stringify(await vm.listMounts())).not.toMatch(/test-key|test-secret/);
  });

  it("a bucket that cannot be used is a ConfigError; one that fails later, an errno", async () => {
    server.fault = () => ({ status: 403, code: "AccessDenied" });
    await expect(createVm(mode, { mounts: bucket() })).rejects.toMatchObject({
      name: "ConfigError",
      option: "mounts[0]",
      message: expect.stringMatching(
        /EACCES: permission denied, mount 's3:\/\/bucket' -> '\/data' \(.*`credentials`/,
      ),
    });
    server.fault = () => "cut";
    await expect(createVm(mode, { mounts: bucket() })).rejects.toThrow(/EIO.*check `endpoint`/);
    server.fault = undefined;
    await expect(createVm(mode, { mounts: bucket({ bucket: "none" }) })).rejects.toThrow(
      "ENOENT: no such file or directory, mount 's3://none' -> '/data' (the bucket must exist)",
    );
    const vm = await createVm(mode, { mounts: bucket() });
    server.fault = ({ operation }) => (operation === "put" ? { status: 503, code: "SlowDown" } : undefined);
    await expect(vm.writeFile("/data/x", "x")).rejects.toMatchObject({ code: "EIO" });
    const { exitCode, stderr } = await vm.exec("echo x > /data/x");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Input/output error")]);
    server.fault = undefined;
    await vm.writeFile("/data/x", "x");
  });

  it("what a command wrote is in the bucket when it has ended, or the command has failed", async () => {
    const vm = await createVm(mode, { mounts: bucket() });
    for (const command of ["seq 3", "printf '1\\n2\\n3\\n'", "seq 3 | cat", "(seq 3)", "sh -c 'seq 3'"]) {
      await vm.exec(`${command} > /data/out`);
      expect(server.text("files/out"), command).toBe("1\n2\n3\n");
      server.objects.clear();
    }
    server.fault = ({ operation }) => (operation === "put" ? { status: 503, code: "SlowDown" } : undefined);
    expect((await vm.exec("seq 3 > /data/out")).exitCode).toBe(1);
  });

  it("a file that a program leaves open when it ends hurts nobody else, even if it cannot be stored", async () => {
    const vm = await createVm(mode, { mounts: bucket() });
    await vm.writeFile("/data/left", "stored");
    const failed = Promise.withResolvers<void>();
    server.fault = ({ operation }) => {
      if (operation !== "put") return undefined;
      failed.resolve();
      return { status: 403, code: "AccessDenied" };
    };
    expect((await vm.exec("exec 3>>/data/left; echo lost >&3; echo done")).stdout).toBe("done\n");
    await failed.promise;
    server.fault = undefined;
    expect((await vm.exec("echo alive")).stdout).toBe("alive\n");
    await vm.dispose();
    expect(server.text("files/left")).toBe("stored");
  });

  it("a read-only bucket refuses changes", async () => {
    const vm = await createVm(mode, { mounts: bucket({ readOnly: true }) });
    await expect(vm.writeFile("/data/x", "x")).rejects.toMatchObject({ code: "EROFS" });
    expect(server.objects.size).toBe(0);
  });

  it("a wrong option is a ConfigError that names it", async () => {
    const [mount] = bucket();
    const plugin = { ...mount!.plugin, config: { ...mount!.plugin.config, secret: "x" } };
    await expect(createVm(mode, { mounts: [{ path: "/data", plugin }] })).rejects.toMatchObject({
      name: "ConfigError",
      option: expect.stringMatching(/^mounts\[0\]\.plugin/),
    });
  });
});

it("without the package for buckets, the error says which to install", async () => {
  const missing = () =>
    Promise.reject(Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" }));
  await expect(openBucket({ bucket: "b" }, { uid: 0, gid: 0 }, missing)).rejects.toMatchObject({
    name: "ConfigError",
    message: expect.stringContaining("npm install @agentos/mount-s3"),
  });
});
