// Errors as callers of libuv get them: { errno, code, syscall, path?, dest? }.

import type { Internals, Native, NodeInternals } from "./internals.ts";

type ErrorMap = Map<number, [code: string, message: string]>;

export interface Failure {
  syscall: string;
  path?: unknown;
  dest?: unknown;
}

export class SystemErrors {
  readonly #map: ErrorMap;
  /** The last errors that were thrown, as opposed to passed to a callback. */
  readonly #thrown: Error[] = [];
  readonly #symbols: Record<string, symbol>;

  constructor(node: NodeInternals) {
    this.#symbols = (node.binding("util") as { privateSymbols: Record<string, symbol> }).privateSymbols;
    this.#map = new Map((node.binding("uv") as Internals & { getErrorMap(): ErrorMap }).getErrorMap());
  }

  code(errno: number): string {
    return this.#map.get(errno)?.[0] ?? `Unknown system error ${errno}`;
  }

  message(errno: number): string {
    return this.#map.get(errno)?.[1] ?? `Unknown system error ${errno}`;
  }

  /** An error for a callback of libuv: its stack is empty, since no JavaScript was running. */
  #withoutStack(text: string): Error {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const error = new Error(text);
    Error.stackTraceLimit = stackTraceLimit;
    return error;
  }

  /** @param above the function that the stack leaves out, with everything above it */
  create(errno: number, { syscall, path, dest }: Failure, above?: Native): Error {
    const code = this.code(errno);
    let text = `${code}: ${this.message(errno)}, ${syscall}`;
    if (path !== undefined) text += ` '${String(path)}'`;
    if (dest !== undefined) text += ` -> '${String(dest)}'`;
    const error = above ? new Error(text) : this.#withoutStack(text);
    Object.assign(error, { errno, code, syscall });
    if (path !== undefined) Object.assign(error, { path: String(path) });
    if (dest !== undefined) Object.assign(error, { dest: String(dest) });
    if (above) {
      Error.captureStackTrace(error, above);
      this.#markShown(error, true);
      if (this.#thrown.push(error) > MOST_THROWN) this.#thrown.shift();
    }
    return error;
  }

  /** Sets the mark by which Node and vm tell that an error's source line has already been added to its stack. */
  #markShown(error: Error, isShown: boolean): void {
    (error as unknown as Record<symbol, boolean>)[this.#symbols.decorated_private_symbol!] = isShown;
  }

  /**
   * Called before Node prints an uncaught error with the line that threw it. For our errors this must be the line in
   * Node's library that made the call, as if the call were native.
   */
  showCallers(node: NodeInternals): void {
    const arrow = this.#symbols.arrow_message_private_symbol!;
    const name = "_fatalException";
    let report = (process as unknown as Internals)[name];
    // Stack traces find the reporter's name by this plain property, as they do not by the accessor below.
    const named = { configurable: true, enumerable: true, writable: true, value: report };
    Object.defineProperty(Object.getPrototypeOf(process), name, named);
    // Node looks the reporter up when it has something to report. A wrapper around it would show in stack traces.
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        for (const error of this.#thrown.splice(0)) {
          this.#markShown(error, false);
          (error as unknown as Record<symbol, string>)[arrow] = callerLine(node, error);
        }
        return report;
      },
      set: (value: unknown) => {
        report = value;
      },
    });
  }
}

/** At least as many as may be thrown and caught between an uncaught error and its report. */
const MOST_THROWN = 16;

/** "node:fs:778", the source line, and a mark below the call; empty if the stack does not show it. */
function callerLine(node: NodeInternals, { stack }: Error): string {
  const [, id, line, column] = /\n +at .*?\(?node:([\w/]+):(\d+):(\d+)\)?/.exec(String(stack)) ?? [];
  const text = id !== undefined && node.has(id) ? node.sourceOf(id).split("\n")[Number(line) - 1] : undefined;
  if (text === undefined) return "";
  return `node:${id}:${line}\n${text}\n${" ".repeat(Number(column) - 1)}^\n`;
}
