// A two-way flow of items between AgentOs and a VM, with back-pressure. It looks the same whether the VM runs in this
// process or behind a sidecar's RPC.

import type { MaybePromise } from "@agentos/kernel/abi";

export interface Channel<In = Uint8Array, Out = Uint8Array> {
  /** The next item; undefined after the other side's end. Only one read may be pending at a time. */
  read(): Promise<In | undefined>;
  /** Resolves when more may be written. @throws what the other side closed with */
  write(item: Out): MaybePromise<void>;
  /** Ends this direction; what was written still arrives. Resolves when the other side has seen the end. */
  end(): MaybePromise<void>;
  /** Abandons both directions at once: pending and later calls on either side fail with `error`, or end. */
  close(error?: Error): void;
}

/** Moves items one way until the end. An error on either side closes both. */
export async function pump<T>(from: Channel<T, never>, to: Channel<never, T>): Promise<void> {
  try {
    for (let item = await from.read(); item !== undefined; item = await from.read()) await to.write(item);
    await to.end();
  } catch (error) {
    from.close(error as Error);
    to.close(error as Error);
  }
}
