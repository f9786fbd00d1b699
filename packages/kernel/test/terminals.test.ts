// Terminals, sessions and real processes together; the line discipline has its own tests.

import { afterEach, describe, expect, it } from "vitest";
import { encode, SIGNALS, stopped, stopSignalOf, termSignalOf, WUNTRACED } from "../src/abi/index.ts";
import { OutsideStream } from "../src/files/outside-stream.ts";
import { errorText, type Proc } from "../src/program/index.ts";
import { bootTestVm, type TestCommand, type TestVm, testSoftware } from "../src/testing/index.ts";
import { errorOf } from "./in-process.ts";

const vms: TestVm[] = [];

afterEach(() => {
  for (const vm of vms.splice(0)) vm.dispose();
});

const say = (proc: Proc, text: string) => proc.write(1, encode(`${text}\n`));

/** Runs a program on a terminal: what the screen shows, as it comes, and a keyboard. */
async function onTerminal(main: TestCommand) {
  const vm = bootTestVm({ software: [testSoftware({ main })] });
  vms.push(vm);
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
  const waitFor = async (text: string): Promise<string> => {
    while (!shown.includes(text)) {
      const chunk = await screen.read();
      if (!chunk) throw new Error(`the screen ended with ${JSON.stringify(shown)}`);
      shown += new TextDecoder().decode(chunk);
    }
    return shown;
  };
  return {
    exited,
    waitFor,
    type: (keys: string) => screen.write(encode(keys)),
    hangUp: () => screen.close(),
    resize: (rows: number, cols: number) => master.pty.setWindowSize({ rows, cols }),
  };
}

async function readLine(proc: Proc): Promise<string> {
  const into = new Uint8Array(100);
  return new TextDecoder().decode(into.subarray(0, await proc.read(0, into)));
}

/** Starts a job in a group of its own, in the foreground, as a shell does. */
async function foreground(shell: Proc, body: (job: Proc) => Promise<number>): Promise<number> {
  shell.sigaction(SIGNALS.SIGTTOU, "ignore");
  const pid = shell.fork(async (job) => {
    job.setpgid(0, 0);
    job.tcsetpgrp(0, job.pid);
    job.sigaction(SIGNALS.SIGTTOU, "default");
    return body(job);
  });
  const { status } = (await shell.wait(pid, WUNTRACED))!;
  shell.tcsetpgrp(0, shell.pgid);
  return status;
}

describe("on a terminal", () => {
  it("a program reads what is typed, echoed, and writes to the screen", async () => {
    const terminal = await onTerminal(async (proc) => {
      await say(proc, `${proc.isatty(0)} ${proc.tcgetpgrp(0) === proc.pgid}`);
      await say(proc, (await readLine(proc)).toUpperCase());
      return 0;
    });
    await terminal.waitFor("true true\r\n");
    await terminal.type("hello\r");
    await terminal.waitFor("hello\r\nHELLO\r\n");
    expect(await terminal.exited).toBe(0);
  });

  it("Ctrl-C ends the foreground job and not the shell", async () => {
    const terminal = await onTerminal(async (proc) => {
      const status = await foreground(proc, async (job) => {
        await say(job, "working");
        return job.sleep(100_000);
      });
      await say(proc, `job ended by ${termSignalOf(status)}`);
      return 0;
    });
    await terminal.waitFor("working");
    await terminal.type("\x03");
    expect(await terminal.waitFor("ended by 2")).toContain("^C");
    expect(await terminal.exited).toBe(0);
  });

  it("Ctrl-Z stops the job, which goes on when the shell continues it", async () => {
    const terminal = await onTerminal(async (proc) => {
      const status = await foreground(proc, async (job) => {
        await say(job, "working");
        await say(job, `read ${(await readLine(job)).length}`);
        return 0;
      });
      await say(proc, `stopped ${stopped(status)} by ${stopSignalOf(status)}`);
      const [job] = proc.listProcesses().filter(({ ppid }) => ppid === proc.pid);
      proc.tcsetpgrp(0, job!.pgid);
      proc.kill(-job!.pgid, SIGNALS.SIGCONT);
      await proc.wait(job!.pid);
      return 0;
    });
    await terminal.waitFor("working");
    await terminal.type("\x1a");
    await terminal.waitFor("stopped true by 20");
    await terminal.type("hello\n");
    await terminal.waitFor("read 6");
    expect(await terminal.exited).toBe(0);
  });

  it("a background job that reads is stopped by SIGTTIN and goes on in the foreground", async () => {
    const terminal = await onTerminal(async (proc) => {
      proc.sigaction(SIGNALS.SIGTTOU, "ignore");
      const pid = proc.fork(async (job) => {
        job.setpgid(0, 0);
        await say(job, `job: ${await readLine(job)}`);
        return 0;
      });
      const { status } = (await proc.wait(pid, WUNTRACED))!;
      await say(proc, `stopped by ${stopSignalOf(status)}`);
      proc.tcsetpgrp(0, pid);
      proc.kill(-pid, SIGNALS.SIGCONT);
      await proc.wait(pid);
      return 0;
    });
    await terminal.waitFor("stopped by 21");
    await terminal.type("text\r");
    await terminal.waitFor("job: text\r\n");
    expect(await terminal.exited).toBe(0);
  });

  it("a new window size reaches the foreground job as SIGWINCH", async () => {
    const terminal = await onTerminal(async (proc) => {
      let changed = false;
      proc.sigaction(SIGNALS.SIGWINCH, { handler: () => (changed = true) });
      await say(proc, "ready");
      await proc.sleep(1_000_000);
      const { rows, cols } = proc.getWindowSize(0);
      await say(proc, `${changed} ${rows}x${cols}`);
      return 0;
    });
    await terminal.waitFor("ready");
    terminal.resize(50, 132);
    await terminal.waitFor("true 50x132");
  });

  it("a background job that takes the foreground is stopped by SIGTTOU", async () => {
    const terminal = await onTerminal(async (proc) => {
      const pid = proc.fork(async (job) => {
        job.setpgid(0, 0);
        return (await errorOf(() => job.tcsetpgrp(0, job.pid))) === "EINTR" ? 0 : 1;
      });
      const { status } = (await proc.wait(pid, WUNTRACED))!;
      await say(proc, `stopped by ${stopSignalOf(status)}`);
      return 0;
    });
    await terminal.waitFor("stopped by 22");
  });

  it("a hangup ends the session leader", async () => {
    const terminal = await onTerminal(async (proc) => {
      await say(proc, "ready");
      return proc.sleep(100_000);
    });
    await terminal.waitFor("ready");
    await terminal.hangUp();
    expect(termSignalOf(await terminal.exited)).toBe(SIGNALS.SIGHUP);
  });

  it("the end of the session leader hangs up on the foreground and frees the terminal", async () => {
    const terminal = await onTerminal(async (proc) => {
      const pid = proc.fork(async (job) => {
        job.sigaction(SIGNALS.SIGHUP, { handler: () => {} });
        const left = await job.sleep(100_000);
        await say(job, `woken early ${left > 0}, ${await errorOf(() => job.tcgetpgrp(0))}`);
        return 0;
      });
      return pid > 0 ? 0 : 1;
    });
    await terminal.waitFor("woken early true, ENOTTY");
  });

  it("/dev/tty is the controlling terminal, and missing in another session", async () => {
    const terminal = await onTerminal(async (proc) => {
      const fd = await proc.open("/dev/tty", 2);
      await say(proc, `${proc.isatty(fd)} ${proc.ttyname(0)}`);
      const pid = proc.fork(async (child) => {
        child.setsid();
        try {
          await child.open("/dev/tty", 2);
        } catch (error) {
          await say(child, errorText(error));
        }
        return 0;
      });
      await proc.wait(pid);
      return 0;
    });
    expect(await terminal.waitFor("No such device or address")).toContain("true /dev/pts/0");
  });
});
