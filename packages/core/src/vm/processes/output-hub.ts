// The output of one process on its way to the app. Listeners get it with back-pressure; the latest output is
// remembered, up to a bound, for listeners that come late.

import { concat, plain } from "../byte-collector.ts";
import type { OutputItem } from "../calls.ts";
import type { Channel } from "../channel.ts";

/** Takes a pipe's bytes in place of a reader. */
export interface OutputSink {
  receive(chunk: Uint8Array): undefined | Promise<void>;
  end(): void;
}

const REPLAY_BYTES = 256 * 1024;
/** Smaller pieces are merged before they are remembered. */
const MERGED_BYTES = 4096;
/** How long a process with more output than can be remembered is held up, waiting for its first listener. */
const PATIENCE_MS = 1000;
/** A listener that is this many bytes behind holds the process up. */
const BEHIND_BYTES = 64 * 1024;

export class OutputHub {
  readonly #replay: OutputItem[] = [];
  #replayBytes = 0;
  readonly #listeners = new Set<Listener>();
  #sources: number;
  /** Waits for the first listener; undefined once there was one, or the time is up. */
  #patience: Patience | undefined = new Patience();

  /** @param sources how many sinks there are; the output ends with the last of them */
  constructor(sources: number) {
    this.#sources = sources;
  }

  sink(stream: OutputItem["stream"]): OutputSink {
    return {
      receive: (data) => this.push({ stream, data: plain(data) }),
      end: () => this.end(),
    };
  }

  /** Answers with a promise while a listener is too far behind. */
  push(item: OutputItem): undefined | Promise<void> {
    if (this.#patience && this.#replayBytes + item.data.length > REPLAY_BYTES) return this.#hold(item);
    this.#remember(item);
    const waits: Promise<void>[] = [];
    for (const listener of this.#listeners) {
      const wait = listener.push(item);
      if (wait) waits.push(wait);
    }
    if (waits.length > 0) return Promise.all(waits).then(() => {});
  }

  /** Keeps an item for the first listener. The output does not end before that. */
  async #hold(item: OutputItem): Promise<void> {
    this.#sources++;
    await this.#patience!.run();
    this.#patience = undefined;
    const taken = this.push(item);
    this.end();
    return taken;
  }

  /** Called when one source has ended. */
  end(): void {
    if (--this.#sources > 0) return;
    for (const listener of this.#listeners) listener.finish();
  }

  listen(): Channel<OutputItem, never> {
    this.#patience?.stop();
    this.#patience = undefined;
    const listener = new Listener([...this.#replay], () => this.#listeners.delete(listener));
    if (this.#sources <= 0) listener.finish();
    else this.#listeners.add(listener);
    return listener;
  }

  #remember(item: OutputItem): void {
    const last = this.#replay.at(-1);
    if (last?.stream === item.stream && last.data.length + item.data.length <= MERGED_BYTES) {
      this.#replay[this.#replay.length - 1] = { ...last, data: concat([last.data, item.data]) };
    } else this.#replay.push(item);
    this.#replayBytes += item.data.length;
    while (this.#replayBytes > REPLAY_BYTES) {
      const [first] = this.#replay;
      const excess = this.#replayBytes - REPLAY_BYTES;
      if (first!.data.length > excess) {
        this.#replay[0] = { ...first!, data: first!.data.slice(excess) };
        this.#replayBytes -= excess;
      } else {
        this.#replay.shift();
        this.#replayBytes -= first!.data.length;
      }
    }
  }
}

class Patience {
  readonly #over = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  run(): Promise<void> {
    this.#timer ??= setTimeout(this.#over.resolve, PATIENCE_MS).unref();
    return this.#over.promise;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#over.resolve();
  }
}

class Listener implements Channel<OutputItem, never> {
  readonly #items: OutputItem[];
  readonly #onClose: () => void;
  #bytes: number;
  #finished = false;
  #reader: ((item: OutputItem | undefined) => void) | undefined;
  #writer: PromiseWithResolvers<void> | undefined;

  constructor(missed: OutputItem[], onClose: () => void) {
    this.#items = missed;
    this.#bytes = missed.reduce((sum, { data }) => sum + data.length, 0);
    this.#onClose = onClose;
  }

  push(item: OutputItem): Promise<void> | undefined {
    if (this.#reader) {
      const reader = this.#reader;
      this.#reader = undefined;
      reader(item);
      return undefined;
    }
    this.#items.push(item);
    this.#bytes += item.data.length;
    if (this.#bytes < BEHIND_BYTES) return undefined;
    this.#writer ??= Promise.withResolvers<void>();
    return this.#writer.promise;
  }

  async read(): Promise<OutputItem | undefined> {
    const item = this.#items.shift();
    if (item !== undefined) {
      this.#bytes -= item.data.length;
      if (this.#bytes < BEHIND_BYTES) this.#release();
      return item;
    }
    if (this.#finished) return undefined;
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  finish(): void {
    this.#finished = true;
    this.#reader?.(undefined);
    this.#reader = undefined;
    this.#release();
    this.#onClose();
  }

  write(): never {
    throw new TypeError("output only flows to the app");
  }

  end(): void {}

  close(): void {
    this.#items.length = 0;
    this.finish();
  }

  #release(): void {
    this.#writer?.resolve();
    this.#writer = undefined;
  }
}
