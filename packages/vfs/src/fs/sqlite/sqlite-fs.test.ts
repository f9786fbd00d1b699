import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { MountNamespace } from "@agentos/vfs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decode, type ErrnoCode, encode, isSysError, S_IFREG, sysError } from "../../abi/index.ts";
import { HostDatabase } from "./host-database.ts";
import { SqliteFs, type SqliteFsOptions } from "./sqlite-fs.ts";
import type { SqliteInode } from "./sqlite-inode.ts";

const FILE = { mode: S_IFREG | 0o644, uid: 0, gid: 0 };
const MIB = 2 ** 20;

let directory: string;
let path: string;
let opened: SqliteFs[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "agentos-sqlite-"));
  path = join(directory, "files.db");
  opened = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const fs of opened) fs.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(options: Partial<SqliteFsOptions> = {}): SqliteFs {
  const fs = new SqliteFs({ path, ...options });
  opened.push(fs);
  return fs;
}

function reopen(fs: SqliteFs, options?: Partial<SqliteFsOptions>): SqliteFs {
  fs.close();
  return open(options);
}

function write(file: SqliteInode, text: string, offset = 0): void {
  const handle = file.open(1);
  try {
    handle.write(encode(text), offset);
  } finally {
    handle.release();
  }
}

function read(file: SqliteInode, length = file.getattr().size, offset = 0): string {
  const into = new Uint8Array(length);
  const handle = file.open(0);
  const count = handle.read(into, offset);
  handle.release();
  return decode(into.subarray(0, count));
}

function failure(run: () => unknown): ErrnoCode | undefined {
  try {
    run();
  } catch (error) {
    if (isSysError(error)) return error.code;
    throw error;
  }
}

/** The tree as a path → content map, and SQLite's own opinion of the file. */
function check(fs: SqliteFs): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (at: SqliteInode, prefix: string): void => {
    for (const { name } of at.readdir()) {
      const child = at.lookup(name)!;
      if (child.type === S_IFREG) files.set(`${prefix}/${name}`, read(child));
      else visit(child, `${prefix}/${name}`);
    }
  };
  visit(fs.root(), "");
  return files;
}

function integrity(): unknown {
  const db = new DatabaseSync(path);
  const { integrity_check: answer } = db.prepare("PRAGMA integrity_check").get() as {
    integrity_check: string;
  };
  const lost = db.prepare(
    `SELECT count(*) AS count FROM entries WHERE ino NOT IN (SELECT ino FROM inodes)
     UNION ALL SELECT count(*) FROM chunks WHERE key >> 24 NOT IN (SELECT ino FROM inodes)
     UNION ALL SELECT count(*) FROM inodes WHERE nlink = 0
     UNION ALL SELECT count(*) FROM inodes WHERE ino > 1 AND ino NOT IN (SELECT ino FROM entries)`,
  );
  const counts = lost.all().map((row) => row.count);
  db.close();
  return [answer, ...counts];
}
const SOUND = ["ok", 0, 0, 0, 0];

describe("files in SQLite", () => {
  it("are there again, with links, times and holes, when the database is opened anew", () => {
    let fs = open();
    const root = fs.root();
    const dir = root.mkdir("dir", { mode: 0o750, uid: 5, gid: 6 });
    const file = dir.mknod("a\udcff", FILE);
    write(file, "start");
    write(file, "end", 200_000);
    root.link("b", file);
    root.symlink("link", "dir/\udcfe", FILE);
    file.setattr({ mtimeNs: 1_234_567_890_123_456_789n });
    const before = [root, dir, file].map((inode) => ({ ...inode.getattr(), dev: 0 }));
    fs = reopen(fs);
    const again = [fs.root(), fs.root().lookup("dir")!, fs.root().lookup("b")!];
    expect(again.map((inode) => ({ ...inode.getattr(), dev: 0 }))).toEqual(before);
    expect(fs.root().lookup("link")!.readlink()).toBe("dir/\udcfe");
    expect(again[1]!.readdir()).toEqual([{ name: "a\udcff", ino: file.ino, type: S_IFREG }]);
    expect(read(again[2]!, 10, 199_995)).toBe("\0\0\0\0\0end");
  });

  it("refuse a second user of the database, in this process or another, with EBUSY", () => {
    const fs = open();
    expect(failure(() => open())).toBe("EBUSY");
    write(fs.root().mknod("a", FILE), "still works");
    fs.close();
    expect(read(open().root().lookup("a")!)).toBe("still works");
  });

  it("refuse what is not theirs and what is not there", () => {
    writeFileSync(
      path,
      "just a text, and long enough to be taken for a header of some kind, one would think".repeat(9),
    );
    expect(failure(() => open())).toBe("EINVAL");
    rmSync(path);
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE users (name)");
    other.close();
    expect(failure(() => open())).toBe("EINVAL");
    expect(failure(() => open({ path: join(directory, "none", "files.db") }))).toBe("ENOENT");
    expect(failure(() => open({ path: join(path, "below-a-file.db") }))).toBe("ENOTDIR");
    expect(failure(() => open({ path: directory }))).toBe("EISDIR");
    expect(failure(() => open({ path: join(directory, "none.db"), readOnly: true }))).toBe("ENOENT");
  });

  it("can be read and not changed when opened read-only", () => {
    let fs = open();
    write(fs.root().mknod("a", FILE), "text");
    fs = reopen(fs, { readOnly: true });
    const file = fs.root().lookup("a")!;
    expect(read(file)).toBe("text");
    expect(failure(() => write(file, "x"))).toBe("EROFS");
    expect(failure(() => fs.root().unlink("a"))).toBe("EROFS");
    expect(failure(() => file.setattr({ mode: 0 }))).toBe("EROFS");
  });

  it("answer EIO once the file system is closed, its writes stored", () => {
    let fs = open();
    const file = fs.root().mknod("a", FILE);
    const handle = file.open(2);
    handle.write(encode("kept"), 0);
    fs.close();
    expect(failure(() => handle.read(new Uint8Array(1), 0))).toBe("EIO");
    expect(failure(() => handle.write(new Uint8Array(1), 0))).toBe("EIO");
    expect(failure(() => file.getattr())).toBe("EIO");
    handle.release();
    fs = open();
    expect(read(fs.root().lookup("a")!)).toBe("kept");
  });

  it("are closed in peace when the database was deleted meanwhile", () => {
    const fs = open();
    const file = fs.root().mknod("a", FILE);
    read(file);
    rmSync(directory, { recursive: true });
    expect(failure(() => write(file, "x"))).toBeUndefined();
    fs.close();
  });

  it("hold 10 GB and read them in bounded memory", () => {
    const fs = open();
    const file = fs.root().mknod("large", FILE);
    const handle = file.open(2);
    const piece = new Uint8Array(MIB).fill(1);
    for (let i = 0; i < 24; i++) handle.write(piece, i * MIB);
    handle.write(encode("end"), 10 * 2 ** 30);
    handle.release();
    expect(file.getattr()).toMatchObject({ size: 10 * 2 ** 30 + 3, blocks: (24 * MIB) / 512 + 8 });
    expect(read(file, 10, 10 * 2 ** 30 - 4)).toBe("\0\0\0\0end");
    expect(fs.chunks.cachedBytes).toBeLessThan(17 * MIB);
    file.setattr({ size: 24 * MIB - 1 });
    expect(file.getattr().blocks).toBe((24 * MIB) / 512);
    file.setattr({ size: 0 });
    expect(file.getattr().blocks).toBe(0);
  });
});

describe("a full SQLite file system", () => {
  function fill(fs: SqliteFs, name: string, piece: number): number {
    const file = fs.root().lookup(name) ?? fs.root().mknod(name, FILE);
    const handle = file.open(2);
    let written = 0;
    expect(
      failure(() => {
        for (;;) {
          handle.write(new Uint8Array(piece).fill(7), written);
          written += piece;
        }
      }),
    ).toBe("ENOSPC");
    handle.release();
    expect(file.getattr().size).toBeLessThan(written + piece);
    return written;
  }

  it.each([1000, 65_536, MIB])(
    "fails the write that does not fit, of %i bytes, and keeps those that did",
    (piece) => {
      let fs = open({ maxBytes: 3 * MIB });
      const written = fill(fs, "a", piece);
      expect(written).toBeGreaterThan(1.9 * MIB);
      fs = reopen(fs);
      expect(read(fs.root().lookup("a")!, written)).toBe("\x07".repeat(written));
      fs.close();
      expect(integrity()).toEqual(SOUND);
    },
  );

  it("refuses new names with ENOSPC, and is usable again when something was removed", () => {
    const fs = open({ maxBytes: MIB });
    fill(fs, "a", 1000);
    let names = 0;
    expect(
      failure(() => {
        for (; ; names++) fs.root().mknod(`name-${names}-${"x".repeat(200)}`, FILE);
      }),
    ).toBe("ENOSPC");
    expect(fs.root().readdir().length).toBe(names + 1);
    expect(fs.root().lookup(`name-${names}-${"x".repeat(200)}`)).toBeUndefined();
    fs.root().unlink("a");
    write(fs.root().mknod("b", FILE), "x".repeat(300_000));
    expect(read(fs.root().lookup("b")!)).toBe("x".repeat(300_000));
    expect(fs.statfs().bfree).toBeGreaterThan(0);
    fs.close();
    expect(integrity()).toEqual(SOUND);
  });

  it("gives what cannot be stored at close to the one who closes", () => {
    const fs = open({ maxBytes: 64 * MIB });
    const file = fs.root().mknod("a", FILE);
    write(file, "before");
    const handle = file.open(2);
    handle.write(encode("x".repeat(MIB)), 0);
    const full = vi.spyOn(HostDatabase.prototype, "transaction").mockImplementation(() => {
      throw sysError("ENOSPC");
    });
    expect(failure(() => handle.sync())).toBe("ENOSPC");
    expect(failure(() => handle.release())).toBe("ENOSPC");
    expect(read(file)).toBe("before");
    full.mockRestore();
    write(file, "after!");
    expect(read(file)).toBe("after!");
  });
});

describe("a killed process", () => {
  const writer = fileURLToPath(new URL("../../../test/sqlite-writer.ts", import.meta.url));

  /** Runs the writer from `start` and kills it when it has reported `reports` steps; the last step it reported. */
  function writeAndDie(start: number, reports: number): Promise<number> {
    const child = spawn(process.execPath, ["--conditions=@agentos/source", writer, path, String(start)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      text += data;
      if (text.split("\n").length > reports) child.kill("SIGKILL");
    });
    return new Promise((resolve) => {
      child.on("close", () => resolve(Number(text.split("\n").at(-2))));
    });
  }

  it("loses nothing it was told is stored, however often", async () => {
    let last = -1;
    for (let round = 0; round < 5; round++) {
      last = await writeAndDie(last + 1, 3 + round * 13);
      const fs = new SqliteFs({ path });
      const files = check(fs);
      fs.close();
      expect(integrity()).toEqual(SOUND);
      const log = files.get("/log")!.split("\n");
      expect(log).toContain(String(last));
      for (let i = 0; i < last; i++) {
        if (i % 3 === 0) continue;
        expect(files.get(`/d${i % 7}/${i}`), `file ${i}`).toBe(`${i}:`.repeat(1 + ((i * 7919) % 40_000)));
      }
      last = Math.max(last, ...[...files.keys()].map((name) => Number(name.split("/")[2] ?? -1) || 0));
    }
  });

  it("leaves no trace of the files that were open without a name", () => {
    const fs = open();
    const file = fs.root().mknod("a", FILE);
    const handle = file.open(2);
    handle.write(encode("x".repeat(100_000)), 0);
    handle.sync();
    fs.root().unlink("a");
    fs.close();
    const again = open();
    expect(again.statfs().files - again.statfs().ffree).toBe(1);
    again.close();
    expect(integrity()).toEqual(SOUND);
  });
});

it("a namespace sees a mounted database", () => {
  const fs = open();
  const namespace = new MountNamespace(fs);
  namespace.mkdir(namespace.caller(), "/x");
  expect(namespace.listMounts()[0]!.fs.type).toBe("sqlite");
});
