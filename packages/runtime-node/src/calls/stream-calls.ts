// Streams of a guest's event loop: reads that can be cancelled, and writes of everything.

import { isSysError, POLLIN, SHUT_WR } from "@agentos/kernel/abi";
import type { GuestCall } from "@agentos/kernel/channel";
import { type Proc, ProcessExit } from "@agentos/kernel/program";
import { bytes, integer, offset } from "./arguments.ts";
import { readBytes, writeAll } from "./descriptor-calls.ts";

interface Reading {
  stop(): void;
}

export function streamCalls(proc: Proc, block: (work: Promise<void>) => void): Record<string, GuestCall> {
  const readings = new Map<number, Reading>();
  /** Pending waits for input, one per descriptor: a wait cannot be cancelled, so the next read joins it. */
  const waits = new Map<number, Promise<unknown>>();

  /** Errors of data that was sent ahead. */
  const failed = new Map<number, Error>();

  const waitForInput = (fd: number): Promise<unknown> | undefined => {
    const known = waits.get(fd);
    if (known) return known;
    const ready = proc.poll([{ fd, events: POLLIN }], -1);
    if (!(ready instanceof Promise)) return undefined;
    const wait = ready.finally(() => {
      if (waits.get(fd) === wait) waits.delete(fd);
    });
    waits.set(fd, wait);
    return wait;
  };

  return {
    /** Bytes as soon as there are any; none at the end; null if the guest cancelled the read. */
    receive: (descriptor, size) => {
      const fd = integer(descriptor);
      const length = Math.min(offset(size), 1 << 20);
      const wait = waitForInput(fd);
      if (!wait) return readBytes(proc, fd, length, -1);
      const stopped = Promise.withResolvers<null>();
      const reading = { stop: () => stopped.resolve(null) };
      readings.set(fd, reading);
      return Promise.race([wait.then(() => true), stopped.promise]).then((isReady) => {
        if (readings.get(fd) === reading) readings.delete(fd);
        return isReady ? readBytes(proc, fd, length, -1) : null;
      });
    },
    receiveStop: (fd) => readings.get(integer(fd))?.stop(),
    send: (descriptor, data) => {
      const fd = integer(descriptor);
      const error = failed.get(fd);
      if (!error) return writeAll(proc, fd, bytes(data));
      failed.delete(fd);
      throw error;
    },
    /**
     * As `send`, for a caller that does not wait. It is done before any later call; the next `send` reports its error.
     */
    sendAhead: (descriptor, data) => {
      const fd = integer(descriptor);
      const fail = (error: unknown): void => {
        if (isSysError(error)) failed.set(fd, error);
        else if (!(error instanceof ProcessExit)) throw error;
      };
      try {
        const writing = writeAll(proc, fd, bytes(data));
        if (writing) block(writing.catch(fail));
      } catch (error) {
        fail(error);
      }
    },
    shutdown: (fd) => proc.shutdown(integer(fd), SHUT_WR),
    closeStream: (descriptor) => {
      const fd = integer(descriptor);
      readings.get(fd)?.stop();
      readings.delete(fd);
      waits.delete(fd);
      failed.delete(fd);
      return proc.close(fd);
    },
  };
}
