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
    if (above) Error.captureStackTrace(error, above);
    return error;
  }
}
