import { type Inode, MemoryFs, MountNamespace } from "@agentos/vfs";
import { O_RDONLY, O_RDWR, S_IFDIR } from "@agentos/vfs/abi";
import { describe, expect, it } from "vitest";
import { FakeTask } from "../../test/fake-task.ts";
import { DevPts } from "../dev-fs/dev-pts.ts";
import { createDevFs } from "../dev-fs/device-layer.ts";
import { Ptys } from "../tty/ptys.ts";
import { AnonymousFs, ROOT_OWNER } from "./anonymous-inode.ts";
import { Pipes } from "./pipe.ts";
import { SpecialFiles } from "./special-files.ts";

function machine() {
  const fs = new MemoryFs();
  fs.root().mkdir("dev", { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
  const namespace = new MountNamespace(fs);
  const ptys = new Ptys({ signalGroup: () => {}, hangUpSession: () => {} });
  const controlled: string[] = [];
  namespace.mount("/dev", createDevFs());
  namespace.mount("/dev/pts", new DevPts(ptys));
  const special = new SpecialFiles({ ptys, control: (_task, pty) => controlled.push(pty.path) });
  const task = new FakeTask({ pid: 10, pgid: 10, sid: 10 });
  const inodeOf = async (path: string): Promise<Inode> =>
    (await namespace.lookup(namespace.caller(), path)).inode;
  const open = async (path: string, flags = O_RDWR) =>
    special.open({ inode: await inodeOf(path), flags, name: path, task, owner: ROOT_OWNER });
  return { namespace, ptys, special, task, open, inodeOf, controlled };
}

describe("/dev", () => {
  it("has the nodes of a Linux machine", async () => {
    const { namespace } = machine();
    const entries = await namespace.readdir(namespace.caller(), "/dev");
    expect(entries.map(({ name }) => name).sort()).toEqual([
      "fd",
      "full",
      "null",
      "ptmx",
      "pts",
      "random",
      "shm",
      "stderr",
      "stdin",
      "stdout",
      "tty",
      "urandom",
      "zero",
    ]);
    expect(await namespace.readlink(namespace.caller(), "/dev/fd")).toBe("/proc/self/fd");
  });

  it("null swallows, zero and full give zeros, full takes nothing, random gives noise", async () => {
    const { open, task } = machine();
    const into = new Uint8Array(100_000).fill(7);
    const noDevice = await open("/dev/null");
    expect(noDevice.write!(into, task)).toBe(into.length);
    expect(noDevice.read!(into, task)).toBe(0);
    expect((await open("/dev/zero")).read!(into, task)).toBe(into.length);
    expect(into.every((byte) => byte === 0)).toBe(true);
    const full = await open("/dev/full");
    expect(() => full.write!(into, task)).toThrow("No space left on device");
    (await open("/dev/urandom")).read!(into, task);
    expect(new Set(into).size).toBe(256);
  });

  it("ptmx makes a terminal, which appears in pts and goes with its master", async () => {
    const { open, namespace, task } = machine();
    const master = await open("/dev/ptmx");
    const slave = await open("/dev/pts/0");
    expect(slave.terminal?.path).toBe("/dev/pts/0");
    master.write!(new TextEncoder().encode("hi\n"), task);
    expect(slave.read!(new Uint8Array(10), task)).toBe(3);
    expect((await slave.stat()).rdev).toBe(136 * 256);
    master.close();
    await expect((async () => namespace.lookup(namespace.caller(), "/dev/pts/0"))()).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  it("a session leader's first terminal becomes its controlling one, and /dev/tty opens it", async () => {
    const { open, ptys, controlled } = machine();
    await open("/dev/ptmx");
    await expect(open("/dev/tty")).rejects.toMatchObject({ code: "ENXIO" });
    await open("/dev/pts/0");
    expect(controlled).toEqual(["/dev/pts/0"]);
    ptys.get(0).session = 10;
    expect((await open("/dev/tty")).terminal?.path).toBe("/dev/pts/0");
  });
});

it("a pipe's inode opens the same pipe again", async () => {
  const { special, task } = machine();
  const [reader, writer] = new Pipes(new AnonymousFs("pipefs", 1)).create(ROOT_OWNER);
  const again = await special.open({
    inode: reader.inode,
    flags: O_RDONLY,
    name: reader.name,
    task,
    owner: ROOT_OWNER,
  });
  writer.write(new Uint8Array(3), task);
  expect(again.read!(new Uint8Array(9), task)).toBe(3);
});
