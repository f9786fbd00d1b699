// The image of a process that runs node: a guest process on one side, the kernel's system calls on the other.

import type { Image, Process } from "@agentos/kernel";
import { encode, isSysError, O_RDWR, SIGNALS, type SignalName, signalStatus } from "@agentos/kernel/abi";
import { type GuestCall, HostChannel, type Value } from "@agentos/kernel/channel";
import { type Proc, ProcessExit } from "@agentos/kernel/program";
import { integer } from "./calls/arguments.ts";
import { createCalls } from "./calls/calls.ts";
import { handleType } from "./calls/process-calls.ts";
import { type CommandLine, CommandLineError, type Main, parseCommandLine } from "./command-line.ts";
import { type GuestProcess, startGuestProcess } from "./guest-process.ts";
import { heapFlag } from "./heap-limit.ts";
import { closeUsageWatch, usageWatch } from "./host-usage.ts";
import { Interrupts } from "./interrupts.ts";
import { pool, poolWith } from "./pool.ts";
import { runScript } from "./run-script.ts";
import { Threads } from "./threads.ts";

/** As node's own exit code for an invalid argument. */
const INVALID_ARGUMENT = 9;

/** A guest that has used no CPU time for this long is at rest. */
const QUIET_MS = 500;
/**
 * How much CPU time leaves enough garbage behind to be worth collecting: that of loading a program, not of answering a
 * request.
 */
const WORTH_COLLECTING_MS = 200;

/** The most bytes that a guest may print through its C++ parts. */
const MOST_NATIVE_OUTPUT = 1 << 20;

export class NodeImage implements Image {
  #guest: GuestProcess | undefined;
  #channel: HostChannel | undefined;
  #threads: Threads | undefined;
  #isDead = false;

  async run(process: Process): Promise<number> {
    const proc = process.kernel.procOf(process);
    let commandLine: CommandLine;
    try {
      commandLine = commandLineOf(proc);
    } catch (error) {
      if (!(error instanceof CommandLineError)) throw error;
      await proc.write(2, encode(`${error.message}\n`));
      return INVALID_ARGUMENT;
    }
    const { entry, nodeFlags } = commandLine;
    if ("text" in entry) return print(proc, entry.text);
    if ("script" in entry) return runScript(proc, entry.script, commandLine.args);
    const guest = await takeGuest(nodeFlags, process.kernel.limits.maxMemoryMb);
    if (this.#isDead) {
      guest.kill();
      return 0;
    }
    this.#guest = guest;
    // Node ignores SIGPIPE. A handler has the same effect here but, unlike SIG_IGN, is not inherited by its children.
    proc.sigaction(SIGNALS.SIGPIPE, { handler: () => {}, restart: true });
    return this.#serve(guest, process, await startArguments(proc, commandLine, entry.main));
  }

  async #serve(guest: GuestProcess, process: Process, start: readonly Value[]): Promise<number> {
    const proc = process.kernel.procOf(process);
    const exit = Promise.withResolvers<number>();
    const printed = forwardOutput(guest, proc);
    const onFailure = (error: unknown): void => {
      guest.kill();
      exit.reject(error);
    };
    const threads = serveThreads(guest, process, onFailure);
    this.#threads = threads;
    const interrupts = new Interrupts(proc, {
      interrupt: () => guest.interrupt(),
      get asked() {
        return channel.asked;
      },
      get isWaiting() {
        return channel.isWaitedFor;
      },
    });
    const calls: Record<string, GuestCall> = {
      ...createCalls(proc, {
        process,
        notify: (name, ...args) => this.#channel?.notify(name, ...args),
        block: (work) => channel.block(work),
        room: (length) => channel.room(length),
      }),
      ...threads.calls,
      ...interrupts.calls,
      /** The guest is ready to run its program, and asks for an event to run it in. */
      enter: () => channel.notify("enter"),
      /** Never answered, so that nothing of the program runs after it. */
      exit: (code) => {
        // Output printed before it arrives in this turn of the event loop.
        setImmediate(() => printed().then(() => exit.resolve(integer(code))));
        return new Promise(() => {});
      },
    };
    const channel: HostChannel = new HostChannel({
      streams: {
        reply: (bytes) => void guest.calls.write(bytes),
        event: (bytes) => void guest.events.write(bytes),
        get backlog() {
          return guest.events.writableLength;
        },
        get replyBacklog() {
          return guest.calls.writableLength;
        },
        hold: (on) => void (on ? guest.calls.pause() : guest.calls.resume()),
      },
      find: (name) => (Object.hasOwn(calls, name) ? calls[name] : undefined),
      generation: () => process.kernel.namespace.generation,
      interrupts: (call) => interrupts.takes(call),
      onFailure,
    });
    this.#channel = channel;
    this.#watchUsage(guest, process);
    guest.calls.on("data", (chunk: Buffer) => channel.receive(chunk));
    channel.notify("start", ...start);
    return Promise.race([exit.promise, this.#untilEnd(guest, printed)]);
  }

  /**
   * CPU time counts as the process's own, and the process is held back when the VM's budget is spent. Memory beyond
   * the limit ends it, as Linux's OOM killer does.
   */
  #watchUsage(guest: GuestProcess, process: Process): void {
    const { limits, cpuBudget } = process.kernel;
    const most = limits.maxMemoryMb * 2 ** 20;
    let quietMs = 0;
    let usedMs = guest.hasWaited ? 0 : WORTH_COLLECTING_MS;
    const watch = cpuBudget.isLimited ? closeUsageWatch : usageWatch;
    const stopWatching = watch.watch(
      () => guest.hostPid,
      ({ cpuMs, residentBytes }) => {
        process.chargeCpu(cpuMs);
        if (residentBytes > most) process.signalSelf(SIGNALS.SIGKILL);
        usedMs += cpuMs;
        // A process that is held back is not at rest: it would work if it could.
        quietMs = cpuMs > 0 || cpuBudget.isSpent ? 0 : quietMs + watch.intervalMs;
        if (quietMs < QUIET_MS || usedMs < WORTH_COLLECTING_MS) return;
        usedMs = 0;
        this.#channel?.notify("rest");
      },
    );
    const letGo = cpuBudget.listen((isSpent) => guest.holdBack(isSpent));
    void guest.ended.then(() => {
      stopWatching();
      letGo();
    });
  }

  /** Waits until the guest ends by itself: its event loop ran empty, it failed, or something killed it. */
  async #untilEnd(guest: GuestProcess, printed: () => Promise<void>): Promise<number> {
    const { code, signal } = await guest.ended;
    await this.#channel?.drained();
    await printed();
    if (signal) throw new ProcessExit(signalStatus(SIGNALS[signal as SignalName]));
    return code;
  }

  /** The host's pid of the process in which the program runs. */
  get hostPid(): number | undefined {
    return this.#guest?.hostPid;
  }

  kill(): void {
    this.#isDead = true;
    this.#channel?.close();
    this.#threads?.close();
    this.#guest?.kill();
  }

  stop(): void {
    this.#guest?.stop();
  }

  continue(): void {
    this.#guest?.continue();
  }
}

function takeGuest(nodeFlags: readonly string[], maxMemoryMb: number): Promise<GuestProcess> {
  const limit = heapFlag(maxMemoryMb, nodeFlags);
  if (nodeFlags.length > 0) return startGuestProcess(limit ? [limit, ...nodeFlags] : nodeFlags);
  return (limit ? poolWith(limit) : pool).take();
}

function serveThreads(guest: GuestProcess, process: Process, onFailure: (error: unknown) => void): Threads {
  const { requests, deliveries } = guest;
  const threads = new Threads({
    process,
    streams: {
      deliver(head, bytes, taken) {
        deliveries.cork();
        deliveries.write(head);
        deliveries.write(bytes, taken);
        deliveries.uncork();
      },
      get backlog() {
        return deliveries.writableLength;
      },
      hold: (on) => void (on ? requests.pause() : requests.resume()),
    },
    onFailure,
  });
  requests.on("data", (chunk: Buffer) => threads.receive(chunk));
  void guest.ended.then(() => threads.close());
  return threads;
}

async function print(proc: Proc, text: string): Promise<number> {
  await proc.write(1, encode(text));
  return 0;
}

/** Forwards what the guest's C++ parts print. @returns a function that waits until all is written */
function forwardOutput(guest: GuestProcess, proc: Proc): () => Promise<void> {
  let left = MOST_NATIVE_OUTPUT;
  let written = Promise.resolve();
  guest.stderr.on("data", (chunk: Buffer) => {
    const text = chunk.toString("latin1", 0, left).replaceAll(process.execPath, "/usr/bin/node");
    left -= Math.min(left, chunk.length);
    written = written.then(() => write(proc, Buffer.from(text, "latin1")));
  });
  return () => written;
}

async function write(proc: Proc, data: Uint8Array): Promise<void> {
  try {
    await proc.write(2, data);
  } catch (error) {
    if (!isSysError(error) && !(error instanceof ProcessExit)) throw error;
  }
}

function commandLineOf(proc: Proc): CommandLine {
  const NODE_OPTIONS = proc.env.get("NODE_OPTIONS");
  return parseCommandLine(proc.argv, { version: process.version, NODE_OPTIONS });
}

/** If a standard stream is closed, the next file opened would get its number. Source: Node's PlatformInit(). */
async function openStandardStreams(proc: Proc): Promise<void> {
  for (const fd of [0, 1, 2]) {
    try {
      await proc.fstat(fd);
    } catch (error) {
      if (!isSysError(error, "EBADF")) throw error;
      await proc.open("/dev/null", O_RDWR);
    }
  }
}

async function startArguments(proc: Proc, line: CommandLine, main: Main): Promise<Value[]> {
  await openStandardStreams(proc);
  const types = await Promise.all([0, 1, 2].map((fd) => handleType(proc, fd)));
  const isPrompt = main === "eval_stdin" && types[0] === "TTY";
  const { args, execArgv, nodeFlags } = line;
  const options = [...line.options].map(([name, value]): Value => [name, value]);
  const env = [...proc.env].flat();
  const argv0 = proc.argv[0] ?? "node";
  return [proc.pid, argv0, args, execArgv, env, types, isPrompt ? "repl" : main, options, nodeFlags];
}
