import { describe, expect, it } from "vitest";
import {
  continued,
  encode,
  exitCodeOf,
  SIGNALS,
  stopped,
  stopSignalOf,
  termSignalOf,
  WCONTINUED,
  WUNTRACED,
} from "../src/abi/index.ts";
import type { Proc } from "../src/program/index.ts";
import { errorOf, inProcess, resultOf } from "./in-process.ts";

const { SIGINT, SIGTERM, SIGUSR1, SIGKILL, SIGSTOP, SIGTSTP, SIGCONT, SIGCHLD, SIGPIPE, SIGHUP } = SIGNALS;

describe("a signal", () => {
  it("ends a process by default, with its number in the status", async () => {
    const value = await resultOf(async (proc) => {
      const pid = proc.fork((child) => child.sleep(100_000));
      proc.kill(pid, SIGTERM);
      return termSignalOf((await proc.wait(pid))!.status);
    });
    expect(value).toBe(SIGTERM);
  });

  it("ends a process that only computes and yields", async () => {
    const value = await resultOf(async (proc) => {
      const pid = proc.fork(async (child) => {
        for (;;) {
          const pause = child.yield();
          if (pause) await pause;
        }
      });
      await proc.sleep(1);
      proc.kill(pid, SIGKILL);
      return termSignalOf((await proc.wait(pid))!.status);
    });
    expect(value).toBe(SIGKILL);
  });

  it("calls a handler at once, and interrupts a blocked call", async () => {
    const value = await resultOf(async (proc) => {
      const seen: number[] = [];
      proc.sigaction(SIGUSR1, { handler: (signal) => seen.push(signal) });
      const [reader] = proc.pipe();
      const me = proc.pid;
      proc.fork((child) => {
        child.kill(me, SIGUSR1);
        return 0;
      });
      const error = await errorOf(() => proc.read(reader, new Uint8Array(1)));
      return [seen, error];
    });
    expect(value).toEqual([[SIGUSR1], "EINTR"]);
  });

  it("leaves a call blocked when the handler restarts", async () => {
    const value = await resultOf(async (proc) => {
      let seen = 0;
      proc.sigaction(SIGUSR1, { handler: () => seen++, restart: true });
      const [reader, writer] = proc.pipe();
      const me = proc.pid;
      proc.fork(async (child) => {
        child.kill(me, SIGUSR1);
        await child.write(writer, encode("x"));
        return 0;
      });
      return [await proc.read(reader, new Uint8Array(1)), seen];
    });
    expect(value).toEqual([1, 1]);
  });

  it("waits while it is blocked", async () => {
    const value = await resultOf((proc) => {
      let seen = 0;
      proc.sigaction(SIGUSR1, { handler: () => seen++ });
      const old = proc.sigprocmask(new Set([SIGUSR1]));
      proc.kill(proc.pid, SIGUSR1);
      const before = seen;
      proc.sigprocmask(old);
      return [before, seen];
    });
    expect(value).toEqual([0, 1]);
  });

  it("that is ignored stays ignored in a child; a handler does not", async () => {
    const value = await resultOf(async (proc) => {
      proc.sigaction(SIGINT, "ignore");
      proc.sigaction(SIGTERM, { handler: () => {} });
      const ignoring = proc.fork(async (child) => {
        child.kill(child.pid, SIGINT);
        child.kill(child.pid, SIGTERM);
        return 0;
      });
      return termSignalOf((await proc.wait(ignoring))!.status);
    });
    expect(value).toBe(SIGTERM);
  });

  it("cannot be caught if it is SIGKILL or SIGSTOP", async () => {
    const value = await resultOf(async (proc) => [
      await errorOf(() => proc.sigaction(SIGKILL, "ignore")),
      await errorOf(() => proc.sigaction(SIGSTOP, { handler: () => {} })),
      await errorOf(() => proc.kill(proc.pid, 99)),
      await errorOf(() => proc.kill(4711, 0)),
    ]);
    expect(value).toEqual(["EINVAL", "EINVAL", "EINVAL", "ESRCH"]);
  });

  it("may only be sent to processes of the same user", async () => {
    const value = await resultOf(
      async (proc) => {
        const pid = proc.fork((child) => child.sleep(100_000));
        const other = proc.fork((child) => {
          child.setuid(1001);
          return errorOf(() => child.kill(pid, SIGTERM)).then((code) => (code === "EPERM" ? 0 : 1));
        });
        const result = exitCodeOf((await proc.wait(other))!.status);
        proc.kill(pid, SIGKILL);
        return result;
      },
      { uid: 0 },
    );
    expect(value).toBe(0);
  });

  it("SIGPIPE ends a writer without readers; ignored, the write fails with EPIPE", async () => {
    const value = await resultOf(async (proc) => {
      const [reader, writer] = proc.pipe();
      await proc.close(reader);
      const write = async (child: Proc) => {
        await child.write(writer, encode("x"));
        return 0;
      };
      const dies = termSignalOf((await proc.wait(proc.fork(write)))!.status);
      proc.sigaction(SIGPIPE, "ignore");
      return [dies, await errorOf(() => proc.write(writer, encode("x")))];
    });
    expect(value).toEqual([SIGPIPE, "EPIPE"]);
  });

  it("SIGCHLD tells a parent that a child has ended", async () => {
    const value = await resultOf(async (proc) => {
      let seen = 0;
      proc.sigaction(SIGCHLD, { handler: () => seen++ });
      const pid = proc.fork(() => 0);
      const left = await proc.sleep(100_000);
      return [seen, left > 0, (await proc.wait(pid))!.pid === pid];
    });
    expect(value).toEqual([1, true, true]);
  });
});

describe("job control", () => {
  it("stops and continues a process, and tells the parent", async () => {
    const value = await resultOf(async (proc) => {
      const [reader, writer] = proc.pipe();
      const pid = proc.fork(async (child) => {
        await child.sleep(0);
        await child.write(writer, encode("x"));
        return 9;
      });
      proc.kill(pid, SIGSTOP);
      const stop = await proc.wait(pid, WUNTRACED);
      const state = proc.listProcesses().find((info) => info.pid === pid)?.state;
      proc.kill(pid, SIGCONT);
      const go = await proc.wait(pid, WCONTINUED);
      await proc.read(reader, new Uint8Array(1));
      const end = await proc.wait(pid);
      return [
        stopped(stop!.status),
        stopSignalOf(stop!.status),
        state,
        continued(go!.status),
        exitCodeOf(end!.status),
      ];
    });
    expect(value).toEqual([true, SIGSTOP, "T", true, 9]);
  });

  it("a stopped process takes nothing from a pipe", async () => {
    const value = await resultOf(async (proc) => {
      const [reader, writer] = proc.pipe();
      const pid = proc.fork(async (child) => await child.read(reader, new Uint8Array(10)));
      await proc.sleep(0);
      proc.kill(pid, SIGSTOP);
      await proc.write(writer, encode("abc"));
      const mine = await proc.read(reader, new Uint8Array(1));
      proc.kill(pid, SIGCONT);
      return [mine, exitCodeOf((await proc.wait(pid))!.status)];
    });
    expect(value).toEqual([1, 2]);
  });

  it("SIGKILL ends a stopped process", async () => {
    const value = await resultOf(async (proc) => {
      const pid = proc.fork((child) => child.sleep(100_000));
      proc.kill(pid, SIGSTOP);
      proc.kill(pid, SIGKILL);
      return termSignalOf((await proc.wait(pid))!.status);
    });
    expect(value).toBe(SIGKILL);
  });

  it("hangs up on a stopped group that becomes orphaned", async () => {
    const value = await resultOf(async (proc) => {
      const [reader, writer] = proc.pipe();
      const shell = proc.fork(async (child) => {
        const job = child.fork(async (member) => {
          member.setpgid(0, 0);
          member.sigaction(SIGHUP, {
            handler: () => void member.write(writer, encode("hup")),
          });
          member.kill(member.pid, SIGTSTP);
          await member.sleep(100_000);
          return 0;
        });
        await child.wait(job, WUNTRACED);
        return 0;
      });
      await proc.wait(shell);
      const buffer = new Uint8Array(10);
      return await proc.read(reader, buffer);
    });
    expect(value).toBe(3);
  });

  it("keeps a group while its leader is a zombie", async () => {
    const value = await resultOf(async (proc) => {
      const leader = proc.fork(() => 0);
      proc.setpgid(leader, leader);
      await proc.sleep(1);
      const second = proc.fork((child) => child.sleep(100_000));
      proc.setpgid(second, leader);
      await proc.wait(leader);
      proc.kill(-leader, SIGTERM);
      const { pid, status } = (await proc.wait(-leader))!;
      return [pid === second, termSignalOf(status), await errorOf(() => proc.kill(-leader, 0))];
    });
    expect(value).toEqual([true, SIGTERM, "ESRCH"]);
  });

  it("a group in a new session has no way back", async () => {
    const value = await resultOf(async (proc) => {
      const pid = proc.fork(async (child) => {
        const sid = child.setsid();
        return sid === child.pid && child.pgid === sid && (await errorOf(() => child.setsid())) === "EPERM"
          ? 0
          : 1;
      });
      return exitCodeOf((await proc.wait(pid))!.status);
    });
    expect(value).toBe(0);
  });
});

describe("the CPU limit", () => {
  it("sends SIGXCPU", async () => {
    const result = await inProcess(
      async (proc) => {
        for (;;) {
          const pause = proc.yield();
          if (pause) await pause;
        }
      },
      { kernel: { limits: { cpuTimeMs: 10 } } },
    );
    expect(result.signal).toBe("SIGXCPU");
  });
});
