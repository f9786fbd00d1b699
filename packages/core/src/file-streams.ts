// A VM's channels as node:stream streams. A channel is opened by the first read or write.

import { Duplex, Readable, Writable } from "node:stream";
import type { Channel } from "./vm/channel.ts";
import { dressed, type VmLink, type Where } from "./vm-link.ts";

type Done = (error?: Error | null) => void;

/** Runs `step`, then tells Node's stream how it went. */
function settle(step: Promise<unknown>, where: Where, done: Done): void {
  step.then(
    () => done(),
    (error: unknown) => done(dressed(error, where) as Error),
  );
}

/** Moves the next chunk of a channel into a readable stream. */
function readInto(stream: Readable, channel: Channel<Uint8Array, never>, where: Where): void {
  channel.read().then(
    (chunk) => stream.push(chunk ?? null),
    (error: unknown) => stream.destroy(dressed(error, where) as Error),
  );
}

export function createVmReadStream(
  vm: VmLink,
  path: string,
  { start = 0, end = Number.POSITIVE_INFINITY }: { start?: number; end?: number } = {},
): Readable {
  const where = { syscall: "open", path };
  let channel: Channel<Uint8Array, never> | undefined;
  return new Readable({
    construct(done) {
      settle(
        vm.open(where, "readStream", [path, start, end]).then((opened) => (channel = opened)),
        where,
        done,
      );
    },
    read() {
      readInto(this, channel!, { syscall: "read", path });
    },
    destroy(error, done) {
      channel?.close();
      done(error);
    },
  });
}

export function createVmWriteStream(
  vm: VmLink,
  path: string,
  { flags = "w", mode }: { flags?: "w" | "a"; mode?: number } = {},
): Writable {
  const where = { syscall: "open", path };
  let channel: Channel<never, Uint8Array> | undefined;
  return new Writable({
    construct(done) {
      settle(
        vm.open(where, "writeStream", [path, flags === "a", mode]).then((opened) => (channel = opened)),
        where,
        done,
      );
    },
    write(chunk: Uint8Array, _encoding, done) {
      settle(write(channel!, chunk), { syscall: "write", path }, done);
    },
    final(done) {
      settle(finish(channel!), { syscall: "write", path }, done);
    },
    destroy(error, done) {
      channel?.close(error ?? undefined);
      done(error);
    },
  });
}

/** A connection whose channel is still being opened. */
export function createVmDuplex(opening: Promise<Channel>, where: Where): Duplex {
  let channel: Channel | undefined;
  return new Duplex({
    allowHalfOpen: true,
    construct(done) {
      settle(
        opening.then((opened) => (channel = opened)),
        where,
        done,
      );
    },
    read() {
      readInto(this, channel as Channel<Uint8Array, never>, { syscall: "read" });
    },
    write(chunk: Uint8Array, _encoding, done) {
      settle(write(channel as Channel<never, Uint8Array>, chunk), { syscall: "write" }, done);
    },
    final(done) {
      settle(Promise.resolve(channel!.end()), { syscall: "shutdown" }, done);
    },
    destroy(error, done) {
      channel?.close(error ?? undefined);
      done(error);
    },
  });
}

async function write(channel: Channel<never, Uint8Array>, chunk: Uint8Array): Promise<void> {
  await channel.write(chunk);
}

/** Ends a write-only channel and waits until the file has taken everything. */
async function finish(channel: Channel<never, Uint8Array>): Promise<void> {
  await channel.end();
  await channel.read();
}
