export { baseSystemLayer, createRootFs, softwareLayer, USER } from "./base-system.ts";
export type { BinaryFormat, LoadRequest } from "./binfmt.ts";
export type { Devices } from "./devices.ts";
export { matchesGlob } from "./glob.ts";
export type { Image, ImageLoader } from "./image.ts";
export { Kernel, type KernelOptions } from "./kernel.ts";
export { DEFAULT_LIMITS, type Limits, type LimitWarning } from "./limits.ts";
export type { EgressExemptions } from "./net/egress-guard.ts";
export type { ListenerInfo, Network } from "./net/network.ts";
export type { OpenFile, PositionedFile, Socket, Task, Terminal } from "./open-file.ts";
export { openPath } from "./open-path.ts";
export { OutsideStream } from "./outside-stream.ts";
export { OutsideTask } from "./outside-task.ts";
export type { PipeFile, PipeSink, Pipes } from "./pipe.ts";
export type {
  Decision,
  EnvRequest,
  EnvRule,
  FsRequest,
  FsRule,
  NetworkRequest,
  NetworkRule,
  Permissions,
  Policy,
  ProcessRequest,
  ProcessRule,
  Scope,
} from "./policy.ts";
export type { Process } from "./process.ts";
export type { Pty } from "./pty.ts";
export type { Spawned, SpawnRequest } from "./spawn-from-host.ts";
export type { TtyMaster } from "./tty-master.ts";
export type { TtySlave } from "./tty-slave.ts";
export { type Sleeper, type Wait, WaitQueue, waitUntil } from "./wait-queue.ts";
