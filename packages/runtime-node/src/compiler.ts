// A guest process that never gets a program: it compiles modules that the host provides, without running them, and
// answers with V8's code caches. It has the same V8 and flags as the guests that use them.

import { setPriority } from "node:os";
import { HostChannel } from "@agentos/kernel/channel";
import { type GuestProcess, startGuestProcess } from "./guest-process.ts";

/** A lower priority than that of guests. */
const PRIORITY = 10;

export class Compiler {
  #guest: Promise<GuestProcess> | undefined;
  #channel: HostChannel | undefined;
  #answer: (code: Uint8Array | undefined) => void = () => {};

  /** Compiles one text at a time. @returns undefined if it is not an ES module, or the process has failed */
  async compile(text: Uint8Array): Promise<Uint8Array | undefined> {
    const guest = await (this.#guest ??= this.#start());
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
    this.#answer = resolve;
    this.#channel!.notify("compile", text);
    void guest.ended.then(() => {
      this.#guest = undefined;
      resolve(undefined);
    });
    return promise;
  }

  end(): void {
    void this.#guest?.then((guest) => guest.kill());
  }

  async #start(): Promise<GuestProcess> {
    const guest = await startGuestProcess();
    guest.setIdle(true);
    guest.stderr.resume();
    lowerPriority(guest.hostPid);
    const channel = new HostChannel({
      streams: {
        reply: (bytes) => void guest.calls.write(bytes),
        event: (bytes) => void guest.events.write(bytes),
        get backlog() {
          return guest.events.writableLength;
        },
        replyBacklog: 0,
        hold: () => {},
      },
      find: (name) => (name === "compiled" ? (code) => this.#take(code) : undefined),
      generation: () => 0,
      onFailure: () => guest.kill(),
    });
    guest.calls.on("data", (chunk: Buffer) => channel.receive(chunk));
    this.#channel = channel;
    return guest;
  }

  #take(code: unknown): void {
    this.#answer(code instanceof Uint8Array ? code.slice() : undefined);
  }
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, PRIORITY);
  } catch {
    // The process belongs to another user, or has ended.
  }
}
