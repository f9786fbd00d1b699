import { beforeEach, describe, expect, it } from "vitest";
import { decode, encode, isSysError, O_RDWR, O_WRONLY } from "../../abi/index.ts";
import type { Caller } from "../../dentry.ts";
import type { FileHandle } from "../../inode.ts";
import { MountNamespace } from "../../mount-namespace.ts";
import { buildLayer } from "../memory/build-layer.ts";
import { MemoryFs } from "../memory/memory-fs.ts";
import { OverlayFs } from "./overlay-fs.ts";

describe("an overlay", () => {
  const top = buildLayer({ "/usr/bin/tool": "top tool", "/etc/hosts": "top hosts", "/swap": "a file" });
  const bottom = buildLayer({
    "/usr/bin/tool": "bottom tool",
    "/usr/bin/other": "other",
    "/usr/lib/x/y": "deep",
    "/swap/": {},
    "/swap/hidden": "",
  });
  let fs: OverlayFs;
  let ns: MountNamespace;
  let root: Caller;

  function use(overlay: OverlayFs): void {
    fs = overlay;
    ns = new MountNamespace(fs);
    root = ns.caller();
  }
  beforeEach(() => use(new OverlayFs({ upper: new MemoryFs(), lowers: [top, bottom] })));

  function now<T>(value: T | Promise<T>): T {
    if (value instanceof Promise) throw new Error("memory answers at once");
    return value;
  }
  const open = (path: string, flags = 0): FileHandle => now(ns.open(root, path, flags)).handle!;
  function text(handle: FileHandle): string {
    const into = new Uint8Array(100);
    return decode(into.subarray(0, now(handle.read(into, 0))));
  }
  const read = (path: string): string => text(open(path));
  const list = (path: string): string[] =>
    now(ns.readdir(root, path))
      .map(({ name }) => name)
      .sort();

  it("shows the topmost file and the union of directories", () => {
    expect(read("/usr/bin/tool")).toBe("top tool");
    expect(list("/usr")).toEqual(["bin", "lib"]);
    expect(list("/usr/bin")).toEqual(["other", "tool"]);
    expect(now(ns.stat(root, "/usr")).nlink).toBe(4);
  });

  it("lets a file hide a directory below it", () => {
    expect(read("/swap")).toBe("a file");
    ns.unlink(root, "/swap");
    expect(ns.statIfExists(root, "/swap")).toBeUndefined();
    ns.mkdir(root, "/swap");
    expect(list("/swap")).toEqual([]);
  });

  it("copies up on the first write and keeps number, times and lower file", () => {
    const before = now(ns.stat(root, "/usr/bin/other"));
    const handle = open("/usr/bin/other", O_RDWR);
    expect(now(ns.stat(root, "/usr/bin/other"))).toEqual(before);
    handle.write(encode("O"), 0);
    expect(read("/usr/bin/other")).toBe("Other");
    expect(now(ns.stat(root, "/usr/bin/other")).ino).toBe(before.ino);
    const fresh = new MountNamespace(new OverlayFs({ upper: new MemoryFs(), lowers: [top, bottom] }));
    expect(now(fresh.stat(fresh.caller(), "/usr/bin/other")).mtimeNs).toBe(before.mtimeNs);
  });

  it("shows a reader that opened the lower file what is written later", () => {
    const reader = open("/etc/hosts");
    expect(text(reader)).toBe("top hosts");
    open("/etc/hosts", O_WRONLY).write(encode("NEW"), 0);
    expect(text(reader)).toBe("NEW hosts");
    ns.unlink(root, "/etc/hosts");
    expect(text(reader)).toBe("NEW hosts");
  });

  it("keeps a removed lower file readable, with no link, for who has it open", () => {
    const { handle, inode } = now(ns.open(root, "/etc/hosts", 0));
    ns.unlink(root, "/etc/hosts");
    expect(text(handle!)).toBe("top hosts");
    expect(now(inode.getattr()).nlink).toBe(0);
    expect(list("/etc")).toEqual([]);
    now(inode.setattr({ mode: 0o600 }));
    expect(ns.statIfExists(root, "/etc/hosts")).toBeUndefined();
  });

  it("renames a lower directory without copying what it holds", () => {
    const inodes = fs.upper.usage.inodes;
    const number = now(ns.stat(root, "/usr/lib")).ino;
    ns.rename(root, "/usr/lib", "/moved");
    expect(read("/moved/x/y")).toBe("deep");
    expect(list("/usr")).toEqual(["bin"]);
    expect(now(ns.stat(root, "/moved")).ino).toBe(number);
    expect(fs.upper.usage.inodes - inodes).toBeLessThanOrEqual(3);
    ns.mkdir(root, "/usr/lib");
    expect(list("/usr/lib")).toEqual([]);
  });

  it("keeps a renamed lower directory through snapshot and fork", () => {
    ns.rename(root, "/usr/lib", "/moved");
    use(OverlayFs.from(fs.snapshot()));
    expect(read("/moved/x/y")).toBe("deep");
    expect(list("/usr")).toEqual(["bin"]);
  });

  it("keeps the names of a hard-linked lower file together after copy-up, also in a fork", () => {
    const lower = new MemoryFs();
    const build = new MountNamespace(lower);
    const builder = build.caller();
    now(build.open(builder, "/a", 0o101, 0o644)).handle!.write(encode("shared"), 0);
    build.link(builder, "/a", "/b");
    use(new OverlayFs({ upper: new MemoryFs(), lowers: [lower.snapshot()] }));
    open("/a", O_WRONLY).write(encode("S"), 0);
    expect(read("/b")).toBe("Shared");
    expect(now(ns.stat(root, "/b"))).toEqual(now(ns.stat(root, "/a")));
    use(OverlayFs.from(fs.snapshot()));
    expect(read("/b")).toBe("Shared");
    ns.unlink(root, "/a");
    expect(now(ns.stat(root, "/b")).nlink).toBe(1);
    ns.rename(root, "/b", "/c");
    expect(read("/c")).toBe("Shared");
  });

  it("writes nothing of a snapshot", () => {
    const frozen = new MountNamespace(fs.snapshot());
    const caller = frozen.caller();
    for (const change of [
      () => frozen.mkdir(caller, "/new"),
      () => frozen.open(caller, "/etc/hosts", O_WRONLY),
      () => frozen.unlink(caller, "/etc/hosts"),
    ]) {
      expect(change).toThrow(expect.toSatisfy((error) => isSysError(error, "EROFS")));
    }
  });

  it("brings a name back when making over its whiteout fails", () => {
    use(new OverlayFs({ upper: new MemoryFs({ maxInodes: 3 }), lowers: [bottom] }));
    ns.unlink(root, "/swap/hidden");
    expect(() => ns.symlink(root, "x".repeat(10), "/swap/two")).toThrow();
    expect(list("/swap")).toEqual([]);
  });

  it("forgets cached names rather than grow without bound", () => {
    const entries = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`/d/f${i}`, ""]));
    use(new OverlayFs({ upper: new MemoryFs(), lowers: [buildLayer(entries)] }));
    for (let i = 0; i < 20_000; i++) ns.stat(root, `/d/f${i}`);
    ns.unlink(root, "/d/f7");
    expect(ns.statIfExists(root, "/d/f7")).toBeUndefined();
    expect(list("/d").length).toBe(19_999);
  });
});
