import { decode, encode } from "@agentos/vfs/abi";
import { afterEach, describe, expect, it } from "vitest";
import { SIGNALS } from "./abi/signals.ts";
import { signaled, stopped, stopSignalOf, termSignalOf, WUNTRACED } from "./abi/wait.ts";
import { OutsideStream } from "./outside-stream.ts";
import type { Proc } from "./program/proc.ts";
import { bootTestVm, type TestVm, testSoftware } from "./testing/test-vm.ts";

let vm: TestVm | undefined;
afterEach(() => vm?.dispose());

/** Runs `main` as the leader of a session on a terminal. */
async function onTerminal(main: (proc: Proc) => Promise<number>) {
  vm = bootTestVm({ software: [testSoftware({ main })] });
  const { master, slave } = vm.kernel.devices.openTerminal({ uid: 1000, gid: 1000 });
  const screen = new OutsideStream(master);
  const { exited } = await vm.kernel.spawn({
    file: "/usr/bin/main",
    argv: ["main"],
    uid: 1000,
    gid: 1000,
    fds: { 0: slave, 1: slave, 2: slave },
    terminal: slave,
  });
  let shown = "";
  /** Reads the screen until it shows `text`. */
  const until = async (text: string): Promise<void> => {
    while (!shown.includes(text)) {
      const chunk = await screen.read();
      if (chunk === undefined) throw new Error(`the screen ended: ${shown}`);
      shown += decode(chunk);
    }
  };
  return { master, exited, screen, until, type: (text: string) => screen.write(encode(text)) };
}

const say = async (proc: Proc, text: string): Promise<void> => void (await proc.write(1, encode(text)));

async function readLine(proc: Proc): Promise<string> {
  const into = new Uint8Array(100);
  return decode(into, 0, await proc.read(0, into));
}

describe("a session on a terminal", () => {
  it("reads what is typed, echoed, and writes to the screen", async () => {
    const tty = await onTerminal(async (proc) => {
      await say(proc, `${proc.ttyname(0)} ${proc.isatty(0)} ${proc.tcgetpgrp(0) === proc.pgid}\n`);
      await say(proc, (await readLine(proc)).toUpperCase());
      return 0;
    });
    await tty.until("/dev/pts/0 true true\r\n");
    await tty.type("hello\r");
    await tty.until("hello\r\nHELLO\r\n");
    expect(await tty.exited).toBe(0);
  });

  it("Ctrl-C ends the foreground job, not its shell", async () => {
    const tty = await onTerminal(async (proc) => {
      proc.sigaction(SIGNALS.SIGTTOU, "ignore");
      const job = proc.fork(async (child) => {
        child.setpgid(0, 0);
        child.tcsetpgrp(0, child.pid);
        await say(child, "ready");
        await readLine(child);
        return 0;
      });
      const ended = (await proc.wait(job))!;
      proc.tcsetpgrp(0, proc.pgid);
      const isInterrupted = signaled(ended.status) && termSignalOf(ended.status) === SIGNALS.SIGINT;
      return isInterrupted ? 42 : 1;
    });
    await tty.until("ready");
    await tty.type("\x03");
    expect(await tty.exited).toBe(42 << 8);
  });

  it("a background job that reads is stopped by SIGTTIN and goes on in the foreground", async () => {
    const tty = await onTerminal(async (proc) => {
      proc.sigaction(SIGNALS.SIGTTOU, "ignore");
      const job = proc.fork(async (child) => {
        child.setpgid(0, 0);
        await say(child, `job: ${await readLine(child)}`);
        return 0;
      });
      const { status } = (await proc.wait(job, WUNTRACED))!;
      if (!stopped(status) || stopSignalOf(status) !== SIGNALS.SIGTTIN) return 1;
      await say(proc, "stopped\n");
      proc.tcsetpgrp(0, job);
      proc.kill(-job, SIGNALS.SIGCONT);
      await proc.wait(job);
      return 0;
    });
    await tty.until("stopped\r\n");
    await tty.type("text\r");
    await tty.until("job: text\r\n");
    expect(await tty.exited).toBe(0);
  });

  it("closing the terminal hangs up on everybody in it", async () => {
    const tty = await onTerminal(async (proc) => {
      await say(proc, "ready");
      await proc.sleep(1_000_000);
      return 0;
    });
    await tty.until("ready");
    await tty.screen.close();
    expect(termSignalOf(await tty.exited)).toBe(SIGNALS.SIGHUP);
  });

  it("a new window size reaches the foreground job as SIGWINCH", async () => {
    const tty = await onTerminal(async (proc) => {
      let changed = false;
      proc.sigaction(SIGNALS.SIGWINCH, { handler: () => (changed = true) });
      await say(proc, "ready");
      await proc.sleep(1_000_000);
      const { rows, cols } = proc.getWindowSize(0);
      await say(proc, `${changed} ${rows}x${cols}`);
      return 0;
    });
    await tty.until("ready");
    tty.master.pty.setWindowSize({ rows: 50, cols: 132 });
    await tty.until("true 50x132");
  });

  it("/dev/tty is the terminal, whatever the descriptors are", async () => {
    const tty = await onTerminal(async (proc) => {
      await proc.close(1);
      const fd = await proc.open("/dev/tty", 2);
      await proc.write(fd, encode("through tty"));
      return 0;
    });
    await tty.until("through tty");
  });
});
