// One operating-system process for one guest program: no environment, no files, no network, no children; what it has is
// streams to the kernel: two for its main thread, two for all its workers.

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

/** The walls that Node itself puts up; see SECURITY in the package's README. */
const LOCKED_FLAGS = ["--permission", "--allow-worker", "--zero-fill-buffers", "--expose-internals"];

export interface GuestEnd {
  /** The exit code; 128 + signal if a signal ended it. */
  code: number;
  /** "SIGABRT" … if a signal ended it. */
  signal: NodeJS.Signals | null;
}

export interface GuestStart {
  /** The boot code. */
  code: string;
  sandbox: OsSandbox;
  /** Further flags of node. */
  flags?: readonly string[];
}

export class GuestProcess {
  readonly #child: ChildProcess;
  readonly #forks: boolean;
  readonly calls: Socket;
  readonly events: Socket;
  /** What worker threads ask, and what they are told. */
  readonly requests: Socket;
  readonly deliveries: Socket;
  /** What the process's C++ parts print: uncaught errors, running out of memory. */
  readonly stderr: Socket;
  /** Fulfilled when the process is gone and has printed its last. */
  readonly ended: Promise<GuestEnd>;
  #forkedPid: number | undefined;
  #hasWaited = false;
  #isStopped = false;
  #isHeldBack = false;
  #isSuspended = false;

  constructor({ code, sandbox, flags = [] }: GuestStart) {
    const { file, args } = sandbox.command([...LOCKED_FLAGS, ...flags, "-e", BOOTSTRAP]);
    this.#forks = sandbox.forks;
    // In a process group of its own, so that signals reach what waits for node too, and those of a terminal neither.
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
    // bwrap tells its child's signal by its exit code.
    const died = signal ?? (status! > 128 ? signalOf(status! - 128) : null);
    // The first process of a namespace is immune to its own SIGABRT: abort(3) then ends it by an invalid instruction.
    return { code: status ?? 128, signal: died === "SIGSEGV" ? "SIGABRT" : died };
  }

  /** The process of the host that is node; undefined while it is being started. */
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
    // Only node: what waits for it is to collect it, and ends by itself.
    this.#signal("SIGKILL", this.hostPid);
    this.#signal("SIGCONT");
  }

  /** For who waits for it in the guest; see interrupts.ts. */
  interrupt(): void {
    const { hostPid } = this;
    if (hostPid !== undefined) this.#signal("SIGINT", hostPid);
  }

  /** Job control. */
  stop(): void {
    this.#isStopped = true;
    this.#suspend();
  }

  continue(): void {
    this.#isStopped = false;
    this.#suspend();
  }

  /** It has had its share of CPU time, or may go on. */
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

  /** @param pid undefined: all of the process group */
  #signal(name: NodeJS.Signals, pid?: number): void {
    const { pid: leader } = this.#child;
    if (leader === undefined || !this.isAlive) return;
    try {
      process.kill(pid ?? -leader, name);
    } catch {
      // It has ended by itself, and the event that tells so is on its way.
    }
  }

  /** Whether it has waited for its program, and so has given back what it needed for its own start. */
  get hasWaited(): boolean {
    return this.#hasWaited;
  }

  /** While it waits for work it keeps nobody alive. */
  setIdle(idle: boolean): void {
    this.#hasWaited ||= idle;
    for (const handle of [this.#child, ...this.#streams]) {
      if (idle) handle.unref();
      else handle.ref();
    }
  }
}

/** A pipe to a guest that has died; its end is told by `ended`. */
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

/** A fresh process that has been sent the boot code. */
export async function startGuestProcess(flags: readonly string[] = []): Promise<GuestProcess> {
  const [code, sandbox] = await Promise.all([guestCode(), osSandbox()]);
  return new GuestProcess({ code, sandbox, flags });
}
