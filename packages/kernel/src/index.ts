// One virtual machine

export { baseSystemLayer, createRootFs, softwareLayer, USER } from "./base-system.ts";
export { Kernel, type KernelOptions } from "./kernel.ts";
export type { Process } from "./process/process.ts";
export type { Spawned, SpawnRequest } from "./process/spawn-from-host.ts";

// What the machine may do, and how much of everything it may use

export { matchesGlob } from "./glob.ts";
export { DEFAULT_LIMITS, type Limits, type LimitWarning } from "./limits.ts";
export type { EgressExemptions } from "./net/egress-guard.ts";
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

// Open files, and the host's side of pipes, terminals and sockets

export type { Devices } from "./devices.ts";
export type { OpenFile, PositionedFile, Socket, Task, Terminal } from "./files/open-file.ts";
export { openPath } from "./files/open-path.ts";
export { OutsideStream } from "./files/outside-stream.ts";
export type { PipeFile, PipeSink, Pipes } from "./files/pipe.ts";
export type { ListenerInfo, Network } from "./net/network.ts";
export { OutsideTask } from "./process/outside-task.ts";
export type { Pty } from "./tty/pty.ts";
export type { TtyMaster } from "./tty/tty-master.ts";
export type { TtySlave } from "./tty/tty-slave.ts";
export { type Sleeper, type Wait, WaitQueue, waitUntil } from "./wait-queue.ts";

// Runtimes

export type { BinaryFormat, LoadRequest } from "./binfmt/binfmt.ts";
export type { Image, ImageLoader } from "./binfmt/image.ts";
