// One operating-system process for one guest program: no environment, files, network or children, only streams to the
// kernel, two for its main thread and two for all its workers.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { DELIVERIES_FD, REQUESTS_FD } from "./abi/thread-streams.ts";
import { emptyDirectory } from "./empty-directory.ts";
import { BOOTSTRAP, guestCode } from "./guest-code.ts";
import { type OsSandbox, osSandbox } from "./os-sandbox.ts";
import { undertaker } from "./undertaker.ts";

const CALLS_FD = 3;
const EVENTS_FD = 4;

/** The walls that Node itself provides; see "Walls" in the package's README. */
const LOCKED_FLAGS = ["--permission", "--allow-worker", "--zero-fill-buffers", "--expose-internals"];

export interface GuestEnd {
  /** The exit code; 128 + signal if a signal ended it. */
  code: number;
  /** "SIGABRT" …; null if it exited. */
  signal: NodeJS.Signals | null;
}

export interface GuestStart {
  /** The boot code. */
  code: string;
  sandbox: OsSandbox;
  /** Additional flags for node. */
  flags?: readonly string[];
}

export class GuestProcess {
  readonly #child: ChildProcess;
  readonly #forks: boolean;
  readonly calls: Socket;
  readonly events: Socket;
  /** The requests of worker threads, and what is delivered to them. */
  readonly requests: Socket;
  readonly deliveries: Socket;
  /** What the C++ parts of the process print: uncaught errors, running out of memory. */
  readonly stderr: Socket;
  /** Resolves when the process is gone and all its output has arrived. */
  readonly ended: Promise<GuestEnd>;
  #forkedPid: number | undefined;
  #hasWaited = false;
  #isStopped = false;
  #isHeldBack = false;
  #isSuspended = false;

  constructor({ code, sandbox, flags = [] }: GuestStart) {
    const { file, args } = sandbox.command([...LOCKED_FLAGS, ...flags, "-e", BOOTSTRAP]);
    this.#forks = sandbox.forks;
    // A process group of its own: signals then also reach the process that waits for node, and the terminal's reach
    // neither.
    this.#child = spawn(file, args, {
      ...(file === process.execPath && { argv0: "node" }),
      env: {},
      cwd: emptyDirectory(),
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
    });
    const stdio: readonly unknown[] = this.#child.stdio;
    this.stderr = stdio[2] as Socket;
    this.calls = stdio[CALLS_FD] as Socket;
    this.events = stdio[EVENTS_FD] as Socket;
    this.requests = stdio[REQUESTS_FD] as Socket;
    this.deliveries = stdio[DELIVERIES_FD] as Socket;
    for (const stream of this.#streams) stream.on("error", ignore);
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (status, signal) => resolve(this.#end(status, signal)));
      this.#child.once("error", () => resolve({ code: 126, signal: null }));
    });
    this.#watchUntilExit(this.#child.pid && -this.#child.pid);
    this.#send(code);
  }

  get #streams(): Socket[] {
    return [this.stderr, this.calls, this.events, this.requests, this.deliveries];
  }

  #watchUntilExit(target: number | undefined): void {
    if (target === undefined) return;
    undertaker.watch(target);
    this.#child.once("exit", () => undertaker.forget(target));
  }

  #send(code: string): void {
    const bytes = Buffer.from(code);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    this.calls.write(Buffer.concat([length, bytes]));
  }

  #end(status: number | null, signal: NodeJS.Signals | null): GuestEnd {
    if (!this.#forks) return { code: status ?? 128, signal };
    // bwrap reports its child's signal by its exit code.
    const died = signal ?? (status! > 128 ? signalOf(status! - 128) : null);
    // The first process of a namespace is immune to its own SIGABRT, so abort(3) ends it by an invalid instruction.
    return { code: status ?? 128, signal: died === "SIGSEGV" ? "SIGABRT" : died };
  }

  /** The host's pid of node itself; undefined while it is being started. */
  get hostPid(): number | undefined {
    const { pid } = this.#child;
    if (!this.#forks || pid === undefined) return pid;
    if (this.#forkedPid === undefined && this.isAlive) {
      this.#forkedPid = childOf(pid);
      this.#watchUntilExit(this.#forkedPid);
    }
    return this.#forkedPid;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  kill(): void {
    // Only node is killed: the process that waits for it must reap it, and then ends by itself.
    this.#signal("SIGKILL", this.hostPid);
    this.#signal("SIGCONT");
  }

  /** Sends a real SIGINT, for code in the guest that waits for one; see interrupts.ts. */
  interrupt(): void {
    const { hostPid } = this;
    if (hostPid !== undefined) this.#signal("SIGINT", hostPid);
  }

  /** Stops the process, for job control. */
  stop(): void {
    this.#isStopped = true;
    this.#suspend();
  }

  continue(): void {
    this.#isStopped = false;
    this.#suspend();
  }

  /** Holds the process back when its VM's CPU budget is spent, and lets it go on. */
  holdBack(isSpent: boolean): void {
    this.#isHeldBack = isSpent;
    this.#suspend();
  }

  #suspend(): void {
    const isSuspended = this.#isStopped || this.#isHeldBack;
    if (isSuspended === this.#isSuspended) return;
    this.#isSuspended = isSuspended;
    if (isSuspended) this.#signal("SIGSTOP", this.hostPid);
    else this.#signal("SIGCONT");
  }

  /** @param pid undefined: the whole process group */
  #signal(name: NodeJS.Signals, pid?: number): void {
    const { pid: leader } = this.#child;
    if (leader === undefined || !this.isAlive) return;
    try {
      process.kill(pid ?? -leader, name);
    } catch {
      // It has ended by itself, and its "exit" event is on the way.
    }
  }

  /** Whether it has waited for its program, and has therefore already released the memory it needed to start. */
  get hasWaited(): boolean {
    return this.#hasWaited;
  }

  /** While it waits for work it does not keep this process alive. */
  setIdle(idle: boolean): void {
    this.#hasWaited ||= idle;
    for (const handle of [this.#child, ...this.#streams]) {
      if (idle) handle.unref();
      else handle.ref();
    }
  }
}

/** For pipes to a guest that has died; `ended` reports its end. */
const ignore = (): void => {};

/** Source: proc_pid_task_children(5). */
function childOf(pid: number): number | undefined {
  try {
    return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1"), 10) || undefined;
  } catch {
    return undefined;
  }
}

function signalOf(number: number): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return (found?.[0] as NodeJS.Signals | undefined) ?? null;
}

/** Starts a process and sends it the boot code. */
export async function startGuestProcess(flags: readonly string[] = []): Promise<GuestProcess> {
  const [code, sandbox] = await Promise.all([guestCode(), osSandbox()]);
  return new GuestProcess({ code, sandbox, flags });
}
