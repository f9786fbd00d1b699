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
  /** The last errors that were thrown to a caller, not handed to a callback. */
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
      this.#markShown(error, true);
      if (this.#thrown.push(error) > MOST_THROWN) this.#thrown.shift();
    }
    return error;
  }

  /** Of what is shown already Node adds no line to the stack; vm does that, where an error leaves a script. */
  #markShown(error: Error, isShown: boolean): void {
    (error as unknown as Record<symbol, boolean>)[this.#symbols.decorated_private_symbol!] = isShown;
  }

  /**
   * Before Node prints an error that nobody caught, with the line it was thrown at: for ours that is the line in Node's
   * library that made the call, as if the call were native.
   */
  showCallers(node: NodeInternals): void {
    const arrow = this.#symbols.arrow_message_private_symbol!;
    const name = "_fatalException";
    let report = (process as unknown as Internals)[name];
    // Where stack traces find what the reporter is called, as the property itself is none of their kind.
    const named = { configurable: true, enumerable: true, writable: true, value: report };
    Object.defineProperty(Object.getPrototypeOf(process), name, named);
    // Node asks for the reporter when it has something to report. A wrapper around it would show in stack traces.
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

/** As many as may be thrown and caught between one that is not, and its report. */
const MOST_THROWN = 16;

/** "node:fs:778", the line, and a mark below the call; empty if the stack does not tell. */
function callerLine(node: NodeInternals, { stack }: Error): string {
  const [, id, line, column] = /\n +at .*?\(?node:([\w/]+):(\d+):(\d+)\)?/.exec(String(stack)) ?? [];
  const text = id !== undefined && node.has(id) ? node.sourceOf(id).split("\n")[Number(line) - 1] : undefined;
  if (text === undefined) return "";
  return `node:${id}:${line}\n${text}\n${" ".repeat(Number(column) - 1)}^\n`;
}
