const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The exit code that a shell reports for a command ended by Ctrl-C. */
export const INTERRUPTED = 130;

/** Ctrl-C and its like: the first one asks for an end, the second one ends at once. */
export class Interrupts implements Disposable {
  readonly #controller = new AbortController();

  constructor() {
    for (const name of SIGNALS) process.on(name, this.interrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly interrupt = (): void => {
    if (this.signal.aborted) process.exit(INTERRUPTED);
    this.#controller.abort();
  };

  /** The value of the promise; undefined if an interrupt comes first. */
  async before<T>(promise: Promise<T>): Promise<T | undefined> {
    const { promise: interrupted, resolve } = Promise.withResolvers<undefined>();
    const stop = () => resolve(undefined);
    this.signal.addEventListener("abort", stop);
    if (this.signal.aborted) stop();
    return Promise.race([promise, interrupted]).finally(() => this.signal.removeEventListener("abort", stop));
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.interrupt);
  }
}
