import { type MaybePromise, O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import type { Change } from "@agentos/vfs";
import type { WatchItem } from "../calls.ts";
import type { Channel } from "../channel.ts";
import { ItemQueue } from "../item-queue.ts";
import { openAppFile, type VmFiles } from "./app-file.ts";

const CHUNK = 1 << 16;

/** @param end the offset of the last byte, or Infinity */
export async function readStream(
  vm: VmFiles,
  path: string,
  start: number,
  end: number,
): Promise<Channel<Uint8Array, never>> {
  const file = await openAppFile(vm, path, O_RDONLY);
  if (start > 0) file.seek(start);
  let left = end - start + 1;
  return {
    async read() {
      if (left <= 0) return undefined;
      const chunk = new Uint8Array(Math.min(CHUNK, left));
      const count = await file.read(chunk);
      left = count === 0 ? 0 : left - count;
      return count === 0 ? undefined : chunk.subarray(0, count);
    },
    write: readOnly,
    end() {},
    close: once(() => void file.close()),
  };
}

export async function writeStream(
  vm: VmFiles,
  path: string,
  append: boolean,
  mode = 0o644,
): Promise<Channel<never, Uint8Array>> {
  const file = await openAppFile(vm, path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), mode);
  const finished = Promise.withResolvers<undefined>();
  const close = once(() => file.close());
  return {
    /** Resolves when the file has taken everything. */
    read: () => finished.promise,
    async write(chunk: Uint8Array) {
      await file.write(chunk);
    },
    async end() {
      await close();
      finished.resolve(undefined);
    },
    close() {
      void close();
      finished.resolve(undefined);
    },
  };
}

/** Changes below a path. If the app does not keep up, it gets the latest 1024. */
export async function watchStream(
  { namespace, caller }: VmFiles,
  path: string,
  recursive: boolean,
): Promise<Channel<WatchItem, never>> {
  const place = await namespace.realpath(caller, path);
  const queue = new ItemQueue<WatchItem>(1024, () => watcher.close());
  const watcher = namespace.watch(place, { recursive }, (change) => {
    for (const item of watchItems(change)) queue.push(item);
  });
  return queue;
}

function watchItems({ kind, path, from }: Change): WatchItem[] {
  const type = kind === "modify" || kind === "attrib" ? "change" : "rename";
  return from === undefined
    ? [{ type, path }]
    : [
        { type, path: from },
        { type, path },
      ];
}

function once(run: () => MaybePromise<void>): () => MaybePromise<void> {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    return run();
  };
}

function readOnly(): never {
  throw new TypeError("this stream is only read");
}
