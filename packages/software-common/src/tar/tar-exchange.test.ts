import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encode, S_IFDIR, S_IFLNK, S_IFREG } from "@agentos/kernel/abi";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tools } from "../index.ts";
import { BLOCK, encodeHeader, type Member, padded } from "./header.ts";

const hostTar = /GNU/.test(String(spawnSync("tar", ["--version"]).stdout));
const DEEP = `${"n".repeat(90)}/${"m".repeat(90)}/${"o".repeat(120)}.txt`;
const FILES: Readonly<Record<string, string>> = {
  "a.txt": "alpha\n",
  empty: "",
  [DEEP]: "deep\n",
  [`${"x".repeat(99)}/y`]: "at the edge\n",
  "gr\u00fc\u00dfe": "utf-8\n",
  big: "0123456789".repeat(40_000),
};

let directory: string;
let vm: TestVm;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tar-"));
  vm = bootTestVm({ software: [tools], files: { "/home/user/out/": {}, "/tmp/outside/": { mode: 0o777 } } });
});
afterEach(() => {
  vm.dispose();
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!hostTar)("archives exchanged with GNU tar", () => {
  it.each(["-cf", "-czf"])("what %s writes, GNU tar extracts", async (create) => {
    for (const [name, text] of Object.entries(FILES)) {
      await vm.run(["mkdir", "-p", dirname(`in/${name}`)]);
      await vm.writeFile(`/home/user/in/${name}`, text);
    }
    await vm.run(["ln", "-s", "a.txt", "in/link"]);
    await vm.run(["ln", "in/a.txt", "in/hard"]);
    const made = await vm.run(["tar", create, "x.tar", "-C", "in", "."]);
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const archive = join(directory, "x.tar");
    writeFileSync(archive, await vm.readBytes("/home/user/x.tar"));
    execFileSync("tar", ["-xf", archive, "-C", directory]);
    for (const [name, text] of Object.entries(FILES)) {
      expect(readFileSync(join(directory, name), "utf8")).toBe(text);
    }
    expect(readFileSync(join(directory, "link"), "utf8")).toBe("alpha\n");
    expect(statSync(join(directory, "hard")).nlink).toBe(2);
  });

  it.each(["gnu", "pax", "oldgnu"])("what GNU tar writes as --format=%s, it extracts", async (format) => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(directory, "in", name)), { recursive: true });
      writeFileSync(join(directory, "in", name), text);
    }
    symlinkSync("s".repeat(150), join(directory, "in/longlink"));
    const archive = execFileSync("tar", [
      "-czf",
      "-",
      `--format=${format}`,
      "-C",
      join(directory, "in"),
      ".",
    ]);
    const extracted = await vm.run(["tar", "-xf", "-", "-C", "out"], { stdin: archive });
    expect(extracted).toMatchObject({ exitCode: 0, stderr: "" });
    for (const [name, text] of Object.entries(FILES)) {
      expect(await vm.readFile(`/home/user/out/${name}`)).toBe(text);
    }
    expect((await vm.run(["readlink", "out/longlink"])).stdout).toBe(`${"s".repeat(150)}\n`);
  });
});

describe("hostile archives", () => {
  const member = (path: string, more: Partial<Member> = {}): Member => ({
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    user: "",
    group: "",
    size: 0,
    mtimeNs: 0n,
    type: S_IFREG,
    link: undefined,
    rdev: 0,
    ...more,
  });
  const archive = (entries: readonly [Member, string?][]): Uint8Array => {
    const parts = entries.flatMap(([entry, text = ""]) => {
      const data = new Uint8Array(padded(text.length));
      data.set(encode(text));
      return [encodeHeader({ ...entry, size: text.length }), data];
    });
    return Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]);
  };
  const extract = (entries: readonly [Member, string?][]) =>
    vm.run(["tar", "-xf", "-", "-C", "out"], { stdin: archive(entries) });
  const outside = async () => (await vm.run(["find", "/tmp/outside", "/home/user", "-type", "f"])).stdout;

  it("a name with .. or a leading slash stays below the directory", async () => {
    const run = await extract([
      [member("../evil"), "x"],
      [member("/tmp/outside/evil"), "x"],
      [member("a/../../e"), "x"],
    ]);
    expect(run.stderr).toContain("Removing leading");
    expect((await outside()).split("\n").sort()).toEqual([
      "",
      "/home/user/out/e",
      "/home/user/out/evil",
      "/home/user/out/tmp/outside/evil",
    ]);
  });

  it("nothing is written through a link that the archive brought", async () => {
    const leading = member("link", { type: S_IFLNK, link: "/tmp/outside" });
    await extract([[leading], [member("link/evil"), "x"]]);
    expect(await outside()).not.toContain("/tmp/outside/evil");
    const climbing = member("up", { type: S_IFLNK, link: "../../../tmp/outside" });
    await extract([[climbing], [member("up/evil"), "x"]]);
    expect(await outside()).not.toContain("/tmp/outside/evil");
  });

  it("a directory that turns into a link does not hand its mode on", async () => {
    const dir = member("d/", { type: S_IFDIR, mode: 0o000 });
    await extract([[dir], [member("d", { type: S_IFLNK, link: "/tmp/outside" })]]);
    expect((await vm.run(["stat", "-c", "%a", "/tmp/outside"])).stdout).toBe("777\n");
  });

  it("a hard link cannot reach outside", async () => {
    await vm.writeFile("/tmp/outside/secret", "s");
    const run = await extract([[member("got", { link: "../../../tmp/outside/secret" })]]);
    expect(run.exitCode).toBe(2);
    expect((await vm.run(["stat", "-c", "%h", "/tmp/outside/secret"])).stdout).toBe("1\n");
  });

  it("an extended header that claims gigabytes is refused", async () => {
    const header = encodeHeader(member("x", { size: 2 ** 32 }));
    header[156] = "x".charCodeAt(0);
    header.fill(32, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    const run = await vm.run(["tar", "-tf", "-"], { stdin: header });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("header");
  });

  it("random bytes end with an error, not a crash", async () => {
    const bytes = new Uint8Array(5000).map((_, i) => (i * 7919) % 251);
    const run = await vm.run(["tar", "-xf", "-"], { stdin: bytes });
    expect(run).toMatchObject({ exitCode: 2, signal: undefined });
  });
});
