import { beforeEach, describe, expect, it } from "vitest";
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  R_OK,
  S_IFCHR,
  S_IFIFO,
  S_ISGID,
  W_OK,
  X_OK,
} from "./abi/index.ts";
import { type Caller, Dentry } from "./dentry.ts";
import { buildLayer } from "./fs/memory/build-layer.ts";
import { MemoryFs } from "./fs/memory/memory-fs.ts";
import { MountNamespace } from "./mount-namespace.ts";
import type { Change } from "./watch.ts";

let ns: MountNamespace;
let root: Caller;
let user: Caller;

beforeEach(() => {
  ns = new MountNamespace(new MemoryFs());
  root = ns.caller();
  user = ns.caller({ uid: 1000, gid: 1000 });
});

/** The errno of what must fail, or what it returned. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

function place(path: string, caller = root): Dentry {
  const found = ns.lookup(caller, path);
  if (!(found instanceof Dentry)) throw new Error("memory answers at once");
  return found;
}

function touch(path: string, mode = 0o644, caller = root): void {
  const opened = ns.open(caller, path, O_WRONLY | O_CREAT, mode);
  if (!(opened instanceof Promise)) opened.handle!.release();
}

describe("path resolution", () => {
  it("follows forty links and refuses the forty-first with ELOOP", () => {
    touch("/link0");
    for (let i = 1; i <= 41; i++) ns.symlink(root, `link${i - 1}`, `/link${i}`);
    expect(ns.realpath(root, "/link40")).toBe("/link0");
    expect(outcome(() => ns.stat(root, "/link41"))).toBe("ELOOP");
    ns.symlink(root, "self", "/self");
    expect(outcome(() => ns.stat(root, "/self"))).toBe("ELOOP");
    expect(ns.lstat(root, "/self")).toMatchObject({ size: 4 });
  });

  it("refuses names over 255 and paths over 4095 bytes with ENAMETOOLONG", () => {
    expect(outcome(() => touch(`/${"n".repeat(256)}`))).toBe("ENAMETOOLONG");
    expect(outcome(() => touch(`/${"é".repeat(128)}`))).toBe("ENAMETOOLONG");
    touch(`/${"é".repeat(127)}`);
    expect(outcome(() => ns.stat(root, "/".repeat(4096)))).toBe("ENAMETOOLONG");
    expect(outcome(() => ns.stat(root, "/".repeat(4095)))).toMatchObject({ ino: 1 });
  });

  it("refuses a NUL in a path with EINVAL and an empty path with ENOENT", () => {
    expect(outcome(() => ns.stat(root, "/a\0b"))).toBe("EINVAL");
    expect(outcome(() => ns.statIfExists(root, "a\0"))).toBe("EINVAL");
    expect(outcome(() => ns.stat(root, ""))).toBe("ENOENT");
  });

  it("takes a trailing slash as asking for a directory", () => {
    touch("/file");
    ns.mkdir(root, "/dir/");
    ns.symlink(root, "dir", "/link");
    expect(outcome(() => ns.stat(root, "/file/"))).toBe("ENOTDIR");
    expect(outcome(() => ns.open(root, "/new/", O_CREAT | O_WRONLY))).toBe("EISDIR");
    expect(outcome(() => ns.unlink(root, "/file/"))).toBe("ENOTDIR");
    expect(outcome(() => ns.rmdir(root, "/link/"))).toBe("ENOTDIR");
    expect(ns.lstat(root, "/link/")).toMatchObject({ nlink: 2 });
  });

  it("answers a miss with undefined from statIfExists, also below a file", () => {
    touch("/file");
    expect(ns.statIfExists(root, "/none/none")).toBeUndefined();
    expect(ns.statIfExists(root, "/file/none")).toBeUndefined();
  });

  it("keeps a changed root closed against ..", () => {
    ns.mkdir(root, "/jail");
    ns.mkdir(root, "/jail/sub");
    ns.symlink(root, "/", "/jail/out");
    touch("/outside");
    const jail = place("/jail");
    const prisoner = { ...root, root: jail, cwd: jail };
    expect(ns.statIfExists(prisoner, "../../outside")).toBeUndefined();
    expect(ns.statIfExists(prisoner, "/out/outside")).toBeUndefined();
    expect(ns.realpath(prisoner, "/sub/../out/sub")).toBe("/sub");
  });
});

describe("mounts", () => {
  it("crosses mounts downwards and .. upwards", () => {
    ns.mkdir(root, "/mnt");
    ns.mount("/mnt", buildLayer({ "/deep/file": "x" }));
    expect(ns.realpath(root, "/mnt/deep/../..")).toBe("/");
    expect(ns.stat(root, "/mnt/deep/file")).toMatchObject({ size: 1 });
    expect(ns.pathOf(place("/mnt/deep"))).toBe("/mnt/deep");
  });

  it("hides what it covers and shows it again after unmount", () => {
    ns.mkdir(root, "/mnt");
    touch("/mnt/below");
    ns.mount("/mnt", new MemoryFs());
    expect(ns.statIfExists(root, "/mnt/below")).toBeUndefined();
    ns.unmount("/mnt");
    expect(ns.statIfExists(root, "/mnt/below")).toBeDefined();
    expect(outcome(() => ns.unmount("/mnt"))).toBe("EINVAL");
  });

  it("stacks mounts, and refuses to unmount one that carries another", () => {
    ns.mkdir(root, "/a");
    ns.mount("/a", new MemoryFs());
    ns.mkdir(root, "/a/b");
    ns.mount("/a/b", new MemoryFs());
    expect(outcome(() => ns.unmount("/a"))).toBe("EBUSY");
    expect(outcome(() => ns.unmount("/"))).toBe("EBUSY");
    ns.unmount("/a/b");
    ns.unmount("/a");
    expect(ns.listMounts().map(({ path }) => path)).toEqual(["/"]);
  });

  it("keeps mount points from being removed or renamed (EBUSY)", () => {
    ns.mkdir(root, "/mnt");
    ns.mount("/mnt", new MemoryFs());
    expect(outcome(() => ns.rmdir(root, "/mnt"))).toBe("EBUSY");
    expect(outcome(() => ns.rename(root, "/mnt", "/other"))).toBe("EBUSY");
  });

  it("refuses links and renames between mounts with EXDEV", () => {
    ns.mkdir(root, "/mnt");
    ns.mount("/mnt", new MemoryFs());
    touch("/file");
    expect(outcome(() => ns.rename(root, "/file", "/mnt/file"))).toBe("EXDEV");
    expect(outcome(() => ns.link(root, "/file", "/mnt/file"))).toBe("EXDEV");
  });

  it("shares one file system between two places", () => {
    ns.mkdir(root, "/one");
    ns.mkdir(root, "/two");
    ns.bind("/one", "/two");
    touch("/one/file");
    expect(ns.stat(root, "/two/file")).toEqual(ns.stat(root, "/one/file"));
  });

  it("refuses every change of a read-only mount with EROFS", () => {
    ns.mkdir(root, "/ro");
    ns.mount("/ro", buildLayer({ "/file": "x", "/dir/": {} }), { readOnly: true });
    const changes = [
      () => ns.open(root, "/ro/file", O_RDWR),
      () => ns.open(root, "/ro/new", O_CREAT | O_WRONLY),
      () => ns.mkdir(root, "/ro/new"),
      () => ns.unlink(root, "/ro/none"),
      () => ns.rmdir(root, "/ro/dir"),
      () => ns.rename(root, "/ro/file", "/ro/b"),
      () => ns.chmod(root, "/ro/file", 0o600),
      () => ns.utimes(root, "/ro/file", "now", "now"),
      () => ns.truncate(root, "/ro/file", 0),
      () => ns.access(root, "/ro/file", W_OK),
    ];
    expect(changes.map(outcome)).toEqual(changes.map(() => "EROFS"));
    expect(outcome(() => ns.mkdir(root, "/ro/dir"))).toBe("EEXIST");
  });
});

describe("open", () => {
  it("tells existing files by O_EXCL, links by O_NOFOLLOW, directories by O_DIRECTORY", () => {
    touch("/file");
    ns.mkdir(root, "/dir");
    ns.symlink(root, "missing", "/link");
    expect(outcome(() => ns.open(root, "/link", O_CREAT | O_EXCL | O_WRONLY))).toBe("EEXIST");
    expect(outcome(() => ns.open(root, "/link", O_NOFOLLOW))).toBe("ELOOP");
    expect(outcome(() => ns.open(root, "/link", O_NOFOLLOW | O_PATH))).toMatchObject({ handle: undefined });
    expect(outcome(() => ns.open(root, "/file", O_DIRECTORY))).toBe("ENOTDIR");
    expect(outcome(() => ns.open(root, "/dir", O_WRONLY))).toBe("EISDIR");
    expect(outcome(() => ns.open(root, "/dir", O_CREAT))).toBe("EISDIR");
  });

  it("creates what a dangling link names", () => {
    ns.mkdir(root, "/dir");
    ns.symlink(root, "dir/target", "/link");
    touch("/link");
    expect(ns.statIfExists(root, "/dir/target")).toBeDefined();
  });

  it("lets the maker of a read-only file write it through the descriptor that made it", () => {
    ns.chmod(root, "/", 0o777);
    const opened = ns.open(user, "/mine", O_CREAT | O_WRONLY, 0o444);
    expect(opened).toMatchObject({ created: true });
    expect(outcome(() => ns.open(user, "/mine", O_WRONLY))).toBe("EACCES");
  });

  it("needs write permission for O_TRUNC even when it only reads", () => {
    touch("/file");
    expect(outcome(() => ns.open(user, "/file", O_TRUNC))).toBe("EACCES");
  });

  it("gives no handle for FIFOs, which the kernel opens", () => {
    ns.mknod(root, "/fifo", S_IFIFO | 0o666);
    expect(ns.open(root, "/fifo", O_RDWR)).toMatchObject({ handle: undefined, inode: { type: S_IFIFO } });
  });
});

describe("permissions of other users", () => {
  it("checks owner, then group, then others, and only the first that applies", () => {
    touch("/file");
    ns.chown(root, "/file", 1000, 50);
    ns.chmod(root, "/file", 0o047);
    expect(outcome(() => ns.access(user, "/file", R_OK))).toBe("EACCES");
    expect(ns.access(ns.caller({ uid: 1, groups: [50] }), "/file", R_OK)).toBeUndefined();
    expect(outcome(() => ns.access(ns.caller({ uid: 1, groups: [50] }), "/file", W_OK))).toBe("EACCES");
    expect(ns.access(ns.caller({ uid: 1, gid: 1 }), "/file", R_OK | W_OK | X_OK)).toBeUndefined();
  });

  it("lets root read and write all, and execute what someone may execute", () => {
    touch("/file", 0);
    expect(ns.access(root, "/file", R_OK | W_OK)).toBeUndefined();
    expect(outcome(() => ns.access(root, "/file", X_OK))).toBe("EACCES");
    ns.chmod(root, "/file", 0o001);
    expect(ns.access(root, "/file", X_OK)).toBeUndefined();
  });

  it("needs search permission on every directory of a path", () => {
    ns.mkdir(root, "/closed", 0o700);
    touch("/closed/file");
    expect(outcome(() => ns.stat(user, "/closed/file"))).toBe("EACCES");
    expect(outcome(() => ns.statIfExists(user, "/closed/none"))).toBe("EACCES");
    expect(outcome(() => ns.readdir(user, "/closed"))).toBe("EACCES");
  });

  it("needs write permission on a directory to add or remove names", () => {
    touch("/file");
    expect(outcome(() => touch("/new", 0o644, user))).toBe("EACCES");
    expect(outcome(() => ns.unlink(user, "/file"))).toBe("EACCES");
    expect(outcome(() => ns.rename(user, "/file", "/other"))).toBe("EACCES");
  });

  it("guards others' files in a sticky directory with EPERM", () => {
    ns.mkdir(root, "/tmp");
    ns.chmod(root, "/tmp", 0o1777);
    touch("/tmp/mine", 0o666, user);
    const other = ns.caller({ uid: 2000, gid: 2000 });
    expect(outcome(() => ns.unlink(other, "/tmp/mine"))).toBe("EPERM");
    expect(outcome(() => ns.rename(other, "/tmp/mine", "/tmp/stolen"))).toBe("EPERM");
    touch("/tmp/theirs", 0o666, other);
    expect(outcome(() => ns.rename(other, "/tmp/theirs", "/tmp/mine"))).toBe("EPERM");
    ns.unlink(user, "/tmp/mine");
  });

  it("applies the umask, and inherits group and setgid bit from setgid directories", () => {
    ns.mkdir(root, "/shared");
    ns.chown(root, "/shared", 1000, 77);
    ns.chmod(root, "/shared", 0o2777);
    touch("/shared/file", 0o666, { ...user, umask: 0o027 });
    ns.mkdir(user, "/shared/dir", 0o777);
    expect(ns.stat(root, "/shared/file")).toMatchObject({ mode: 0o100640, gid: 77 });
    expect(ns.stat(root, "/shared/dir")).toMatchObject({ mode: 0o040755 | S_ISGID, gid: 77 });
  });

  it("lets only the owner change mode and times, and only root the owner", () => {
    touch("/theirs");
    expect(outcome(() => ns.chmod(user, "/theirs", 0o777))).toBe("EPERM");
    expect(outcome(() => ns.utimes(user, "/theirs", 1n, 1n))).toBe("EPERM");
    expect(outcome(() => ns.utimes(user, "/theirs", "now", "now"))).toBe("EACCES");
    ns.chmod(root, "/theirs", 0o666);
    expect(ns.utimes(user, "/theirs", "now", "now")).toBeUndefined();
    ns.chown(root, "/theirs", 1000, 1000);
    expect(outcome(() => ns.chown(user, "/theirs", 0, -1))).toBe("EPERM");
    expect(outcome(() => ns.chown(user, "/theirs", -1, 50))).toBe("EPERM");
    expect(ns.chown({ ...user, groups: [50] }, "/theirs", -1, 50)).toBeUndefined();
  });

  it("drops set-id bits when a file changes hands", () => {
    touch("/suid");
    ns.chmod(root, "/suid", 0o6755);
    ns.chown(root, "/suid", 1000, 1000);
    expect(ns.stat(root, "/suid")).toMatchObject({ mode: 0o100755 });
  });

  it("lets only root make devices", () => {
    ns.chmod(root, "/", 0o777);
    expect(outcome(() => ns.mknod(user, "/null", S_IFCHR | 0o666, 259))).toBe("EPERM");
    ns.mknod(root, "/null", S_IFCHR | 0o666, 259);
    expect(ns.stat(root, "/null")).toMatchObject({ rdev: 259 });
  });
});

describe("names in use", () => {
  it("follows a directory that is renamed while it is a working directory", () => {
    ns.mkdir(root, "/a");
    ns.mkdir(root, "/a/b");
    ns.mkdir(root, "/c");
    const cwd = place("/a/b");
    ns.rename(root, "/a", "/c/a2");
    expect(ns.pathOf(cwd)).toBe("/c/a2/b");
    ns.rename(root, "/c/a2/b", "/b3");
    expect(ns.pathOf(cwd)).toBe("/b3");
    expect(ns.realpath({ ...root, cwd }, "..")).toBe("/");
  });

  it("creates nothing in a working directory that has been removed", () => {
    ns.mkdir(root, "/gone");
    const cwd = place("/gone");
    ns.rmdir(root, "/gone");
    const caller = { ...root, cwd };
    expect(outcome(() => touch("file", 0o644, caller))).toBe("ENOENT");
    expect(ns.stat(caller, ".")).toMatchObject({ nlink: 0 });
    expect(ns.readdir(caller, ".")).toEqual([]);
  });

  it("asks the policy with the place reached, not the path given", () => {
    ns.mkdir(root, "/secret");
    touch("/secret/file");
    ns.symlink(root, "/secret", "/alias");
    const asked: string[] = [];
    ns.policy = (access, path) => asked.push(`${access} ${path}`);
    ns.open(root, "/alias/file", 0);
    ns.mkdir(root, "/alias/dir");
    expect(asked).toEqual(["read /secret/file", "create /secret/dir"]);
  });
});

describe("change notices", () => {
  it("reports creation, change, attributes, moves and removal below a watched directory", () => {
    ns.mkdir(root, "/w");
    ns.mkdir(root, "/w/sub");
    const seen: Change[] = [];
    const watcher = ns.watch("/w", {}, (change) => seen.push(change));
    touch("/w/a");
    ns.truncate(root, "/w/a", 5);
    ns.chmod(root, "/w/a", 0o600);
    ns.rename(root, "/w/a", "/w/b");
    ns.unlink(root, "/w/b");
    touch("/w/sub/deep");
    watcher.close();
    touch("/w/after");
    expect(seen).toEqual([
      { kind: "create", path: "/w/a" },
      { kind: "modify", path: "/w/a" },
      { kind: "attrib", path: "/w/a" },
      { kind: "move", path: "/w/b", from: "/w/a" },
      { kind: "delete", path: "/w/b" },
    ]);
  });

  it("moves the generation with every change and with nothing else", () => {
    touch("/file");
    const { generation } = ns;
    ns.stat(root, "/file");
    ns.readdir(root, "/");
    expect(ns.generation).toBe(generation);
    ns.chmod(root, "/file", 0o600);
    expect(ns.generation).toBeGreaterThan(generation);
  });
});
