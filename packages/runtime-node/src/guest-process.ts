// One operating-system process for one guest program: no environment, no files, no network, no children; what it has is
// two streams to the kernel.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BOOTSTRAP, guestCode } from "./guest-code.ts";
import { undertaker } from "./undertaker.ts";

const CALLS_FD = 3;
const EVENTS_FD = 4;

/** The walls that Node itself puts up; see SECURITY in the package's README. */
const LOCKED_FLAGS = ["--permission", "--zero-fill-buffers", "--expose-internals"];

export interface GuestEnd {
  /** The exit code; 128 + signal if a signal ended it. */
  code: number;
  /** "SIGABRT" … if a signal ended it. */
  signal: NodeJS.Signals | null;
}

export class GuestProcess {
  readonly #child: ChildProcess;
  readonly calls: Socket;
  readonly events: Socket;
  /** What the process's C++ parts print: uncaught errors, running out of memory. */
  readonly stderr: Socket;
  /** Fulfilled when the process is gone and has printed its last. */
  readonly ended: Promise<GuestEnd>;

  constructor(code: string, flags: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...LOCKED_FLAGS, ...flags, "-e", BOOTSTRAP], {
      argv0: "node",
      env: {},
      cwd: emptyDirectory(),
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    });
    const { stdio } = this.#child;
    this.stderr = stdio[2] as Socket;
    this.calls = stdio[CALLS_FD] as Socket;
    this.events = stdio[EVENTS_FD] as Socket;
    for (const stream of [this.stderr, this.calls, this.events]) stream.on("error", ignore);
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (status, signal) => resolve({ code: status ?? 128, signal }));
      this.#child.once("error", () => resolve({ code: 126, signal: null }));
    });
    const { pid } = this.#child;
    if (pid !== undefined) {
      undertaker.watch(pid);
      this.#child.once("exit", () => undertaker.forget(pid));
    }
    this.#send(code);
  }

  #send(code: string): void {
    const bytes = Buffer.from(code);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    this.calls.write(Buffer.concat([length, bytes]));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    if (this.isAlive) this.#child.kill(name);
  }

  kill(): void {
    this.signal("SIGKILL");
  }

  /** While it waits for work it keeps nobody alive. */
  setIdle(idle: boolean): void {
    for (const handle of [this.#child, this.calls, this.events, this.stderr]) {
      if (idle) handle.unref();
      else handle.ref();
    }
  }
}

/** A pipe to a guest that has died; its end is told by `ended`. */
const ignore = (): void => {};

let empty: string | undefined;

/** Node lets a program read its working directory whatever its permissions: this one has nothing in it. */
function emptyDirectory(): string {
  if (empty) return empty;
  const directory = mkdtempSync(join(tmpdir(), "agentos-guest-"));
  process.once("exit", () => {
    try {
      rmdirSync(directory);
    } catch {
      // A guest process that is being killed may still be in it; the system's own cleaning takes it.
    }
  });
  return (empty = directory);
}

/** A fresh process that has been sent the boot code. */
export async function startGuestProcess(flags: readonly string[] = []): Promise<GuestProcess> {
  return new GuestProcess(await guestCode(), flags);
}
