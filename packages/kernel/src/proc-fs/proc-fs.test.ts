import { decode, encode, O_CREAT, O_RDONLY, O_RDWR, O_WRONLY } from "@agentos/vfs/abi";
import { afterEach, expect, it } from "vitest";
import type { Proc } from "../program/proc.ts";
import { bootTestVm, type TestVm, testSoftware } from "../testing/test-vm.ts";

let vm: TestVm | undefined;
afterEach(() => vm?.dispose());

async function slurp(proc: Proc, path: string): Promise<string> {
  const fd = await proc.open(path, O_RDONLY);
  const into = new Uint8Array(65_536);
  let text = "";
  for (let n = 1; n > 0; text += decode(into.subarray(0, n))) n = await proc.read(fd, into);
  await proc.close(fd);
  return text;
}

/** Runs `body` as a process and gives what it returns. */
async function inside<T>(body: (proc: Proc) => Promise<T>, uid = 1000): Promise<T> {
  let answer: { value: T } | { error: unknown } | undefined;
  const probe = async (proc: Proc): Promise<number> => {
    answer = await body(proc).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    return 0;
  };
  vm = bootTestVm({ software: [testSoftware({ probe })] });
  await vm.run(["probe", "two words"], { uid });
  if (answer === undefined) throw new Error("the process did not answer");
  if ("error" in answer) throw answer.error;
  return answer.value;
}

it("self is the process that asks", async () => {
  const [pid, link, names] = await inside(async (proc) => [
    proc.pid,
    await proc.readlink("/proc/self"),
    (await proc.readdir("/proc/self/")).map(({ name }) => name),
  ]);
  expect(link).toBe(`${pid}`);
  expect(names).toEqual(
    expect.arrayContaining(["cmdline", "comm", "cwd", "environ", "exe", "fd", "stat", "status"]),
  );
});

it("tells the command line, name, directory and environment", async () => {
  const facts = await inside(async (proc) => ({
    cmdline: await slurp(proc, "/proc/self/cmdline"),
    comm: await slurp(proc, "/proc/self/comm"),
    cwd: await proc.readlink("/proc/self/cwd"),
    exe: await proc.readlink("/proc/self/exe"),
    environ: await slurp(proc, "/proc/self/environ"),
  }));
  expect(facts).toMatchObject({
    cmdline: "probe\0two words\0",
    comm: "probe\n",
    cwd: "/home/user",
    exe: "/usr/bin/probe",
  });
  expect(facts.environ).toContain("HOME=/home/user\0");
});

it("stat has Linux's 52 fields and status its lines", async () => {
  const [pid, stat, status] = await inside(async (proc) => [
    proc.pid,
    await slurp(proc, "/proc/self/stat"),
    await slurp(proc, "/proc/self/status"),
  ]);
  expect(stat.trimEnd().split(" ")).toHaveLength(52);
  expect(stat).toMatch(new RegExp(`^${pid} \\(probe\\) R 1 ${pid} ${pid} 0 -1 `));
  expect(status).toContain("State:\tR (running)\n");
  expect(status).toContain("Uid:\t1000\t1000\t1000\t1000\n");
});

it("an fd link names a pipe, and opening it opens the same pipe", async () => {
  const [name, count] = await inside(async (proc) => {
    const [, writer] = proc.pipe();
    const again = await proc.open(`/proc/self/fd/${writer}`, O_WRONLY);
    await proc.write(again, encode("through the link"));
    const into = new Uint8Array(100);
    return [await proc.readlink(`/dev/fd/${writer}`), await proc.read(writer - 1, into)] as const;
  });
  expect(name).toMatch(/^pipe:\[\d+\]$/);
  expect(count).toBe(16);
});

it("an fd link opens a file that has no name any more", async () => {
  const text = await inside(async (proc) => {
    const fd = await proc.open("gone", O_RDWR | O_CREAT, 0o600);
    await proc.write(fd, encode("still here"));
    await proc.unlink("gone");
    return slurp(proc, `/proc/self/fd/${fd}`);
  });
  expect(text).toBe("still here");
});

it("/dev/stdin, /dev/stdout and /dev/null work as files", async () => {
  const out = async (proc: Proc): Promise<number> => {
    const fd = await proc.open("/dev/stdout", O_WRONLY);
    await proc.write(fd, encode((await slurp(proc, "/dev/stdin")).toUpperCase()));
    await proc.write(await proc.open("/dev/null", O_WRONLY), encode("lost"));
    return 0;
  };
  vm = bootTestVm({ software: [testSoftware({ out })] });
  expect(await vm.run(["out"], { stdin: "text" })).toMatchObject({ stdout: "TEXT", exitCode: 0 });
});

it("only the owner and root look into a process", async () => {
  await expect(inside((proc) => slurp(proc, "/proc/1/environ"))).rejects.toMatchObject({ code: "EACCES" });
  await expect(inside(async (proc) => proc.readdir("/proc/1/fd"))).rejects.toMatchObject({ code: "EACCES" });
  await expect(inside(async (proc) => proc.readlink("/proc/1/cwd"))).rejects.toMatchObject({
    code: "EACCES",
  });
  expect(await inside(async (proc) => proc.readlink("/proc/1/cwd"), 0)).toBe("/");
});

it("lists processes and machine-wide files", async () => {
  const [names, meminfo, mounts, uptime, version] = await inside(async (proc) => [
    (await proc.readdir("/proc")).map(({ name }) => name),
    await slurp(proc, "/proc/meminfo"),
    await slurp(proc, "/proc/mounts"),
    await slurp(proc, "/proc/uptime"),
    await slurp(proc, "/proc/version"),
  ]);
  expect(names).toEqual(expect.arrayContaining(["1", "self", "cpuinfo", "loadavg", "sys", "net", "stat"]));
  expect(meminfo).toMatch(/^MemTotal: +\d+ kB\nMemFree: +\d+ kB\n/);
  expect(mounts).toContain("proc /proc proc rw,relatime 0 0\n");
  expect(mounts).toContain("devpts /dev/pts devpts rw,relatime 0 0\n");
  expect(uptime).toMatch(/^\d+\.\d\d \d+\.\d\d\n$/);
  expect(version).toMatch(/^Linux version /);
});

it("refuses new files and names", async () => {
  await expect(
    inside(async (proc) => proc.open("/proc/new", O_WRONLY | O_CREAT, 0o600), 0),
  ).rejects.toMatchObject({ code: "EPERM" });
  await expect(inside(async (proc) => proc.unlink("/proc/uptime"), 0)).rejects.toMatchObject({
    code: "EPERM",
  });
});

it("a walk over all of it comes to an end and finds no inode number twice", async () => {
  const [seen, repeated] = await inside(async (proc) => {
    const inodes = new Map<number, string>();
    const twice: string[] = [];
    const walk = async (directory: string): Promise<void> => {
      for (const { name, stat } of await proc.readdirStat(directory)) {
        const path = `${directory}/${name}`;
        if (inodes.has(stat.ino)) twice.push(`${path} ${inodes.get(stat.ino)}`);
        inodes.set(stat.ino, path);
        if ((stat.mode & 0o170000) === 0o040000 && !path.includes("/fd")) await walk(path);
      }
    };
    await walk("/proc");
    return [inodes.size, twice] as const;
  }, 0);
  expect(repeated).toEqual([]);
  expect(seen).toBeGreaterThan(60);
});
