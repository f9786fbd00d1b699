// A guest without a process of its own: what it sends is what a test says.

import type { Image, Process } from "@agentos/kernel";
import { HostChannel, type Value } from "@agentos/kernel/channel";
import { defineSoftware } from "@agentos/kernel/program";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { createCalls } from "../src/calls/calls.ts";

export interface FakeGuest {
  vm: TestVm;
  /** The names of all that may be called. */
  names: string[];
  /** Bytes of the guest; frames of the kernel collect in `replies` and `events`. */
  send(bytes: Uint8Array): void;
  replies: Uint8Array[];
  events: Uint8Array[];
  /** Why the kernel ended it. */
  failures: unknown[];
  /** Whether the kernel leaves its requests where they are. */
  isHeld: boolean;
  dispose(): void;
}

/** A process of a VM whose image is the fake guest. */
export async function startFakeGuest(options: { backlog?: () => number } = {}): Promise<FakeGuest> {
  const started = Promise.withResolvers<Process>();
  const image: Image = {
    run(process) {
      started.resolve(process);
      return new Promise(() => {});
    },
  };
  const loader = { load: () => image };
  const software = defineSoftware({
    name: "fake",
    version: "1.0.0",
    from: import.meta.url,
    commands: { fake: { image: async () => ({ default: loader }) } },
  });
  const vm = bootTestVm({ software: [software] });
  void vm.run(["fake"]);
  const process = await started.promise;
  const replies: Uint8Array[] = [];
  const events: Uint8Array[] = [];
  const failures: unknown[] = [];
  const calls = createCalls(process.kernel.procOf(process), {
    process,
    notify: (name, ...args: Value[]) => channel.notify(name, ...args),
    block: (work) => channel.block(work),
    room: (length) => channel.room(length),
  });
  const channel = new HostChannel({
    streams: {
      reply: (bytes) => void replies.push(bytes.slice()),
      event: (bytes) => void events.push(bytes),
      get backlog() {
        return options.backlog?.() ?? 0;
      },
      replyBacklog: 0,
      hold: (on) => {
        guest.isHeld = on;
      },
    },
    find: (name) => (Object.hasOwn(calls, name) ? calls[name] : undefined),
    generation: () => 0,
    onFailure: (error) => void failures.push(error),
  });
  const guest: FakeGuest = {
    vm,
    isHeld: false,
    names: Object.keys(calls),
    send: (bytes) => channel.receive(bytes),
    replies,
    events,
    failures,
    dispose() {
      channel.close();
      vm.dispose();
    },
  };
  return guest;
}
