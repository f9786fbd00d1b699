import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildLayer,
  type Caller,
  type FileSystem,
  MemoryFs,
  MountNamespace,
  OverlayFs,
  SqliteFs,
} from "@agentos/vfs";
import { encode, O_CREAT, O_RDWR, type Stat } from "@agentos/vfs/abi";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

// Which operation moves which time. Source: POSIX.1-2024, the "shall mark for update" of each function.

const layer = buildLayer({ "/dir/file": "text", "/dir/sub/": {} }, { mtimeNs: 1000n });

const base = mkdtempSync(join(tmpdir(), "agentos-vfs-times-"));
const databases: SqliteFs[] = [];
afterAll(() => {
  for (const database of databases) database.close();
  rmSync(base, { recursive: true, force: true });
});

function database(): SqliteFs {
  const fs = new SqliteFs({ path: join(base, `${databases.length}.db`) });
  databases.push(fs);
  const namespace = new MountNamespace(fs);
  const root = namespace.caller();
  namespace.mkdir(root, "/dir");
  namespace.mkdir(root, "/dir/sub");
  namespace.open(root, "/dir/file", O_CREAT | O_RDWR);
  namespace.truncate(root, "/dir/file", 4);
  return fs;
}

const makers: Record<string, () => FileSystem> = {
  memory: () => MemoryFs.from(layer),
  "an overlay": () => new OverlayFs({ upper: new MemoryFs(), lowers: [layer] }),
  "an SQLite database": database,
};

describe.each(Object.entries(makers))("times in %s", (_, make) => {
  let ns: MountNamespace;
  let root: Caller;
  beforeEach(() => {
    ns = new MountNamespace(make());
    root = ns.caller();
  });

  const stat = (path: string): Stat => {
    const found = ns.lstat(root, path);
    if (found instanceof Promise) throw new Error("memory answers at once");
    return found;
  };

  /** The times of `path` that `run` moved. */
  function moved(path: string, run: () => unknown, after = path): string[] {
    const before = stat(path);
    run();
    const now = stat(after);
    return (["atimeNs", "mtimeNs", "ctimeNs"] as const).filter((time) => now[time] !== before[time]);
  }

  it("writing and truncating move modification and change time", () => {
    const opened = ns.open(root, "/dir/file", O_RDWR);
    if (opened instanceof Promise) throw new Error("memory answers at once");
    expect(moved("/dir/file", () => opened.handle!.write(encode("x"), 0))).toEqual(["mtimeNs", "ctimeNs"]);
    expect(moved("/dir/file", () => ns.truncate(root, "/dir/file", 0))).toEqual(["mtimeNs", "ctimeNs"]);
  });

  it("chmod, chown, link and rename move the change time alone", () => {
    expect(moved("/dir/file", () => ns.chmod(root, "/dir/file", 0o600))).toEqual(["ctimeNs"]);
    expect(moved("/dir/file", () => ns.chown(root, "/dir/file", 1, 1))).toEqual(["ctimeNs"]);
    expect(moved("/dir/file", () => ns.link(root, "/dir/file", "/second"))).toEqual(["ctimeNs"]);
    expect(moved("/dir/file", () => ns.rename(root, "/dir/file", "/moved"), "/moved")).toEqual(["ctimeNs"]);
  });

  it("names that come and go move the directory's modification and change time", () => {
    const both = ["mtimeNs", "ctimeNs"];
    expect(moved("/dir", () => ns.open(root, "/dir/new", O_CREAT))).toEqual(both);
    expect(moved("/dir", () => ns.mkdir(root, "/dir/made"))).toEqual(both);
    expect(moved("/dir", () => ns.symlink(root, "x", "/dir/link"))).toEqual(both);
    expect(moved("/dir", () => ns.unlink(root, "/dir/file"))).toEqual(both);
    expect(moved("/dir", () => ns.rmdir(root, "/dir/sub"))).toEqual(both);
    expect(moved("/dir", () => ns.rename(root, "/dir/new", "/elsewhere"))).toEqual(both);
  });

  it("changing a file leaves its directory's times alone", () => {
    expect(moved("/dir", () => ns.truncate(root, "/dir/file", 0))).toEqual([]);
    expect(moved("/dir", () => ns.chmod(root, "/dir/sub", 0o700))).toEqual([]);
  });

  it("times set stay exact to the nanosecond, and setting them is a change", () => {
    expect(moved("/dir/file", () => ns.utimes(root, "/dir/file", undefined, 123_456_789n))).toEqual([
      "mtimeNs",
      "ctimeNs",
    ]);
    expect(stat("/dir/file").mtimeNs).toBe(123_456_789n);
    expect(moved("/dir/file", () => ns.utimes(root, "/dir/file", undefined, undefined))).toEqual([]);
  });
});
