import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { MemoryFs } from "@agentos/vfs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tools } from "../index.ts";

const root = { uid: 0 };

let vm: TestVm;
beforeEach(async () => {
  vm = bootTestVm({ software: [tools] });
  await vm.namespace.mount("/mnt", new MemoryFs());
  await vm.run(["chmod", "777", "/mnt"], root);
});
afterEach(() => vm.dispose());

const listing = async (path: string) =>
  (await vm.run(["find", path, "-printf", "%P %y %m %n %T@ %l\n"], root)).stdout
    .split("\n")
    .filter((line) => !/^ |^sub d/.test(line))
    .sort();

async function prepareTree(): Promise<void> {
  await vm.run(["mkdir", "-p", "t/sub"]);
  await vm.writeFile("/home/user/t/a", "alpha\n");
  await vm.run(["ln", "t/a", "t/sub/hard"]);
  await vm.run(["ln", "-s", "../a", "t/sub/link"]);
  await vm.run(["chmod", "640", "t/a"]);
  await vm.run(["mkfifo", "t/pipe"]);
  await vm.run(["touch", "-h", "-d", "@1000000000.5", "t/a", "t/sub/link", "t/pipe"]);
}

describe("trees", () => {
  it("cp -a keeps links, hard links, modes and times", async () => {
    await prepareTree();
    expect(await vm.run(["cp", "-a", "t", "/mnt/copy"], root)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await listing("/mnt/copy")).toEqual(await listing("/home/user/t"));
  });

  it("mv to another file system copies, then removes the source", async () => {
    await prepareTree();
    const before = await listing("/home/user/t");
    expect(await vm.run(["mv", "t", "/mnt/moved"], root)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await listing("/mnt/moved")).toEqual(before);
    expect((await vm.run(["ls", "-d", "t"])).exitCode).toBe(2);
    expect(await vm.readFile("/mnt/moved/sub/hard")).toBe("alpha\n");
  });

  it("mv keeps the source if the copy fails", async () => {
    await vm.run(["mkdir", "t"]);
    await vm.writeFile("/home/user/t/a", "alpha\n");
    await vm.run(["chmod", "755", "/mnt"], root);
    const run = await vm.run(["mv", "t", "/mnt/t"]);
    expect(run.exitCode).toBe(1);
    expect(await vm.readFile("/home/user/t/a")).toBe("alpha\n");
  });

  it("a tree of 400 levels is copied, listed, measured and removed", async () => {
    const deep = Array.from({ length: 400 }, () => "d").join("/");
    await vm.run(["mkdir", "-p", deep]);
    await vm.writeFile(`/home/user/${deep}/f`, "x");
    expect((await vm.run(["cp", "-r", "d", "copy"])).exitCode).toBe(0);
    expect((await vm.run(["find", "copy", "-type", "f"])).stdout).toContain("/d/f");
    expect((await vm.run(["du", "-s", "--inodes", "copy"])).stdout).toBe("401\tcopy\n");
    expect((await vm.run(["chmod", "-R", "u+w", "copy"])).exitCode).toBe(0);
    expect((await vm.run(["rm", "-r", "d", "copy"])).exitCode).toBe(0);
    expect((await vm.run(["ls"])).stdout).toBe("");
  });

  it("a user without write permission removes nothing and is told so", async () => {
    await vm.run(["mkdir", "t"]);
    await vm.run(["touch", "t/a"]);
    await vm.run(["chmod", "555", "t"]);
    const run = await vm.run(["rm", "-rf", "t"]);
    expect(run).toMatchObject({ exitCode: 1, stderr: "rm: cannot remove 't/a': Permission denied\n" });
  });
});
