// What the parts of AgentOs share: the VM's host, whether the VM is alive, and the one place where a SyscallError
// becomes an Error like Node's.

import { isSysError } from "@agentos/kernel/abi";
import { fileError, VmDisposedError } from "./errors.ts";
import type { VmCalls, VmStreams } from "./vm/calls.ts";
import type { VmHost } from "./vm/host.ts";

/** How a failed call is reported: "ENOENT: no such file or directory, <syscall> '<path>' -> '<dest>'". */
export interface Where {
  syscall: string;
  path?: string;
  dest?: string;
}

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Result<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

export class VmLink {
  readonly #host: VmHost;
  #disposing: Promise<void> | undefined;

  constructor(host: VmHost) {
    this.#host = host;
  }

  get disposed(): boolean {
    return this.#disposing !== undefined;
  }

  async call<M extends keyof VmCalls>(
    where: Where,
    method: M,
    args: Arguments<VmCalls[M]>,
    signal?: AbortSignal,
  ): Promise<Result<VmCalls[M]>> {
    if (this.disposed) throw new VmDisposedError();
    try {
      return await this.#host.call(method, args, signal);
    } catch (error) {
      throw dressed(error, where);
    }
  }

  async open<M extends keyof VmStreams>(
    where: Where,
    method: M,
    args: Arguments<VmStreams[M]>,
  ): Promise<Result<VmStreams[M]>> {
    if (this.disposed) throw new VmDisposedError();
    try {
      return await this.#host.open(method, args);
    } catch (error) {
      throw dressed(error, where);
    }
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#host.dispose();
    return this.#disposing;
  }
}

/** The error that users get: a SyscallError is turned into one, anything else is one already. */
export function dressed(error: unknown, { syscall, path, dest }: Where): unknown {
  return isSysError(error) ? fileError(error, syscall, path, dest) : error;
}
