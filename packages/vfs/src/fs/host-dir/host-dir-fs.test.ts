import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryFs, MountNamespace } from "@agentos/vfs";
import { decode, O_CREAT, O_RDWR, O_WRONLY, S_IFIFO } from "@agentos/vfs/abi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostDirFs } from "./host-dir-fs.ts";
import type { HostInode } from "./host-inode.ts";

describe("a host directory", () => {
  let base: string;
  let inside: string;
  let secret: string;
  let ns: MountNamespace;
  let caller: ReturnType<MountNamespace["caller"]>;

  beforeEach(() => {
    base = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "agentos-host-dir-"));
    inside = join(base, "inside");
    secret = join(base, "secret");
    fs.mkdirSync(join(inside, "sub"), { recursive: true });
    fs.writeFileSync(join(inside, "sub", "file"), "harmless");
    fs.mkdirSync(secret);
    fs.writeFileSync(join(secret, "file"), "SECRET");
    ns = new MountNamespace(new MemoryFs());
    caller = ns.caller();
    ns.mkdir(caller, "/mnt");
    ns.mount("/mnt", new HostDirFs({ directory: inside, readOnly: false }));
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

  function failure(run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      return (error as { code?: string }).code;
    }
  }

  async function read(path: string): Promise<string> {
    const { handle } = await ns.open(caller, path, 0);
    const into = new Uint8Array(100);
    const count = await handle!.read(into, 0);
    await handle!.release();
    return decode(into.subarray(0, count));
  }

  it("reads and writes the host's files", async () => {
    expect(await read("/mnt/sub/file")).toBe("harmless");
    const { handle } = await ns.open(caller, "/mnt/sub/new", O_WRONLY | O_CREAT, 0o640);
    await handle!.append(new TextEncoder().encode("from the guest"));
    await handle!.release();
    expect(fs.readFileSync(join(inside, "sub/new"), "utf8")).toBe("from the guest");
    expect(fs.statSync(join(inside, "sub/new")).mode & 0o777).toBe(0o640);
  });

  it("resolves an absolute link in the guest's tree, not the host's", () => {
    fs.symlinkSync(join(secret, "file"), join(inside, "absolute"));
    expect(failure(() => ns.open(caller, "/mnt/absolute", 0))).toBe("ENOENT");
    expect(ns.readlink(caller, "/mnt/absolute")).toBe(join(secret, "file"));
  });

  it("resolves a relative link that climbs out in the guest's tree", () => {
    fs.symlinkSync("../secret/file", join(inside, "climbing"));
    fs.symlinkSync("../secret", join(inside, "directory"));
    expect(failure(() => ns.open(caller, "/mnt/climbing", 0))).toBe("ENOENT");
    expect(failure(() => ns.open(caller, "/mnt/directory/file", 0))).toBe("ENOENT");
  });

  it("climbs with .. into the guest's own tree", () => {
    expect(ns.realpath(caller, "/mnt/sub/../..")).toBe("/");
    expect(failure(() => ns.stat(caller, "/mnt/../secret"))).toBe("ENOENT");
  });

  it("does not follow a parent directory that was swapped for a link after the look-up", () => {
    const inode = ns.lookup(caller, "/mnt/sub/file");
    const directory = ns.lookup(caller, "/mnt/sub");
    if (inode instanceof Promise || directory instanceof Promise)
      throw new Error("host look-ups are synchronous");
    fs.renameSync(join(inside, "sub"), join(inside, "moved"));
    fs.symlinkSync(secret, join(inside, "sub"));
    expect(failure(() => inode.inode.open(0))).toMatch(/ENOENT|ENOTDIR|ELOOP/);
    expect(failure(() => inode.inode.getattr())).toMatch(/ENOENT|ENOTDIR|ELOOP/);
    expect(failure(() => directory.inode.readdir())).toMatch(/ENOENT|ENOTDIR|ELOOP/);
    expect(failure(() => directory.inode.lookup("file"))).toMatch(/ENOENT|ENOTDIR|ELOOP/);
    const node = { mode: 0o100644, uid: 0, gid: 0 };
    expect(failure(() => directory.inode.mknod("planted", node))).toMatch(/ENOENT|ENOTDIR|ELOOP/);
    expect(failure(() => directory.inode.unlink("file"))).toMatch(/ENOENT|ENOTDIR|ELOOP/);
    expect(fs.readdirSync(secret)).toEqual(["file"]);
  });

  it("does not open a file that was swapped for a link after the look-up", () => {
    const found = ns.lookup(caller, "/mnt/sub/file");
    if (found instanceof Promise) throw new Error("host look-ups are synchronous");
    fs.rmSync(join(inside, "sub/file"));
    fs.symlinkSync(join(secret, "file"), join(inside, "sub/file"));
    expect(failure(() => found.inode.open(O_RDWR))).toBe("ELOOP");
    expect(failure(() => found.inode.setattr({ size: 0 }))).toBe("ELOOP");
    expect(fs.readFileSync(join(secret, "file"), "utf8")).toBe("SECRET");
  });

  it("does not open a hard link to another file put in a file's place", () => {
    const found = ns.lookup(caller, "/mnt/sub/file");
    if (found instanceof Promise) throw new Error("host look-ups are synchronous");
    fs.linkSync(join(secret, "file"), join(inside, "sub/other"));
    fs.renameSync(join(inside, "sub/other"), join(inside, "sub/file"));
    expect(failure(() => found.inode.open(0))).toBe("ESTALE");
  });

  it("takes no name that is a path", () => {
    const root = new HostDirFs({ directory: inside }).root() as HostInode;
    for (const name of ["..", ".", "", "sub/file", "../secret/file"]) {
      expect(failure(() => root.lookup(name))).toBe("EINVAL");
    }
  });

  it("makes no devices and opens none", () => {
    expect(failure(() => ns.mknod(caller, "/mnt/fifo", S_IFIFO | 0o600))).toBe("EPERM");
  });

  it("makes no file of the host set-user-ID or set-group-ID", async () => {
    ns.chmod(caller, "/mnt/sub/file", 0o6755);
    expect(fs.statSync(join(inside, "sub/file")).mode & 0o7777).toBe(0o755);
    const { handle } = await ns.open(caller, "/mnt/new", O_WRONLY | O_CREAT, 0o6700);
    await handle!.release();
    expect(fs.statSync(join(inside, "new")).mode & 0o7777).toBe(0o700);
  });

  it("changes nothing when it is read-only", () => {
    ns.mkdir(caller, "/ro");
    ns.mount("/ro", new HostDirFs({ directory: inside }));
    expect(failure(() => ns.open(caller, "/ro/new", O_WRONLY | O_CREAT))).toBe("EROFS");
    expect(failure(() => ns.open(caller, "/ro/sub/file", O_WRONLY))).toBe("EROFS");
    expect(failure(() => ns.unlink(caller, "/ro/sub/file"))).toBe("EROFS");
    expect(failure(() => ns.chmod(caller, "/ro/sub/file", 0o777))).toBe("EROFS");
    expect(failure(() => ns.rename(caller, "/ro/sub", "/ro/bus"))).toBe("EROFS");
  });

  it("shows every file as the VM user's", () => {
    expect(ns.stat(caller, "/mnt/sub/file")).toMatchObject({ uid: 1000, gid: 1000 });
    expect(failure(() => ns.chown(caller, "/mnt/sub/file", 0, 0))).toBe("EPERM");
  });

  it("keeps names that are not UTF-8", () => {
    const name = Buffer.concat([Buffer.from(`${inside}/`), Buffer.from([0x66, 0xff, 0x6f])]);
    fs.writeFileSync(name, "bytes");
    const entries = ns.readdir(caller, "/mnt");
    expect(entries).toContainEqual(expect.objectContaining({ name: "f\udcffo" }));
    expect(ns.stat(caller, "/mnt/f\udcffo")).toMatchObject({ size: 5 });
  });

  it("knows the attributes of an open file whose name the host has removed", async () => {
    const { handle } = await ns.open(caller, "/mnt/sub/file", 0);
    fs.rmSync(join(inside, "sub/file"));
    expect(await handle!.getattr!()).toMatchObject({ size: 8, nlink: 0 });
    await handle!.release();
  });

  it("lists what the host has changed, with types and inode numbers", async () => {
    ns.readdir(caller, "/mnt");
    fs.symlinkSync("sub", join(inside, "link"));
    fs.mkdirSync(join(inside, "new"));
    fs.writeFileSync(join(inside, "a\ufffdb"), "");
    const entries = await ns.readdir(caller, "/mnt");
    expect(entries.map(({ name, type }) => `${name} ${type.toString(8)}`).sort()).toEqual([
      "a\ufffdb 100000",
      "link 120000",
      "new 40000",
      "sub 40000",
    ]);
    for (const { name, ino } of entries) expect(ns.lstat(caller, `/mnt/${name}`)).toMatchObject({ ino });
  });

  it("does not follow a directory on the way that was swapped for a link a moment ago", async () => {
    ns.mkdir(caller, "/ro");
    ns.mount("/ro", new HostDirFs({ directory: inside }));
    expect(ns.stat(caller, "/ro/sub/file")).toMatchObject({ size: 8 });
    fs.renameSync(join(inside, "sub"), join(inside, "moved"));
    fs.symlinkSync(secret, join(inside, "sub"));
    for (const act of [
      () => ns.stat(caller, "/ro/sub/file"),
      () => ns.open(caller, "/ro/sub/file", 0),
      () => ns.readdir(caller, "/ro/sub"),
      () => ns.access(caller, "/ro/sub/file", 0),
    ])
      expect(failure(act)).toMatch(/ENOENT|ENOTDIR/);
  });

  it("sees at once what the host has done to what a call is about, in a read-only mount too", async () => {
    ns.mkdir(caller, "/ro");
    ns.mount("/ro", new HostDirFs({ directory: inside }));
    expect(ns.stat(caller, "/ro/sub/file")).toMatchObject({ size: 8 });
    fs.writeFileSync(join(inside, "sub/later"), "");
    expect(ns.stat(caller, "/ro/sub/later")).toMatchObject({ size: 0 });
    fs.rmSync(join(inside, "sub"), { recursive: true });
    expect(failure(() => ns.stat(caller, "/ro/sub/later"))).toBe("ENOENT");
    expect(failure(() => ns.access(caller, "/ro/sub", 0))).toBe("ENOENT");
  });

  it("leaves no host descriptor open", async () => {
    const count = () => fs.readdirSync("/proc/self/fd").length;
    const before = count();
    await read("/mnt/sub/file");
    failure(() => ns.stat(caller, "/mnt/none/none"));
    failure(() => ns.chown(caller, "/mnt/sub/file", 5, 5));
    ns.chmod(caller, "/mnt/sub/file", 0o600);
    expect(count()).toBe(before);
  });

  it("keeps one directory of a read-only mount open, until the next turn of the event loop", async () => {
    ns.mkdir(caller, "/ro");
    ns.mount("/ro", new HostDirFs({ directory: inside }));
    const links = () => fs.readdirSync("/proc/self/fd").map((fd) => join("/proc/self/fd", fd));
    const isInside = (link: string) => fs.existsSync(link) && fs.readlinkSync(link).startsWith(inside);
    const count = () => links().filter(isInside).length;
    for (let i = 0; i < 5; i++) {
      fs.mkdirSync(join(inside, `d${i}`));
      expect(ns.readdir(caller, `/ro/d${i}`)).toEqual([]);
      expect(ns.stat(caller, "/ro/sub/file")).toMatchObject({ size: 8 });
    }
    expect(count()).toBe(1);
    await new Promise(setImmediate);
    expect(count()).toBe(0);
  });

  it("does not take a directory that it keeps open for what is at its path now", () => {
    ns.mkdir(caller, "/ro");
    ns.mount("/ro", new HostDirFs({ directory: inside }));
    const directory = ns.lookup(caller, "/ro/sub");
    if (directory instanceof Promise) throw new Error("host look-ups are synchronous");
    expect(directory.inode.readdir()).toMatchObject([{ name: "file" }]);
    fs.renameSync(join(inside, "sub"), join(inside, "moved"));
    expect(failure(() => directory.inode.readdir())).toBe("ENOENT");
    fs.mkdirSync(join(inside, "sub"));
    expect(directory.inode.readdir()).toEqual([]);
    expect(directory.inode.lookup("file")).toBeUndefined();
    fs.rmdirSync(join(inside, "sub"));
    fs.symlinkSync(secret, join(inside, "sub"));
    expect(failure(() => directory.inode.readdir())).toMatch(/ENOENT|ENOTDIR/);
    expect(failure(() => directory.inode.lookup("file"))).toMatch(/ENOENT|ENOTDIR/);
  });
});
