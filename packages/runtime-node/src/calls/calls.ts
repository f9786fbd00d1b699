import type { Process } from "@agentos/kernel";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { descriptorCalls } from "./descriptor-calls.ts";
import { FileReader } from "./file-reader.ts";
import { handleCalls } from "./handle-calls.ts";
import { nameCalls } from "./name-calls.ts";
import { openingCalls } from "./opening-calls.ts";
import { pathCalls } from "./path-calls.ts";
import { processCalls } from "./process-calls.ts";
import { socketCalls } from "./socket-calls.ts";
import { spawnCalls } from "./spawn-calls.ts";
import { streamCalls } from "./stream-calls.ts";
import { terminalCalls } from "./terminal-calls.ts";
import { treeCalls } from "./tree-calls.ts";
import { watchCalls } from "./watch-calls.ts";

export interface Callbacks {
  process: Process;
  notify(name: string, ...args: Value[]): void;
  /** Holds the guest's next calls until `work` is done. */
  block(work: Promise<void>): void;
  /** Room for the bytes that the current call will answer with. */
  room(length: number): Uint8Array;
}

/** The calls that each thread of a guest may make, by name. Any other name answers ENOSYS. */
export function createCalls(proc: Proc, callbacks: Callbacks): Record<string, GuestCall> {
  const { block, notify, process, room } = callbacks;
  const files = new FileReader(proc, process.kernel.namespace);
  return {
    ...descriptorCalls(proc, room),
    ...openingCalls(proc, files),
    ...pathCalls(proc),
    ...nameCalls(process, files),
    ...treeCalls(proc),
    ...processCalls(proc, notify),
    ...spawnCalls(proc, notify),
    ...streamCalls(proc, block),
    ...socketCalls(proc, process, notify),
    ...handleCalls(process),
    ...terminalCalls(proc),
    ...watchCalls(proc, process, notify),
  };
}
