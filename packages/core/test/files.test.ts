import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";

describe.each(MODES)("files (%s)", (mode) => {
  it("what is written is read back, as bytes and as text", async () => {
    const vm = await createVm(mode);
    await vm.writeFile("/tmp/note", "héllo");
    await vm.appendFile("/tmp/note", new Uint8Array([33, 0xff]));
    expect(await vm.readFile("/tmp/note")).toEqual(new Uint8Array([...Buffer.from("héllo!"), 0xff]));
    expect(await vm.readFile("/tmp/note", "utf8")).toBe("héllo!\ufffd");
  });

  it("a failure is an Error as Node's fs reports it", async () => {
    const vm = await createVm(mode);
    await expect(vm.readFile("/no/such")).rejects.toMatchObject({
      message: "ENOENT: no such file or directory, open '/no/such'",
      code: "ENOENT",
      errno: -2,
      syscall: "open",
      path: "/no/such",
    });
    await expect(vm.move("/no", "/where")).rejects.toMatchObject({
      message: "ENOENT: no such file or directory, rename '/no' -> '/where'",
      dest: "/where",
    });
    await expect(vm.readFile("/tmp")).rejects.toMatchObject({ code: "EISDIR" });
    await expect(vm.mkdir("/tmp")).rejects.toMatchObject({ code: "EEXIST" });
    await expect(vm.readdir("/etc/passwd")).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it("what the app makes belongs to the VM's user", async () => {
    const vm = await createVm(mode);
    await vm.mkdir("/data/deep", { recursive: true });
    await vm.writeFile("/data/deep/file", "x");
    for (const path of ["/data", "/data/deep", "/data/deep/file"]) {
      expect(await vm.stat(path)).toMatchObject({ uid: 1000, gid: 1000 });
    }
  });

  it("lists directories, also with all that lies below", async () => {
    const vm = await createVm(mode);
    await vm.mkdir("/d/sub/deeper", { recursive: true });
    await vm.mkdir("/d/node_modules");
    await vm.writeFile("/d/node_modules/x", "");
    await vm.writeFile("/d/sub/file.txt", "");
    await vm.symlink("sub", "/d/link");
    expect((await vm.readdir("/d")).sort()).toEqual(["link", "node_modules", "sub"]);
    const entries = await vm.readdirEntries("/d");
    expect(
      entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["node_modules", "sub"]);
    expect(entries.find((entry) => entry.isSymbolicLink())).toMatchObject({ name: "link", path: "/d/link" });
    const below = async (options: object) =>
      (await vm.readdirRecursive("/d", options)).map(({ path }) => path).sort();
    expect(await below({ exclude: ["node_modules"] })).toEqual([
      "/d/link",
      "/d/sub",
      "/d/sub/deeper",
      "/d/sub/file.txt",
    ]);
    expect(await below({ maxDepth: 1 })).toEqual(["/d/link", "/d/node_modules", "/d/sub"]);
    expect(await below({ exclude: ["**/*.txt", "node*"] })).toEqual(["/d/link", "/d/sub", "/d/sub/deeper"]);
  });

  it("copies, moves and deletes trees", async () => {
    const vm = await createVm(mode);
    await vm.mkdir("/t/a", { recursive: true });
    await vm.writeFile("/t/a/run", "#!", { mode: 0o755 });
    await vm.symlink("run", "/t/a/link");
    await vm.copy("/t", "/copy");
    expect((await vm.stat("/copy/a/run")).mode & 0o777).toBe(0o755);
    expect(await vm.readlink("/copy/a/link")).toBe("run");
    await vm.move("/copy", "/moved");
    expect([await vm.exists("/copy"), await vm.exists("/moved/a/run")]).toEqual([false, true]);
    await expect(vm.delete("/moved")).rejects.toMatchObject({ code: "ENOTEMPTY" });
    await vm.delete("/moved", { recursive: true });
    expect(await vm.exists("/moved")).toBe(false);
    await expect(vm.copy("/t", "/t/a/t")).rejects.toMatchObject({ code: "EINVAL" });
  });

  it("changes modes and times", async () => {
    const vm = await createVm(mode);
    await vm.writeFile("/tmp/f", "");
    await vm.chmod("/tmp/f", 0o600);
    await vm.utimes("/tmp/f", 1, new Date(2500));
    const stat = await vm.stat("/tmp/f");
    expect(stat.mode & 0o7777).toBe(0o600);
    expect([stat.atimeMs, stat.mtimeMs, stat.mtime.getTime()]).toEqual([1000, 2500, 2500]);
    expect(stat.isFile()).toBe(true);
  });

  it("one failure among many files does not stop the rest", async () => {
    const vm = await createVm(mode);
    const written = await vm.writeFiles([
      { path: "/tmp/1", content: "one" },
      { path: "/none/2", content: "two" },
      { path: "/tmp/3", content: new Uint8Array([51]) },
    ]);
    expect(written.map(({ success }) => success)).toEqual([true, false, true]);
    expect(written[1]?.error).toMatchObject({ code: "ENOENT", path: "/none/2" });
    const read = await vm.readFiles(["/tmp/1", "/none/2", "/tmp/3"]);
    expect(read.map(({ content }) => content && String.fromCharCode(...content))).toEqual(["one", null, "3"]);
    expect(read[1]?.error?.code).toBe("ENOENT");
  });

  it("large content survives the way", async () => {
    const vm = await createVm(mode);
    const content = new Uint8Array(9_000_001).map((_, i) => i * 31);
    await vm.writeFile("/tmp/large", content);
    expect((await vm.stat("/tmp/large")).size).toBe(content.length);
    expect(Buffer.compare(await vm.readFile("/tmp/large"), content)).toBe(0);
  });

  it("streams read a range and write with back-pressure", async () => {
    const vm = await createVm(mode);
    const chunks = Array.from({ length: 64 }, (_, i) => Buffer.alloc(65_536, i));
    await pipeline(async function* () {
      yield* chunks;
    }, vm.createWriteStream("/tmp/stream"));
    expect((await vm.stat("/tmp/stream")).size).toBe(64 * 65_536);
    const stream = vm.createReadStream("/tmp/stream", { start: 65_535, end: 65_536 });
    expect(await text(stream)).toBe("\0\u0001");
    await pipeline([Buffer.from("end")], vm.createWriteStream("/tmp/stream", { flags: "a" }));
    expect(await text(vm.createReadStream("/tmp/stream", { start: 64 * 65_536 }))).toBe("end");
  });

  it("a stream that is abandoned closes its file; one on a missing file fails", async () => {
    const vm = await createVm(mode);
    await vm.writeFile("/tmp/long", new Uint8Array(4_000_000));
    for await (const chunk of vm.createReadStream("/tmp/long")) {
      expect((chunk as Uint8Array).length).toBeGreaterThan(0);
      break;
    }
    await expect(text(vm.createReadStream("/none"))).rejects.toMatchObject({ code: "ENOENT", path: "/none" });
    await expect(pipeline([""], vm.createWriteStream("/none/x"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("watches a directory and what lies below", async () => {
    const vm = await createVm(mode);
    await vm.mkdir("/w/sub", { recursive: true });
    const seen: string[] = [];
    const watcher = vm.watch("/w", { recursive: true }, ({ type, path }) => seen.push(`${type} ${path}`));
    await watcher.ready;
    await vm.writeFile("/w/sub/f", "x");
    await vm.move("/w/sub/f", "/w/g");
    await vm.delete("/w/g");
    await expect.poll(() => seen.at(-1)).toBe("rename /w/g");
    expect(seen).toContain("rename /w/sub/f");
    watcher.close();
    const before = seen.length;
    await vm.writeFile("/w/h", "");
    expect(seen.length).toBe(before);
  });

  it("file names that are not UTF-8 keep their bytes", async () => {
    const vm = await createVm(mode);
    const name = "caf\udce9";
    await vm.writeFile(`/tmp/${name}`, "bytes");
    expect(await vm.readdir("/tmp")).toEqual([name]);
    expect(await vm.readFile(`/tmp/${name}`, "utf8")).toBe("bytes");
    expect((await vm.execFile("ls", ["/tmp"])).stdoutBytes).toEqual(new Uint8Array([99, 97, 102, 0xe9, 10]));
  });

  it("names that Linux refuses get its errno", async () => {
    const vm = await createVm(mode);
    await expect(vm.writeFile(`/tmp/${"n".repeat(256)}`, "")).rejects.toMatchObject({ code: "ENAMETOOLONG" });
    await expect(vm.stat(`/${"p/".repeat(2100)}`)).rejects.toMatchObject({ code: "ENAMETOOLONG" });
    await expect(vm.stat("")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(vm.writeFile("/tmp/a\0b", "")).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
    await vm.symlink("loop", "/tmp/loop");
    await expect(vm.readFile("/tmp/loop")).rejects.toMatchObject({ code: "ELOOP" });
    expect(await vm.exists("/tmp/loop")).toBe(false);
  });

  it("a full file system says ENOSPC, a read-only mount EROFS", async () => {
    const vm = await createVm(mode, {
      limits: { maxFilesystemBytes: 1_000_000 },
      mounts: [{ path: "/ro", plugin: { id: "memory" }, readOnly: true }],
    });
    await expect(vm.writeFile("/tmp/big", new Uint8Array(2_000_000))).rejects.toMatchObject({
      code: "ENOSPC",
    });
    await expect(vm.writeFile("/ro/file", "")).rejects.toMatchObject({ code: "EROFS" });
    await vm.writeFile("/tmp/small", "still works");
  });

  it("devices and /proc are read as on Linux", async () => {
    const vm = await createVm(mode);
    expect(await vm.readFile("/dev/null")).toHaveLength(0);
    expect(await vm.readFile("/proc/version", "utf8")).toMatch(/^Linux/);
    await vm.writeFile("/dev/null", "gone");
  });
});
