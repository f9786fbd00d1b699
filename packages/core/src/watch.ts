import type { WatchItem } from "./vm/calls.ts";
import type { Channel } from "./vm/channel.ts";
import type { VmLink } from "./vm-link.ts";

/**
 * `type` is that of Node's fs.watch: "rename" when a name was added or removed, "change" when content or attributes
 * changed.
 */
export type WatchListener = (change: WatchItem) => void;

/** What `watch` returns. */
export interface FileWatcher extends Disposable {
  /** Resolves when changes are being watched. @throws ENOENT */
  readonly ready: Promise<void>;
  /** Ends the watching. */
  close(): void;
}

export function watch(
  vm: VmLink,
  path: string,
  { recursive = false }: { recursive?: boolean },
  listener: WatchListener,
): FileWatcher {
  let closed = false;
  const opening = vm.open({ syscall: "watch", path }, "watch", [path, recursive]);
  const follow = async (channel: Channel<WatchItem, never>) => {
    for (let item = await channel.read(); item !== undefined && !closed; item = await channel.read()) {
      listener(item);
    }
    channel.close();
  };
  const close = () => {
    closed = true;
    opening.then(
      (channel) => channel.close(),
      () => {},
    );
  };
  const ready = opening.then((channel) => {
    // The watch ends with the VM. Nobody needs to be told: calls on the VM fail anyway.
    follow(channel).catch(() => {});
  });
  ready.catch(() => {});
  return { ready, close, [Symbol.dispose]: close };
}
