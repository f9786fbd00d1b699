import { buildLayer, type FileSystem, MountNamespace } from "@agentos/vfs";
import {
  decode,
  encode,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
} from "@agentos/vfs/abi";
import { beforeEach, describe, expect, it } from "vitest";

/** What a driver cannot do by its nature. */
export interface SuiteOptions {
  /** Link counts, unlinked open files, RENAME_EXCHANGE, O_TMPFILE, sparse blocks and exact times. */
  full?: boolean;
  symlinks?: boolean;
}

/** The contract of every writable file system, as seen through a namespace. `make` gives an empty one. */
export function fileSystemSuite(
  name: string,
  make: () => FileSystem | Promise<FileSystem>,
  { full = true, symlinks = true }: SuiteOptions = {},
): void {
  describe(`${name} as a file system`, () => {
    let ns: MountNamespace;
    let root: ReturnType<MountNamespace["caller"]>;

    beforeEach(async () => {
      ns = new MountNamespace(buildLayer({ "/mnt/": {}, "/ro/": {} }));
      await ns.mount("/mnt", await make());
      const at = await ns.lookup(ns.caller(), "/mnt");
      root = ns.caller({ root: at, cwd: at });
    });

    async function write(path: string, text: string): Promise<void> {
      const { handle } = await ns.open(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
      await handle!.write(encode(text), 0);
      await handle!.release();
    }

    async function read(path: string): Promise<string> {
      const { handle } = await ns.open(root, path, 0);
      const into = new Uint8Array(100_000);
      const count = await handle!.read(into, 0);
      await handle!.release();
      return decode(into.subarray(0, count));
    }

    const failure = async (run: () => unknown): Promise<unknown> => {
      try {
        await run();
        return "nothing thrown";
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };

    it("reads what was written, across page borders", async () => {
      const text = "0123456789abcdef".repeat(5000);
      await write("/file", text);
      expect(await read("/file")).toBe(text);
      expect((await ns.stat(root, "/file")).size).toBe(80_000);
    });

    it("overwrites in place and extends with zeros", async () => {
      await write("/file", "hello");
      const { handle } = await ns.open(root, "/file", O_RDWR);
      await handle!.write(encode("J"), 0);
      await handle!.write(encode("!"), 7);
      await handle!.release();
      expect(await read("/file")).toBe("Jello\0\0!");
    });

    it("truncates and grows a file, the new part zero", async () => {
      await write("/file", "hello");
      await ns.truncate(root, "/file", 2);
      await ns.truncate(root, "/file", 4);
      expect(await read("/file")).toBe("he\0\0");
    });

    it("appends from two descriptors without losing either", async () => {
      const a = (await ns.open(root, "/log", O_WRONLY | O_CREAT, 0o644)).handle!;
      const b = (await ns.open(root, "/log", O_WRONLY)).handle!;
      await a.append(encode("a1 "));
      await b.append(encode("b1 "));
      await a.append(encode("a2"));
      await a.release();
      await b.release();
      expect(await read("/log")).toBe("a1 b1 a2");
    });

    it("lists names with types and inode numbers", async () => {
      await ns.mkdir(root, "/dir");
      await write("/file", "");
      if (symlinks) await ns.symlink(root, "file", "/link");
      const entries = (await ns.readdir(root, "/")).sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(entries.map(({ name, type }) => [name, type])).toEqual([
        ["dir", S_IFDIR],
        ["file", S_IFREG],
        ...(symlinks ? [["link", S_IFLNK]] : []),
      ]);
      for (const { name, ino } of entries) expect((await ns.lstat(root, `/${name}`)).ino).toBe(ino);
    });

    it("answers readdirStat with each entry's own stat", async () => {
      await write("/file", "12345");
      const [entry] = await ns.readdirStat(root, "/");
      expect(entry).toMatchObject({ name: "file", stat: { size: 5 } });
    });

    it("refuses to make what exists and to remove what does not or is not empty", async () => {
      await ns.mkdir(root, "/dir");
      await write("/dir/file", "");
      expect(await failure(() => ns.mkdir(root, "/dir"))).toBe("EEXIST");
      expect(await failure(() => ns.open(root, "/dir/file", O_CREAT | O_EXCL))).toBe("EEXIST");
      expect(await failure(() => ns.rmdir(root, "/dir"))).toBe("ENOTEMPTY");
      expect(await failure(() => ns.rmdir(root, "/dir/file"))).toBe("ENOTDIR");
      expect(await failure(() => ns.unlink(root, "/dir"))).toBe("EISDIR");
      expect(await failure(() => ns.unlink(root, "/none"))).toBe("ENOENT");
    });

    it("renames over an existing file, and a directory over an empty one", async () => {
      await write("/a", "new");
      await write("/b", "old");
      await ns.rename(root, "/a", "/b");
      expect(await read("/b")).toBe("new");
      await ns.mkdir(root, "/d1");
      await write("/d1/x", "x");
      await ns.mkdir(root, "/d2");
      await ns.rename(root, "/d1", "/d2");
      expect(await read("/d2/x")).toBe("x");
      expect(await ns.statIfExists(root, "/d1")).toBeUndefined();
    });

    it("refuses to rename a directory into itself or onto a file", async () => {
      await ns.mkdir(root, "/d");
      await ns.mkdir(root, "/d/e");
      await write("/f", "");
      expect(await failure(() => ns.rename(root, "/d", "/d/e/x"))).toBe("EINVAL");
      expect(await failure(() => ns.rename(root, "/d", "/f"))).toBe("ENOTDIR");
      expect(await failure(() => ns.rename(root, "/f", "/d"))).toBe("EISDIR");
      expect(await failure(() => ns.rename(root, "/f", "/d", RENAME_NOREPLACE))).toBe("EEXIST");
    });

    it("keeps the permission bits given", async () => {
      await write("/file", "");
      const mode = full ? 0o4751 : 0o751;
      await ns.chmod(root, "/file", mode);
      expect((await ns.stat(root, "/file")).mode).toBe(S_IFREG | mode);
    });

    it("sets times, to the millisecond at least", async () => {
      await write("/file", "");
      await ns.utimes(root, "/file", 1_000_000_000_000_000_000n, 1_500_000_000_123_456_789n);
      const { atimeNs, mtimeNs } = await ns.stat(root, "/file");
      expect(atimeNs).toBe(1_000_000_000_000_000_000n);
      if (full) expect(mtimeNs).toBe(1_500_000_000_123_456_789n);
      else expect(mtimeNs / 1_000_000n).toBe(1_500_000_000_123n);
    });

    it("tells a read-only mount from a writable one", async () => {
      await write("/file", "x");
      await ns.mount("/ro", root.root.mount.fs, { readOnly: true });
      const outside = ns.caller();
      expect(await failure(() => ns.mkdir(outside, "/ro/new"))).toBe("EROFS");
      expect(await failure(() => ns.open(outside, "/ro/file", O_WRONLY))).toBe("EROFS");
      expect((await ns.stat(outside, "/ro/file")).size).toBe(1);
    });

    if (!full) return;

    it("counts links and keeps the inode for every name", async () => {
      await write("/a", "shared");
      await ns.link(root, "/a", "/b");
      expect((await ns.stat(root, "/a")).nlink).toBe(2);
      expect((await ns.stat(root, "/b")).ino).toBe((await ns.stat(root, "/a")).ino);
      await ns.unlink(root, "/a");
      expect(await read("/b")).toBe("shared");
      expect((await ns.stat(root, "/b")).nlink).toBe(1);
    });

    it("counts 2 plus its subdirectories as a directory's links", async () => {
      await ns.mkdir(root, "/d");
      await ns.mkdir(root, "/d/one");
      await ns.mkdir(root, "/d/two");
      expect((await ns.stat(root, "/d")).nlink).toBe(4);
      await ns.rename(root, "/d/one", "/one");
      await ns.rmdir(root, "/d/two");
      expect((await ns.stat(root, "/d")).nlink).toBe(2);
    });

    it("keeps an unlinked file until its last close", async () => {
      await write("/open", "still here");
      const { handle, inode } = await ns.open(root, "/open", O_RDWR);
      const before = await ns.statfs(root, "/");
      await ns.unlink(root, "/open");
      expect((await inode.getattr()).nlink).toBe(0);
      const into = new Uint8Array(10);
      expect(await handle!.read(into, 0)).toBe(10);
      expect(decode(into)).toBe("still here");
      await handle!.release();
      expect((await ns.statfs(root, "/")).ffree).toBe(before.ffree + 1);
    });

    it("keeps a file that a rename replaced while it was open", async () => {
      await write("/old", "old");
      await write("/new", "new");
      const { handle } = await ns.open(root, "/old", 0);
      await ns.rename(root, "/new", "/old");
      const into = new Uint8Array(3);
      await handle!.read(into, 0);
      expect(decode(into)).toBe("old");
      await handle!.release();
    });

    it("allocates only the blocks that were written", async () => {
      const { handle } = await ns.open(root, "/sparse", O_RDWR | O_CREAT, 0o644);
      await handle!.write(encode("end"), 2 ** 30);
      expect(await ns.stat(root, "/sparse")).toMatchObject({ size: 2 ** 30 + 3, blocks: 8 });
      const into = new Uint8Array(4096).fill(1);
      expect(await handle!.read(into, 500_000)).toBe(4096);
      expect(into.every((byte) => byte === 0)).toBe(true);
      await handle!.release();
    });

    it("exchanges two names", async () => {
      await ns.mkdir(root, "/dir");
      await write("/dir/inside", "x");
      await write("/file", "f");
      await ns.rename(root, "/dir", "/file", RENAME_EXCHANGE);
      expect(await read("/dir")).toBe("f");
      expect(await read("/file/inside")).toBe("x");
    });

    it("makes unnamed files that vanish with their last close", async () => {
      const free = (await ns.statfs(root, "/")).ffree;
      const { handle, inode } = await ns.open(root, "/", O_TMPFILE | O_RDWR, 0o600);
      await handle!.write(encode("secret"), 0);
      expect((await inode.getattr()).nlink).toBe(0);
      expect(await ns.readdir(root, "/")).toEqual([]);
      await handle!.release();
      expect((await ns.statfs(root, "/")).ffree).toBe(free);
    });

    it("refuses sizes no file can have with EFBIG", async () => {
      await write("/file", "");
      expect(await failure(() => ns.truncate(root, "/file", 2 ** 60))).toBe("EFBIG");
    });
  });
}
