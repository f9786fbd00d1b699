// Errors as libuv's callers get them: { errno, code, syscall, path?, dest? }.

import type { Internals, Native, NodeInternals } from "./internals.ts";

type ErrorMap = Map<number, [code: string, message: string]>;

export interface Failure {
  syscall: string;
  path?: unknown;
  dest?: unknown;
}

export class SystemErrors {
  readonly #map: ErrorMap;
  /** Errors thrown to a caller, not handed to a callback. */
  readonly #thrown = new WeakSet<object>();

  constructor(node: NodeInternals) {
    this.#map = (node.binding("uv") as Internals & { getErrorMap(): ErrorMap }).getErrorMap();
  }

  code(errno: number): string {
    return this.#map.get(errno)?.[0] ?? `Unknown system error ${errno}`;
  }

  message(errno: number): string {
    return this.#map.get(errno)?.[1] ?? `Unknown system error ${errno}`;
  }

  /** What libuv's callbacks get: no JavaScript was running when it failed. */
  #withoutStack(text: string): Error {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const error = new Error(text);
    Error.stackTraceLimit = stackTraceLimit;
    return error;
  }

  /** @param above the function whose frame, and all above it, the stack leaves out */
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
      this.#thrown.add(error);
    }
    return error;
  }

  /**
   * Before Node prints an error that nobody caught, with the line it was thrown at: for ours that is the line in Node's
   * library that made the call, as if the call were native.
   */
  showCallers(node: NodeInternals): void {
    const target = process as unknown as Internals;
    const report = target._fatalException as Native;
    const { privateSymbols } = node.binding("util") as { privateSymbols: Record<string, symbol> };
    const arrow = privateSymbols.arrow_message_private_symbol!;
    target._fatalException = (error: unknown, fromPromise: unknown) => {
      if (this.#thrown.has(error as object))
        (error as Record<symbol, string>)[arrow] = callerLine(node, error as Error);
      return report(error, fromPromise);
    };
  }
}

/** "node:fs:778", the line, and a mark below the call; empty if the stack does not tell. */
function callerLine(node: NodeInternals, { stack }: Error): string {
  const [, id, line, column] = /\n +at .*?\(?node:([\w/]+):(\d+):(\d+)\)?/.exec(String(stack)) ?? [];
  const text = id !== undefined && node.has(id) ? node.sourceOf(id).split("\n")[Number(line) - 1] : undefined;
  if (text === undefined) return "";
  return `node:${id}:${line}\n${text}\n${" ".repeat(Number(column) - 1)}^\n`;
}
