import { spawnSync } from "node:child_process";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import common from "../index.ts";

let vm: TestVm;
beforeAll(() => {
  vm = bootTestVm({ software: [common] });
});
afterAll(() => vm.dispose());

const run = async (command: string): Promise<string> => (await vm.run(["bash", "-c", command])).stdout;
const words = (text: string): string[] => text.trim().split(/\s+/);

describe("ps has the columns of procps", () => {
  const host = spawnSync("ps", ["-V"]);
  it
    .skipIf(host.error !== undefined)
    .each([
      "-f",
      "-l",
      "-lx",
      "-ef",
      "aux",
      "-aux",
      "l",
      "x",
      "ax",
      "-o pid,ppid,rss,vsz,%mem,pmem,%cpu,etime,etimes,time,lstart,nlwp,ni,pri,wchan,stat,comm,args",
      "axo pid,ppid,comm",
      "-axo pid=,ppid=",
      "-A -o ppid,pid,stat,comm",
    ])("ps %s", async (args) => {
    const title = (text: string): string[] => words(text.split("\n")[0]!).filter((word) => !/^\d/.test(word));
    const { stdout } = spawnSync("ps", args.split(" "), { encoding: "utf8" });
    expect(title(await run(`ps ${args}`))).toEqual(title(stdout));
  });
});

describe("ps selects", () => {
  it("children by their parent", async () => {
    const command = `sleep 9 & [ "$(ps -o pid --no-headers --ppid $$ | head -1 | tr -d ' ')" = $! ] && echo found; kill $!`;
    expect(await run(command)).toBe("found\n");
  });

  it("by command, user, and several at once", async () => {
    const command =
      "sleep 9 & ps -C sleep,init -o comm=; ps -u root -o comm=; ps -p 1 --ppid 0 -o pid=; kill $!";
    expect(words(await run(command))).toEqual(["init", "sleep", "init", "1"]);
  });

  it("by numbers alone", async () => {
    expect(words(await run("ps 1"))).toEqual(expect.arrayContaining(["1", "init"]));
  });
});

describe("ps", () => {
  it("sorts by columns, numbers by their value", async () => {
    const pids = words(await run("sleep 9 & sleep 9 & ps -e --sort=-pid -o pid=; kill $(jobs -p)")).map(
      Number,
    );
    expect(pids).toEqual(pids.toSorted((a, b) => b - a));
  });

  it("does not know all columns", async () => {
    const { exitCode, stderr } = await vm.run(["ps", "-o", "pid,bogus"]);
    expect([exitCode, stderr]).toEqual([1, 'ps: error: unknown user-defined format specifier "bogus"\n']);
  });
});
