// fs.watch and fs.watchFile. Callers: Node's lib/internal/fs/watchers.js.

import type { Value } from "@agentos/kernel/channel/guest";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { fromKernel, toKernel } from "../../text.ts";
import { EventHandle } from "../event-handle.ts";
import { bigints } from "./calls.ts";

export function installWatching(node: NodeInternals, kernel: KernelClient): void {
  installEvents(node, kernel);
  installPolling(node, kernel);
}

function installEvents(node: NodeInternals, kernel: KernelClient): void {
  const watching = new Map<number, FSEvent>();
  const later = setImmediate;

  class FSEvent extends EventHandle {
    onchange: ((status: number, type: string, name: unknown) => void) | undefined;
    #id = 0;
    #encoding: unknown;

    constructor() {
      super(kernel, "FSEVENTWRAP");
    }

    get initialized(): boolean {
      return this.isActive;
    }

    start(path: string, persistent: boolean, _recursive: boolean, encoding: unknown): number {
      const { errno, value } = kernel.call("watch", toKernel(path));
      if (errno < 0) return errno;
      this.#id = value as number;
      this.#encoding = encoding;
      watching.set(this.#id, this);
      if (!persistent) this.unref();
      this.setActive(true);
      return 0;
    }

    report(type: string, name: Value): void {
      const { onchange } = this;
      if (this.isActive && onchange) {
        this.tell(() => onchange.call(this, 0, type, fromKernel(name, this.#encoding)));
      }
    }

    close(): void {
      if (!this.isActive) return;
      this.end();
      watching.delete(this.#id);
      kernel.post("unwatch", this.#id);
    }
  }

  kernel.on("watchEvent", (id, type, name) => {
    later(() => watching.get(id as number)?.report(type as string, name));
  });
  node.binding("fs_event_wrap").FSEvent = FSEvent;
}

const FIELDS = 18;

function installPolling(node: NodeInternals, kernel: KernelClient): void {
  const every = setInterval;
  const stop = clearInterval;
  const later = setImmediate;

  class StatWatcher extends EventHandle {
    onchange: ((status: number, stats: Float64Array | BigInt64Array) => void) | undefined;
    readonly #bigint: boolean;
    #timer: ReturnType<typeof setInterval> | undefined;
    #before: { status: number; fields: Float64Array } | undefined;

    constructor(bigint: boolean) {
      super(kernel, "STATWATCHER");
      this.#bigint = bigint;
    }

    start(path: string, interval: number): number {
      const look = (): void => this.#look(toKernel(path));
      this.#timer = every(look, interval).unref();
      later(look);
      this.setActive(true);
      return 0;
    }

    close(): void {
      stop(this.#timer);
      this.end();
    }

    /** As in uv_fs_poll_start, the first look only counts if it fails. */
    #look(path: string): void {
      if (!this.isActive) return;
      const { errno, value } = kernel.call("stat", path);
      const fields = errno < 0 ? new Float64Array(FIELDS) : (value as Float64Array).slice();
      const before = this.#before;
      this.#before = { status: errno, fields };
      const isNews = before ? before.status !== errno || !sameFile(before.fields, fields) : errno < 0;
      if (!isNews) return;
      const both = new Float64Array(2 * FIELDS);
      both.set(fields);
      both.set(before?.fields ?? fields, FIELDS);
      const { onchange } = this;
      if (onchange) {
        this.tell(() => onchange.call(this, Math.min(errno, 0), this.#bigint ? bigints(both) : both));
      }
    }
  }
  node.binding("fs").StatWatcher = StatWatcher;
}

const ATIME_SECONDS = 10;
const ATIME_NANOSECONDS = 11;

/** As libuv, ignores the access time. */
const sameFile = (a: Float64Array, b: Float64Array): boolean =>
  a.every((field, i) => i === ATIME_SECONDS || i === ATIME_NANOSECONDS || field === b[i]);
