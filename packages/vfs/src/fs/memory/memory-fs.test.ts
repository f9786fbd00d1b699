import { describe, expect, it } from "vitest";
import { encode, isSysError, S_IFREG } from "../../abi/index.ts";
import { buildLayer } from "./build-layer.ts";
import { MemoryFs } from "./memory-fs.ts";
import type { MemoryInode } from "./memory-inode.ts";
import { FileRecord } from "./record.ts";
import { RecordTable } from "./record-table.ts";

const FILE = { mode: S_IFREG | 0o644, uid: 0, gid: 0 };
const failsWith = (code: "ENOSPC" | "EFBIG" | "EROFS" | "EEXIST") =>
  expect.toSatisfy((error) => isSysError(error, code));

function write(inode: MemoryInode, text: string, offset = 0): void {
  const handle = inode.open(1);
  handle.write(encode(text), offset);
  handle.release();
}

function read(inode: MemoryInode): string {
  const into = new Uint8Array(inode.getattr().size);
  inode.open(0).read(into, 0);
  return new TextDecoder().decode(into);
}

describe("the memory file system", () => {
  it("stops at its byte limit with ENOSPC and takes freed bytes again", () => {
    const fs = new MemoryFs({ maxBytes: 8192 });
    const file = fs.root().mknod("a", FILE);
    write(file, "x".repeat(8192));
    expect(() => write(file, "x", 8192)).toThrow(failsWith("ENOSPC"));
    write(file, "y", 5);
    file.setattr({ size: 4096 });
    write(file, "z", 100_000);
    expect(fs.statfs()).toMatchObject({ blocks: 2, bfree: 0 });
  });

  it("stops at its inode limit with ENOSPC and takes freed inodes again", () => {
    const fs = new MemoryFs({ maxInodes: 2 });
    fs.root().mknod("a", FILE);
    expect(() => fs.root().mknod("b", FILE)).toThrow(failsWith("ENOSPC"));
    fs.root().unlink("a");
    fs.root().mknod("b", FILE);
  });

  it("reads zeros where a shortened file grows again", () => {
    const file = new MemoryFs().root().mknod("a", FILE);
    write(file, "abcdef");
    file.setattr({ size: 2 });
    write(file, "z", 5);
    expect(read(file)).toBe("ab\0\0\0z");
  });

  it("counts what a sparse file takes up in memory, in blocks, as it is written and cut", () => {
    const file = new MemoryFs().root().mknod("a", FILE);
    write(file, "x", 3 * 4096);
    write(file, "x", 2 ** 40 - 1);
    expect(file.getattr()).toMatchObject({ size: 2 ** 40, blocks: 64 });
    expect(() => write(file, "x", 2 ** 40)).toThrow(failsWith("EFBIG"));
    file.setattr({ size: 5000 });
    expect(file.getattr()).toMatchObject({ size: 5000, blocks: 16 });
    file.setattr({ size: 0 });
    expect(file.getattr()).toMatchObject({ blocks: 0 });
  });

  it("shares pages with a snapshot until one side writes them", () => {
    const fs = new MemoryFs();
    const file = fs.root().mknod("a", FILE);
    write(file, "p".repeat(40_000));
    const handle = file.open(2);
    const first = fs.snapshot();
    handle.write(encode("second"), 20_000);
    const second = fs.snapshot();
    file.setattr({ size: 3 });
    expect(read(first.root().lookup("a")!)).toBe("p".repeat(40_000));
    expect(read(second.root().lookup("a")!).slice(20_000, 20_008)).toBe("secondpp");
    expect(read(file)).toBe("ppp");
    const fork = MemoryFs.from(second).root().lookup("a")!;
    write(fork, "fork");
    expect(read(second.root().lookup("a")!).slice(0, 4)).toBe("pppp");
  });

  it("drops files that were only open when a snapshot was taken from its forks", () => {
    const fs = new MemoryFs();
    const file = fs.root().mknod("a", FILE);
    write(file, "x");
    file.open(0);
    fs.root().unlink("a");
    const fork = MemoryFs.from(fs.snapshot());
    expect(fork.usage).toEqual({ blocks: 0, inodes: 1 });
  });

  it("gives every change a later time than the one before", () => {
    const root = new MemoryFs().root();
    const a = root.mknod("a", FILE).getattr().mtimeNs;
    const b = root.mknod("b", FILE).getattr().mtimeNs;
    expect(b).toBeGreaterThan(a);
  });

  it("moves the access time as relatime does: once after a change", () => {
    const file = new MemoryFs().root().mknod("a", FILE);
    write(file, "x");
    read(file);
    const first = file.getattr().atimeNs;
    expect(first).toBeGreaterThan(file.getattr().mtimeNs);
    read(file);
    expect(file.getattr().atimeNs).toBe(first);
  });
});

describe("buildLayer", () => {
  it("makes files, directories and links with their attributes", () => {
    const root = buildLayer(
      {
        "/tmp/": { mode: 0o1777 },
        "/a/b/c": { content: "x", mode: 0o755, uid: 5 },
        "/l": { symlink: "a/b" },
      },
      { mtimeNs: 7n },
    ).root();
    expect(root.lookup("tmp")!.getattr().mode).toBe(0o041777);
    expect(root.lookup("l")!.readlink()).toBe("a/b");
    const file = root.lookup("a")!.lookup("b")!.lookup("c")!;
    expect(file.getattr()).toMatchObject({ mode: 0o100755, uid: 5, size: 1, mtimeNs: 7n });
  });

  it("refuses two entries for one path and every later change", () => {
    expect(() => buildLayer({ "/a": "x", a: "y" })).toThrow(failsWith("EEXIST"));
    expect(() => buildLayer({}).root().mknod("a", FILE)).toThrow(failsWith("EROFS"));
  });
});

describe("the record table", () => {
  it("keeps numbers far apart, also beyond 2^31, and shrinks again", () => {
    const table = RecordTable.empty(1);
    const inos = [1, 31, 32, 1023, 1024, 40_000, 2 ** 31 + 5, 2 ** 40 + 1];
    const records = inos.map((ino) => new FileRecord(1, ino, 0, 0, 0, 0n, undefined));
    for (const record of records) table.set(record, 1);
    const frozen = table.share();
    expect(inos.map((ino) => table.get(ino))).toEqual(records);
    for (const ino of inos) table.delete(ino, 2);
    expect(inos.map((ino) => table.get(ino))).toEqual(inos.map(() => undefined));
    expect(inos.map((ino) => frozen.get(ino))).toEqual(records);
    expect(table.get(2 ** 50)).toBeUndefined();
  });
});
