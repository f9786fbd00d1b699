// The user's own terminal in raw mode: keys, including Ctrl-C, are bytes for the guest. However this process ends, the
// terminal is restored.

export interface RawTerminal extends Disposable {
  onInput(listener: (data: Uint8Array) => void): void;
  onResize(listener: (size: { cols: number; rows: number }) => void): void;
  /** Calls the listener when the terminal is gone, or when somebody wants this process to end. */
  onHangUp(listener: () => void): void;
  /** Resolves when more can be written. */
  write(data: Uint8Array): Promise<void>;
}

const ENDINGS = ["SIGHUP", "SIGTERM", "SIGINT"] as const;

export function takeTerminal(): RawTerminal {
  const { stdin: input, stdout: output } = process;
  const restore = () => {
    if (!input.destroyed) input.setRawMode(false);
  };
  const undo: (() => void)[] = [restore, () => process.off("exit", restore), () => input.pause()];
  process.on("exit", restore);
  input.setRawMode(true);
  return {
    onInput(listener) {
      input.on("data", listener);
      input.resume();
      undo.push(() => input.off("data", listener));
    },
    onResize(listener) {
      const resized = () => listener({ cols: output.columns, rows: output.rows });
      output.on("resize", resized);
      undo.push(() => output.off("resize", resized));
    },
    onHangUp(listener) {
      for (const signal of ENDINGS) process.on(signal, listener);
      input.on("end", listener);
      undo.push(() => {
        for (const signal of ENDINGS) process.off(signal, listener);
        input.off("end", listener);
      });
    },
    write: (data) =>
      new Promise((resolve) => {
        output.write(data, () => resolve());
      }),
    [Symbol.dispose]() {
      for (const step of undo.splice(0)) step();
    },
  };
}
