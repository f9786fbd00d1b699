// What AgentOs asks of one VM. LocalVm answers in this process, RemoteVm through a sidecar: callers cannot tell.

import type { VmCalls, VmStreams } from "./calls.ts";

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Result<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

export interface VmHost {
  /** @throws SyscallError, VmDisposedError, SidecarExitError, as the call says */
  call<M extends keyof VmCalls>(
    method: M,
    args: Arguments<VmCalls[M]>,
    signal?: AbortSignal,
  ): Promise<Result<VmCalls[M]>>;
  open<M extends keyof VmStreams>(method: M, args: Arguments<VmStreams[M]>): Promise<Result<VmStreams[M]>>;
  /** Ends every process; rejects what is pending with VmDisposedError. Resolves when nothing is left. */
  dispose(): Promise<void>;
}
