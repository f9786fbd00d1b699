import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuestProcess, startGuestProcess } from "./guest-process.ts";
import { osSandbox } from "./os-sandbox.ts";

const sandbox = await osSandbox();

describe.runIf(sandbox.isUp)("a sandboxed guest, seen from the host,", () => {
  let guest: GuestProcess;
  let pid: number;

  beforeAll(async () => {
    guest = await startGuestProcess();
    // Node has replaced what prepared its place once it has its own name.
    while (!isNode(guest.hostPid)) await new Promise((resolve) => setTimeout(resolve, 2));
    pid = guest.hostPid!;
  });

  afterAll(async () => {
    guest.kill();
    await guest.ended;
  });

  for (const kind of ["mnt", "net", "pid", "ipc", "uts"]) {
    it(`has a ${kind} namespace of its own`, () => {
      expect(readlinkSync(`/proc/${pid}/ns/${kind}`)).not.toBe(readlinkSync(`/proc/self/ns/${kind}`));
    });
  }

  it("has no capability and can get no new privileges", () => {
    const { CapEff, CapPrm, CapInh, CapAmb, NoNewPrivs } = statusOf(pid);
    expect([CapEff, CapPrm, CapInh, CapAmb].map((set) => Number(`0x${set}`))).toEqual([0, 0, 0, 0]);
    expect(NoNewPrivs).toBe("1");
  });

  it.runIf(process.getuid?.() === 0)("is a user that nobody else is", () => {
    const { Uid, Gid, Groups } = statusOf(pid);
    expect(new Set(Uid!.split("\t")).size).toBe(1);
    expect(Number.parseInt(Uid!, 10)).toBeGreaterThan(1000);
    expect([Gid, Groups]).toEqual([Uid, ""]);
  });

  it("sees no files but those that node is made of", () => {
    expect(readdirSync(`/proc/${pid}/root/`)).toEqual(expect.arrayContaining(["empty", "proc", "usr"]));
    expect(readdirSync(`/proc/${pid}/root/usr/bin`)).toEqual(["node"]);
    expect(readdirSync(`/proc/${pid}/root/empty`)).toEqual([]);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toMatch(/\/empty$/);
  });

  it("has no descriptors of the host but its streams", () => {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => linkIfOpen(`/proc/${pid}/fd/${fd}`));
    const others = links.filter(
      (link) => link !== undefined && !/^(socket|pipe|anon_inode):|^\/dev\/null$/.test(link),
    );
    expect(others).toEqual([]);
  });
});

describe("what is said of the sandbox", () => {
  it("tells what it is made of, or what is missing", () => {
    expect(sandbox.how).toMatch(sandbox.isUp ? /namespaces \(.*network/ : /namespaces need|offers none/);
  });
});

function statusOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, "latin1").split("\n");
  return Object.fromEntries(lines.map((line) => line.split(":").map((part) => part.trim())));
}

/** The guest at work closes descriptors between their listing and the look at them. */
function linkIfOpen(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isNode(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  return readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith("node\0");
}
