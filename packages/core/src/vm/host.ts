// The interface to one VM. LocalVm is one in this process, RemoteVm one in a sidecar; callers cannot tell them apart.

import type { VmCalls, VmStreams } from "./calls.ts";

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Result<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

export interface VmHost {
  /** @throws SyscallError, VmDisposedError, SidecarExitError, depending on the call */
  call<M extends keyof VmCalls>(
    method: M,
    args: Arguments<VmCalls[M]>,
    signal?: AbortSignal,
  ): Promise<Result<VmCalls[M]>>;
  open<M extends keyof VmStreams>(method: M, args: Arguments<VmStreams[M]>): Promise<Result<VmStreams[M]>>;
  /** Ends every process and rejects pending calls with VmDisposedError. Resolves when nothing is left. */
  dispose(): Promise<void>;
}
