import { describe, expect, it } from "vitest";
import {
  encode,
  LOCK_EX,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  SIGNALS,
} from "../src/abi/index.ts";
import type { Proc } from "../src/program/index.ts";
import { errorOf, resultOf } from "./in-process.ts";

const read = async (proc: Proc, fd: number, size = 100): Promise<string> => {
  const buffer = new Uint8Array(size);
  return new TextDecoder().decode(buffer.subarray(0, await proc.read(fd, buffer)));
};

describe("an open file", () => {
  it("moves its position with reads, writes and seeks", async () => {
    const value = await resultOf(async (proc) => {
      const fd = await proc.open("f", O_RDWR | O_CREAT, 0o600);
      await proc.write(fd, encode("hello world"));
      await proc.lseek(fd, -5, SEEK_END);
      const tail = await read(proc, fd);
      const at = await proc.lseek(fd, 0, SEEK_CUR);
      await proc.lseek(fd, 0, SEEK_SET);
      const peek = new Uint8Array(5);
      await proc.pread(fd, peek, 6);
      return [tail, at, await read(proc, fd), new TextDecoder().decode(peek)];
    });
    expect(value).toEqual(["world", 11, "hello world", "world"]);
  });

  it("appends whatever its position", async () => {
    const value = await resultOf(async (proc) => {
      const fd = await proc.open("f", O_WRONLY | O_CREAT | O_APPEND, 0o600);
      const other = await proc.open("f", O_WRONLY | O_APPEND);
      for (const [target, text] of [
        [fd, "a"],
        [other, "b"],
        [fd, "c"],
      ] as const) {
        await proc.write(target, encode(text));
      }
      return read(proc, await proc.open("f", O_RDONLY));
    });
    expect(value).toBe("abc");
  });

  it("allows only what it was opened for", async () => {
    const value = await resultOf(async (proc) => {
      const writer = await proc.open("f", O_WRONLY | O_CREAT, 0o600);
      const reader = await proc.open("f", O_RDONLY);
      const directory = await proc.open(".", O_RDONLY | O_DIRECTORY);
      const [end] = proc.pipe();
      const byte = new Uint8Array(1);
      return [
        await errorOf(() => proc.read(writer, byte)),
        await errorOf(() => proc.write(reader, byte)),
        await errorOf(() => proc.read(directory, byte)),
        await errorOf(() => proc.lseek(end, 0, SEEK_SET)),
        await errorOf(() => proc.lseek(reader, -1, SEEK_SET)),
        await errorOf(() => proc.open("f", O_WRONLY | O_CREAT | O_EXCL)),
        await errorOf(() => proc.fchdir(reader)),
        await errorOf(() => proc.close(77)),
      ];
    });
    expect(value).toEqual(["EBADF", "EBADF", "EISDIR", "ESPIPE", "EINVAL", "EEXIST", "ENOTDIR", "EBADF"]);
  });

  it("is refused to other users", async () => {
    const value = await resultOf(async (proc) => [
      await errorOf(() => proc.open("/etc/passwd", O_WRONLY)),
      await errorOf(() => proc.readdir("/root")),
      await proc.access("/etc/passwd", 4),
      await proc.access("/etc/passwd", 2),
      await proc.access("/nowhere", 0),
    ]);
    expect(value).toEqual(["EACCES", "EACCES", true, false, false]);
  });
});

describe("flock", () => {
  it("admits many readers or one writer, and goes with the last close", async () => {
    const value = await resultOf(async (proc) => {
      const one = await proc.open("f", O_RDWR | O_CREAT, 0o600);
      const two = await proc.open("f", O_RDWR);
      await proc.flock(one, LOCK_SH);
      await proc.flock(two, LOCK_SH);
      const refused = await errorOf(() => proc.flock(two, LOCK_EX | LOCK_NB));
      await proc.flock(one, LOCK_UN);
      await proc.flock(two, LOCK_EX);
      const waiting = Promise.resolve(proc.flock(one, LOCK_EX)).then(() => "got it");
      await proc.close(two);
      return [refused, await waiting];
    });
    expect(value).toEqual(["EAGAIN", "got it"]);
  });
});

describe("poll", () => {
  it("answers what is ready, or waits for it, or for the time", async () => {
    const value = await resultOf(async (proc) => {
      const [reader, writer] = proc.pipe();
      const both = [
        { fd: reader, events: POLLIN },
        { fd: writer, events: POLLOUT },
      ];
      const now = await proc.poll(both, -1);
      const timeout = await proc.poll([{ fd: reader, events: POLLIN }], 1);
      proc.fork(async (child) => {
        await child.sleep(1);
        await child.write(writer, encode("x"));
        return 0;
      });
      const later = await proc.poll([{ fd: reader, events: POLLIN }], -1);
      await proc.wait(-1);
      await proc.close(writer);
      const atEnd = await proc.poll([{ fd: reader, events: 0 }], 0);
      return [now, timeout, later, atEnd, await proc.poll([{ fd: 99, events: POLLIN }], 0)];
    });
    expect(value).toEqual([[0, POLLOUT], [0], [POLLIN], [POLLHUP], [POLLNVAL]]);
  });

  it("is interrupted by a signal", async () => {
    const value = await resultOf(async (proc) => {
      proc.sigaction(SIGNALS.SIGCHLD, { handler: () => {} });
      proc.fork(() => 0);
      const [reader] = proc.pipe();
      return errorOf(() => proc.poll([{ fd: reader, events: POLLIN }], 100_000));
    });
    expect(value).toBe("EINTR");
  });
});

describe("descriptor flags", () => {
  it("are kept per descriptor and per open file", async () => {
    const value = await resultOf(async (proc) => {
      const [reader] = proc.pipe(true);
      const copy = proc.dup(reader);
      proc.setFlags(copy, O_NONBLOCK);
      return [
        proc.getCloexec(reader),
        proc.getCloexec(copy),
        (proc.getFlags(reader) & O_NONBLOCK) !== 0,
        await errorOf(() => proc.read(reader, new Uint8Array(1))),
      ];
    });
    expect(value).toEqual([true, false, true, "EAGAIN"]);
  });
});

describe("the working directory", () => {
  it("follows links and is known by its real path", async () => {
    const value = await resultOf(async (proc) => {
      await proc.chdir("/home/agentos");
      const cwd = proc.cwd;
      const fd = await proc.open("/tmp", O_RDONLY);
      await proc.fchdir(fd);
      return [cwd, proc.cwd, await errorOf(() => proc.chdir("/root"))];
    });
    expect(value).toEqual(["/home/user", "/tmp", "EACCES"]);
  });
});

describe("identity", () => {
  it("root gives up its rights for good", async () => {
    const value = await resultOf(
      async (proc) => {
        const before = await proc.access("/root", 7);
        proc.setgid(1000);
        proc.setuid(1000);
        return [
          before,
          proc.uid,
          proc.euid,
          await proc.access("/root", 7),
          await errorOf(() => proc.setuid(0)),
        ];
      },
      { uid: 0 },
    );
    expect(value).toEqual([true, 1000, 1000, false, "EPERM"]);
  });
});

describe("resource limits", () => {
  it("bind the process and its children, and cannot be raised again", async () => {
    const value = await resultOf(async (proc) => {
      proc.setrlimit("NOFILE", 4, 8);
      const pid = proc.fork((child) => {
        child.dup(0);
        return errorOf(() => child.dup(0)).then((code) => (code === "EMFILE" ? 0 : 1));
      });
      return [
        (await proc.wait(pid))!.status,
        proc.getrlimit("NOFILE"),
        await errorOf(() => proc.setrlimit("NOFILE", 9, 9)),
        await errorOf(() => proc.setrlimit("NOFILE", 3, 2)),
        await errorOf(() => proc.getrlimit("NONSENSE")),
      ];
    });
    expect(value).toEqual([0, { soft: 4, hard: 8 }, "EPERM", "EINVAL", "EINVAL"]);
  });

  it("stop a file from growing with SIGXFSZ or EFBIG", async () => {
    const value = await resultOf(async (proc) => {
      proc.setrlimit("FSIZE", 10, 10);
      const fd = await proc.open("f", O_WRONLY | O_CREAT, 0o600);
      const limits = await proc.open("/proc/self/limits", O_RDONLY);
      const [, , fileSize] = (await read(proc, limits, 1000)).split("\n");
      const part = await proc.write(fd, encode("0123456789abc"));
      const dies = proc.fork(async (child) => await child.write(fd, encode("x")));
      const { status } = (await proc.wait(dies))!;
      proc.sigaction(SIGNALS.SIGXFSZ, "ignore");
      const refused = await errorOf(() => proc.write(fd, encode("x")));
      return [fileSize!.trim().split(/ {2,}/), part, status & 0x7f, refused, (await proc.stat("f")).size];
    });
    expect(value).toEqual([["Max file size", "10", "10", "bytes"], 10, SIGNALS.SIGXFSZ, "EFBIG", 10]);
  });
});

describe("a policy", () => {
  it("keeps files and programs from every user", async () => {
    const value = await resultOf(
      async (proc) => [
        await errorOf(() => proc.open("/etc/passwd", O_RDONLY)),
        await errorOf(() => proc.spawn("/usr/bin/other", ["other"])),
        proc.env.has("SECRET"),
        proc.env.has("HOME"),
      ],
      {
        uid: 0,
        env: { SECRET: "x" },
        commands: { other: () => 0 },
        kernel: {
          policy: {
            fs: [{ decision: "deny", paths: ["/etc/**"] }, { decision: "allow" }],
            process: ({ path }) => (path === "/usr/bin/main" ? "allow" : "deny"),
            env: [{ decision: "deny", names: ["SECRET"] }, { decision: "allow" }],
          },
        },
      },
    );
    expect(value).toEqual(["EACCES", "EACCES", false, true]);
  });
});
