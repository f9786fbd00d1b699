// child_process.spawnSync, execSync, execFileSync: one call to the kernel.

import type { Value } from "@agentos/kernel/channel/guest";
import { bytesOf } from "../../bytes.ts";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { toKernel } from "../../text.ts";
import { type StdioEntry, stdioKind } from "./process-wrap.ts";

interface SyncOptions {
  file: string;
  args?: readonly string[];
  cwd?: string;
  envPairs?: readonly string[];
  stdio: (StdioEntry & { input?: ArrayBufferView })[];
  timeout?: number;
  maxBuffer?: number;
  killSignal?: number;
  detached?: boolean;
}

const UNLIMITED = Number.MAX_SAFE_INTEGER;

export function installSpawnSync(node: NodeInternals, kernel: KernelClient): void {
  node.binding("spawn_sync").spawn = (options: SyncOptions): object => {
    const { file, args = [file], cwd, envPairs, stdio, timeout, maxBuffer, killSignal } = options;
    const limit =
      maxBuffer !== undefined && Number.isFinite(maxBuffer) && maxBuffer > 0 ? maxBuffer : UNLIMITED;
    const { errno, value } = kernel.call(
      "spawnSync",
      toKernel(file),
      args.map(toKernel),
      cwd ? toKernel(cwd) : undefined,
      envPairs?.map(toKernel),
      stdio.map(stdioKind),
      options.detached ? 1 : 0,
      stdio.map(({ input }) => (input ? bytesOf(input) : null)),
      Math.ceil(timeout ?? 0),
      Math.trunc(limit),
      killSignal ?? 0,
    );
    if (errno < 0) return { error: errno, status: null, signal: null, output: null, pid: 0 };
    const [pid, code, signal, outputs, failure] = value as [number, number, string, Value[], number];
    return {
      ...(failure && { error: failure }),
      status: signal ? null : code,
      signal: signal || null,
      output: outputs.map((bytes, i) => (bytes && i > 0 ? Buffer.from(bytes as Uint8Array) : null)),
      pid,
    };
  };
}
