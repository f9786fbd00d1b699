import { O_NONBLOCK, O_RDWR } from "@agentos/vfs/abi";
import { describe, expect, it } from "vitest";
import { FakeTask } from "../../test/fake-task.ts";
import { POLLHUP, POLLIN } from "../abi/poll.ts";
import { SIGNALS } from "../abi/signals.ts";
import { ICANON, type Termios, TOSTOP, VMIN, VTIME } from "../abi/termios.ts";
import { AnonymousFs, ROOT_OWNER } from "../files/anonymous-inode.ts";
import { OutsideStream } from "../files/outside-stream.ts";
import { Ptys } from "./ptys.ts";
import { TtySlave } from "./tty-slave.ts";

const { SIGINT, SIGHUP, SIGCONT, SIGTTIN, SIGTTOU, SIGWINCH, SIGTSTP } = SIGNALS;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function openPty(flags = 0) {
  const sent: [number, number][] = [];
  const hungUp: number[] = [];
  const ptys = new Ptys({
    signalGroup: (pgid, signal) => sent.push([pgid, signal]),
    hangUpSession: (sid) => hungUp.push(sid),
  });
  const inode = new AnonymousFs("devpts", 1).create(0o020620, ROOT_OWNER, () => Promise.reject());
  const master = ptys.create(O_RDWR | flags, inode, ROOT_OWNER);
  const { pty } = master;
  const slave = new TtySlave(pty, O_RDWR | flags, inode);
  const shell = new FakeTask({ pid: 10, pgid: 10, sid: 10 });
  const job = new FakeTask({ pid: 20, pgid: 20, sid: 10 });
  pty.session = 10;
  pty.foreground = 10;
  const mode = (edit: (termios: Termios) => void): void => {
    const termios = pty.getTermios();
    edit(termios);
    pty.setTermios(termios, false);
  };
  const type = (text: string) => master.write(encoder.encode(text), shell);
  const read = async (task = shell, max = 4096): Promise<string> => {
    const into = new Uint8Array(max);
    return decoder.decode(into.subarray(0, await slave.read(into, task)));
  };
  const screen = async (): Promise<string> => {
    const into = new Uint8Array(65_536);
    return decoder.decode(into.subarray(0, await master.read(into, shell)));
  };
  return { ptys, master, slave, pty, sent, hungUp, shell, job, mode, type, read, screen };
}

describe("reading", () => {
  it("a blocked reader gets the line when it is finished", async () => {
    const tty = openPty();
    const line = tty.read();
    tty.type("hel");
    tty.type("lo\r");
    expect(await line).toBe("hello\n");
    expect(await tty.screen()).toBe("hello\r\n");
  });

  it("Ctrl-D at the start of a line is an end of file, once", async () => {
    const tty = openPty();
    const end = tty.read();
    tty.type("\x04");
    expect(await end).toBe("");
    const next = tty.read();
    tty.type("x\n");
    expect(await next).toBe("x\n");
  });

  it("Ctrl-C during canonical input signals the foreground group and drops the line", async () => {
    const tty = openPty();
    tty.pty.foreground = 20;
    tty.type("half\x03rest\n");
    expect(tty.sent).toEqual([[20, SIGINT]]);
    expect(await tty.read(tty.job)).toBe("rest\n");
  });

  it("Ctrl-Z sends SIGTSTP", () => {
    const tty = openPty();
    tty.type("\x1a");
    expect(tty.sent).toEqual([[10, SIGTSTP]]);
  });

  it("answers EAGAIN with O_NONBLOCK", () => {
    const tty = openPty(O_NONBLOCK);
    expect(() => tty.slave.read(new Uint8Array(1), tty.shell)).toThrow("Resource temporarily unavailable");
  });

  it("two waiting readers get a line each from one burst of typing", async () => {
    const tty = openPty();
    const lines = [tty.read(), tty.read()];
    tty.type("one\ntwo\n");
    expect(await Promise.all(lines)).toEqual(["one\n", "two\n"]);
  });
});

describe("VMIN and VTIME", () => {
  const raw = (min: number, time: number) => {
    const tty = openPty();
    tty.mode((termios) => {
      termios.lflag &= ~ICANON;
      termios.cc[VMIN] = min;
      termios.cc[VTIME] = time;
    });
    return tty;
  };

  it("waits for VMIN bytes", async () => {
    const tty = raw(3, 0);
    const read = tty.read();
    tty.type("ab");
    expect(tty.shell.waiting).toBe(true);
    tty.type("c");
    expect(await read).toBe("abc");
  });

  it("needs no more bytes than the buffer has room for", async () => {
    const tty = raw(3, 0);
    tty.type("a");
    expect(await tty.read(tty.shell, 1)).toBe("a");
  });

  it("answers at once with neither", async () => {
    expect(await raw(0, 0).read()).toBe("");
  });

  it("answers nothing when VTIME is over", async () => {
    expect(await raw(0, 1).read()).toBe("");
  });

  it("answers what came when VTIME has passed since the last byte", async () => {
    const tty = raw(5, 1);
    const read = tty.read();
    tty.type("ab");
    expect(await read).toBe("ab");
  });
});

describe("job control", () => {
  it("a background reader is stopped by SIGTTIN and reads when it comes to the foreground", async () => {
    const tty = openPty();
    tty.type("line\n");
    const read = tty.read(tty.job);
    expect(tty.job.groupSignals).toEqual([SIGTTIN]);
    tty.job.suspended = true;
    tty.pty.foreground = 20;
    tty.job.suspended = false;
    tty.job.retry();
    expect(await read).toBe("line\n");
  });

  it("a background reader that ignores SIGTTIN, or is orphaned, gets EIO", async () => {
    const tty = openPty();
    tty.job.ignores.add(SIGTTIN);
    await expect(tty.read(tty.job)).rejects.toMatchObject({ code: "EIO" });
    tty.job.ignores.clear();
    tty.job.inOrphanedGroup = true;
    await expect(tty.read(tty.job)).rejects.toMatchObject({ code: "EIO" });
  });

  it("background output is stopped by SIGTTOU only with TOSTOP", () => {
    const tty = openPty();
    expect(tty.slave.write(encoder.encode("x"), tty.job)).toBe(1);
    tty.mode((termios) => (termios.lflag |= TOSTOP));
    void tty.slave.write(encoder.encode("x"), tty.job);
    expect(tty.job.groupSignals).toEqual([SIGTTOU]);
  });

  it("a new window size sends SIGWINCH to the foreground group, the same size nothing", () => {
    const tty = openPty();
    tty.pty.setWindowSize({ rows: 50, cols: 132 });
    tty.pty.setWindowSize({ rows: 50, cols: 132 });
    expect(tty.sent).toEqual([[10, SIGWINCH]]);
  });
});

describe("hangup", () => {
  it("closing the master hangs up the session, and ends blocked and later calls", async () => {
    const tty = openPty();
    const blocked = tty.read();
    tty.pty.foreground = 20;
    tty.master.close();
    await expect(blocked).rejects.toMatchObject({ code: "EIO" });
    expect(tty.hungUp).toEqual([10]);
    expect(tty.sent).toEqual([
      [20, SIGHUP],
      [20, SIGCONT],
    ]);
    expect(await tty.read()).toBe("");
    expect(() => tty.slave.write(encoder.encode("x"), tty.shell)).toThrow("Input/output error");
    expect(tty.slave.poll() & POLLHUP).toBe(POLLHUP);
    expect(tty.ptys.list()).toEqual([]);
  });

  it("the master reads what was written and then EIO when the last slave has closed", async () => {
    const tty = openPty();
    tty.slave.write(encoder.encode("bye"), tty.shell);
    tty.slave.close();
    expect(await tty.screen()).toBe("bye");
    expect(() => tty.master.read(new Uint8Array(1), tty.shell)).toThrow("Input/output error");
    expect(tty.master.poll()).toBe(POLLHUP | POLLIN | 4);
  });

  it("the host's stream ends when the last slave closes", async () => {
    const tty = openPty();
    const host = new OutsideStream(tty.master);
    const chunk = host.read();
    tty.slave.close();
    expect(await chunk).toBeUndefined();
  });
});

it("a writer waits while the screen is behind and goes on as it is read", async () => {
  const tty = openPty();
  const text = "line of output\n".repeat(20_000);
  const written = tty.slave.write(encoder.encode(text), tty.shell);
  expect(written).toBeInstanceOf(Promise);
  let shown = "";
  while (shown.length < text.length + 20_000) shown += await tty.screen();
  expect(await written).toBe(text.length);
  expect(shown).toBe(text.replaceAll("\n", "\r\n"));
});

it("output stopped by Ctrl-S goes on with Ctrl-Q", async () => {
  const tty = openPty();
  tty.type("\x13");
  const written = tty.slave.write(encoder.encode("held"), tty.shell);
  expect(written).toBeInstanceOf(Promise);
  tty.type("\x11");
  expect(await written).toBe(4);
  expect(await tty.screen()).toBe("held");
});

it("numbers are reused from the lowest", () => {
  const tty = openPty();
  const second = tty.ptys.create(O_RDWR, tty.master.inode, ROOT_OWNER);
  expect(tty.ptys.list()).toEqual([0, 1]);
  tty.master.close();
  expect(tty.ptys.create(O_RDWR, tty.master.inode, ROOT_OWNER).pty.path).toBe("/dev/pts/0");
  expect(second.pty.path).toBe("/dev/pts/1");
});
