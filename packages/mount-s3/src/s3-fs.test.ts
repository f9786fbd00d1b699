import { type ErrnoCode, encode, isSysError, S_IFDIR, S_IFREG } from "@agentos/vfs/abi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Operation, S3Server } from "../test/s3-server.ts";
import type { S3FsOptions } from "./options.ts";
import { S3Fs } from "./s3-fs.ts";
import type { S3Inode } from "./s3-inode.ts";

const FILE = { mode: S_IFREG | 0o640, uid: 1000, gid: 1000 };
const PART = 5 * 2 ** 20;

let server: S3Server;
let opened: S3Fs[];
beforeEach(async () => {
  server = await S3Server.start();
  opened = [];
});
afterEach(async () => {
  server.fault = undefined;
  await server.stop();
  for (const fs of opened) fs.store.client.destroy();
});

function open(options: Partial<S3FsOptions> = {}): S3Fs {
  const fs = new S3Fs({ ...server.options, partBytes: PART, cacheMs: 0, maxAttempts: 3, ...options });
  opened.push(fs);
  return fs;
}

async function at(fs: S3Fs, path: string): Promise<S3Inode> {
  let inode = await fs.root();
  for (const name of path.split("/")) inode = (await inode.lookup(name))!;
  return inode;
}

async function read(file: S3Inode, length: number, offset = 0): Promise<string> {
  const handle = await file.open(0);
  const into = Buffer.alloc(length);
  const count = await handle.read(into, offset);
  await handle.release();
  return into.toString("latin1", 0, count);
}

async function write(file: S3Inode, text: string | Uint8Array, offset = 0): Promise<void> {
  const handle = await file.open(1);
  try {
    await handle.write(typeof text === "string" ? encode(text) : text, offset);
  } finally {
    await handle.release();
  }
}

async function failure(promise: Promise<unknown>): Promise<ErrnoCode | undefined> {
  try {
    await promise;
  } catch (error) {
    if (isSysError(error)) return error.code;
    throw error;
  }
}

/** Fails every request of a kind, or the first `times` of them. */
function failing(
  operation: Operation,
  fault: ReturnType<NonNullable<S3Server["fault"]>>,
  times = Number.POSITIVE_INFINITY,
): void {
  let left = times;
  server.fault = (request) => (request.operation === operation && left-- > 0 ? fault : undefined);
}

const SLOW_DOWN = { status: 503, code: "SlowDown" };

describe("objects as files", () => {
  it("shows prefixes and markers as directories, page after page", async () => {
    for (const key of ["in/a", "in/b/c", "in/b/d/e", "in/marked/", "in/z é&<", "out"]) server.put(key, key);
    server.pageSize = 2;
    const fs = open({ prefix: "/in/" });
    const entries = await (await fs.root()).readdir();
    expect(entries.map(({ name, type }) => [name, type])).toEqual([
      ["a", S_IFREG],
      ["b", S_IFDIR],
      ["marked", S_IFDIR],
      ["z é&<", S_IFREG],
    ]);
    expect(await read(await at(fs, "z é&<"), 20)).toBe(Buffer.from("in/z é&<").toString("latin1"));
    expect((await at(fs, "b/d/e")).type).toBe(S_IFREG);
    expect(await (await fs.root()).lookup("none")).toBeUndefined();
  });

  it("takes times and modes from the metadata, as rclone and s3fs write them", async () => {
    server.put("a", "x", [
      ["x-amz-meta-mtime", "1500000000.123456789"],
      ["x-amz-meta-mode", "0"],
    ]);
    const file = await at(open(), "a");
    expect(await file.getattr()).toMatchObject({
      mode: S_IFREG,
      mtimeNs: 1_500_000_000_123_456_789n,
      size: 1,
    });
    await file.setattr({ mode: 0o600, mtimeNs: -1n });
    expect(await file.getattr()).toMatchObject({ mode: S_IFREG | 0o600, mtimeNs: -1n, size: 1 });
    expect(await failure(file.setattr({ uid: 5 }))).toBe("EPERM");
  });

  it("fetches only the range that is read, and that once", async () => {
    server.put("large", Buffer.alloc(5 * 2 ** 20, "ab"));
    const file = await at(open(), "large");
    expect(await read(file, 4, 3 * 2 ** 20)).toBe("abab");
    expect(await read(file, 4, 3 * 2 ** 20 + 100)).toBe("abab");
    const ranges = server.requests.filter(({ operation }) => operation === "get").map(({ range }) => range);
    expect(ranges).toEqual([`bytes=${3 * 2 ** 20}-${4 * 2 ** 20 - 1}`]);
  });

  it("keeps no more than its cache may hold", async () => {
    server.put("large", Buffer.alloc(4 * 2 ** 20));
    const file = await at(open({ cacheBytes: 2 * 2 ** 20 }), "large");
    for (const mib of [0, 1, 2, 3, 3, 2, 0]) await read(file, 1, mib * 2 ** 20);
    expect(server.count("get")).toBe(5);
  });

  it("reads what is there now, also through a handle opened before, not what the cache has", async () => {
    server.put("a", "old text");
    const fs = open();
    expect(await read(await at(fs, "a"), 8)).toBe("old text");
    server.put("a", "new!");
    expect(await read(await at(fs, "a"), 8)).toBe("new!");
    server.put("b", "unread");
    const again = await (await at(fs, "b")).open(0);
    const into = Buffer.alloc(8);
    server.put("b", "newer");
    expect(await again.read(into, 0)).toBe(5);
    expect(into.toString("latin1", 0, 5)).toBe("newer");
    await again.release();
  });

  it("keeps a directory whose last file goes, and moves trees of several pages", async () => {
    const names = Array.from({ length: 7 }, (_, i) => `from/${i}/file`);
    for (const name of names) server.put(name, name);
    server.pageSize = 3;
    const root = await open().root();
    await root.rename("from", root, "to");
    expect([...server.objects.keys()].sort()).toEqual(names.map((name) => name.replace("from", "to")));
    await (await root.lookup("to"))!.rename("0", root, "zero");
    await (await root.lookup("zero"))!.unlink("file");
    expect(await (await root.lookup("zero"))!.readdir()).toEqual([]);
    expect(await failure(root.rmdir("to"))).toBe("ENOTEMPTY");
    await root.rmdir("zero");
    expect(await root.lookup("zero")).toBeUndefined();
  });

  it("refuses changes of a read-only bucket, links, and names that no key can have", async () => {
    server.put("a", "x");
    const root = await open({ readOnly: true }).root();
    const file = (await root.lookup("a"))!;
    const changes = [
      () => root.mknod("b", FILE),
      () => root.mkdir("b", FILE),
      () => root.unlink("a"),
      () => root.rename("a", root, "b"),
      () => file.setattr({ size: 0 }),
      () => write(file, "y"),
    ];
    for (const change of changes) expect(await failure(change())).toBe("EROFS");
    const writable = await open().root();
    expect(await failure(writable.symlink())).toBe("EPERM");
    expect(await failure(writable.mknod("\udcff", FILE))).toBe("EILSEQ");
    expect(await failure(writable.mknod("é".repeat(600), FILE))).toBe("ENAMETOOLONG");
  });

  it("names its place without its secrets", () => {
    expect(open({ prefix: "team/files" }).source).toBe("s3://bucket/team/files/");
  });
});

describe("writing", () => {
  it("uploads a long file in parts, of which nothing is seen before it is closed", async () => {
    server.put("a", "before");
    const file = await at(open(), "a");
    const handle = await file.open(1);
    const piece = new Uint8Array(2 ** 20);
    for (let i = 0; i < 17; i++) await handle.write(piece.fill(i), i * 2 ** 20);
    expect(server.text("a")).toBe("before");
    expect(await file.getattr()).toMatchObject({ size: 17 * 2 ** 20 });
    expect(server.count("part")).toBe(2);
    await handle.release();
    const { body } = server.objects.get("a")!;
    expect([body.length, body[0], body[12 * 2 ** 20], body.at(-1)]).toEqual([17 * 2 ** 20, 0, 12, 16]);
    expect([server.count("part"), server.count("complete"), server.uploads.size]).toEqual([4, 1, 0]);
  });

  it("appends to a large object without fetching it", async () => {
    server.put("a", Buffer.alloc(2 * PART + 10, "a"));
    const handle = await (await at(open(), "a")).open(1);
    expect(await handle.append(encode("end"))).toBe(2 * PART + 13);
    await handle.release();
    expect(server.objects.get("a")!.body.subarray(-5).toString()).toBe("aaend");
    expect([server.count("partCopy"), server.count("part")]).toEqual([2, 1]);
    const fetched = server.requests.filter(({ operation }) => operation === "get").map(({ range }) => range);
    expect(fetched).toEqual([`bytes=${2 * PART}-${2 * PART + 9}`]);
  });

  it("gives what plain memory would, whatever is written, cut and read in which order", async () => {
    const file = await (await open().root()).mknod("a", FILE);
    const handle = await file.open(2);
    const model = Buffer.alloc(4 * PART);
    let size = 0;
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let step = 0; step < 40; step++) {
      const offset = random(3 * PART);
      const length = random(100_000);
      const action = random(10);
      if (action < 6) {
        await handle.write(new Uint8Array(length).fill(step + 1), offset);
        model.fill(step + 1, offset, offset + length);
        size = Math.max(size, offset + length);
      } else if (action < 7) {
        await file.setattr({ size: offset });
        model.fill(0, offset);
        size = offset;
      } else if (action < 8) {
        await handle.sync();
      }
      const into = Buffer.alloc(length);
      const count = await handle.read(into, offset);
      expect(count).toBe(Math.max(0, Math.min(length, size - offset)));
      expect(into.subarray(0, count).equals(model.subarray(offset, offset + count)), `step ${step}`).toBe(
        true,
      );
    }
    await handle.release();
    expect(server.objects.get("a")!.body.equals(model.subarray(0, size))).toBe(true);
    expect(server.uploads.size).toBe(0);
  });

  it("works where parts cannot be copied", async () => {
    server.put("a", Buffer.alloc(2 * PART, "a"));
    failing("partCopy", { status: 501, code: "NotImplemented" });
    await write(await at(open(), "a"), "end", 2 * PART);
    expect(server.objects.get("a")!.body.subarray(-5).toString()).toBe("aaend");
  });

  it("copies what is too large for one request in parts when it is renamed", async () => {
    server.smallestPart = 0;
    server.put("a", "text", [["x-amz-meta-mode", "600"]]).claimed = 6 * 2 ** 30;
    const root = await open().root();
    await root.rename("a", root, "b");
    expect(server.text("b")).toBe("text");
    expect(server.objects.get("b")!.metadata).toContainEqual(["x-amz-meta-mode", "600"]);
    expect([server.count("partCopy"), server.count("copy")]).toEqual([6, 0]);
  });

  it("goes on under its new name when an open file is renamed, and is forgotten when it is removed", async () => {
    const root = await open().root();
    const handle = await (await root.mknod("a", FILE)).open(1);
    await handle.append(encode("one "));
    await root.rename("a", root, "b");
    await handle.append(encode("two"));
    await handle.release();
    expect([server.text("a"), server.text("b")]).toEqual([undefined, "one two"]);
    const doomed = await (await root.lookup("b"))!.open(1);
    await doomed.append(encode("three"));
    await root.unlink("b");
    await doomed.release();
    expect(server.objects.size).toBe(0);
  });
});

describe("a service in trouble", () => {
  it.each(["cut", "cutBody", SLOW_DOWN, { status: 500, code: "InternalError" }] as const)(
    "is asked again after %o",
    async (fault) => {
      server.put("a", "content");
      const file = await at(open(), "a");
      failing("get", fault, 2);
      expect(await read(file, 10)).toBe("content");
      expect(server.count("get")).toBe(3);
    },
  );

  it("is given up with EIO after its last chance, and not asked in vain", async () => {
    server.put("a", "content");
    const file = await at(open(), "a");
    failing("get", SLOW_DOWN);
    expect(await failure(read(file, 10))).toBe("EIO");
    expect(server.count("get")).toBe(3);
    failing("get", { status: 403, code: "AccessDenied" });
    expect(await failure(read(file, 10))).toBe("EACCES");
    expect(server.count("get")).toBe(4);
  });

  it("refusing, silent, denying or without the bucket has an errno for each", async () => {
    const credentials = { accessKeyId: "wrong", secretAccessKey: "wrong" };
    expect(await failure(open({ credentials }).root())).toBe("EACCES");
    expect(await failure(open({ bucket: "none" }).root())).toBe("ENOENT");
    server.fault = () => "hang";
    expect(await failure(open({ timeoutMs: 50, maxAttempts: 2 }).root())).toBe("ETIMEDOUT");
    server.fault = () => "cut";
    expect(await failure(open().root())).toBe("EIO");
    const refused = open();
    await server.stop();
    expect(await failure(refused.root())).toBe("EIO");
  });

  it.each(["part", "complete"] as const)(
    "leaves the old object and no upload behind when a %s fails for good",
    async (operation) => {
      server.put("a", "before");
      const file = await at(open(), "a");
      failing(operation, SLOW_DOWN);
      const handle = await file.open(1);
      const run = async () => {
        try {
          for (let i = 0; i < 4; i++) await handle.write(new Uint8Array(PART), i * PART);
        } finally {
          await handle.release();
        }
      };
      expect(await failure(run())).toBe("EIO");
      expect([server.text("a"), server.uploads.size]).toEqual(["before", 0]);
      expect(await read(file, 10)).toBe("before");
    },
  );

  it("keeps what a failed fsync could not store for the next one", async () => {
    const handle = await (await (await open().root()).mknod("a", FILE)).open(1);
    await handle.write(encode("precious"), 0);
    failing("put", SLOW_DOWN);
    expect(await failure(handle.sync())).toBe("EIO");
    server.fault = undefined;
    await handle.release();
    expect(server.text("a")).toBe("precious");
  });

  it("tells the one who closes a small file, and the old one stays", async () => {
    server.put("a", "before");
    const file = await at(open(), "a");
    failing("put", { status: 507, code: "QuotaExceeded" });
    expect(await failure(write(file, "after!"))).toBe("ENOSPC");
    expect([server.text("a"), await read(file, 10)]).toEqual(["before", "before"]);
  });

  it("may lose the answer to a completed upload", async () => {
    const file = await (await open().root()).mknod("a", FILE);
    failing("complete", "cutAfter", 1);
    await write(file, new Uint8Array(PART + 1));
    expect(server.objects.get("a")!.body.length).toBe(PART + 1);
  });

  it("leaves the old tree whole when a directory's move fails", async () => {
    for (const name of ["a", "b", "c"]) server.put(`from/${name}`, name);
    const root = await open().root();
    server.fault = ({ operation, key }) => (operation === "copy" && key === "to/b" ? SLOW_DOWN : undefined);
    expect(await failure(root.rename("from", root, "to"))).toBe("EIO");
    expect(["a", "b", "c"].map((name) => server.text(`from/${name}`))).toEqual(["a", "b", "c"]);
  });
});
