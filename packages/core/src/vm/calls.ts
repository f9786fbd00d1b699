// The calls and streams of a VM as plain data, which can cross a process wall. Failures are SyscallErrors.

import type { ErrnoCode, MaybePromise, Stat } from "@agentos/kernel/abi";
import type { Channel } from "./channel.ts";
import type { RuntimeDescription } from "./runtimes.ts";
import type { MountInfo, MountSpec } from "./spec.ts";

/** One result per entry; one failure does not stop the rest. */
export type Outcome<T> = { value: T } | { errno: ErrnoCode };

export interface Entry {
  name: string;
  /** The S_IFMT bits. */
  type: number;
}

export interface WriteRequest {
  path: string;
  data: Uint8Array;
  append?: boolean;
  /** Permission bits of a new file. */
  mode?: number;
}

export interface FileCalls {
  /** The content, or only the size if it is more than `most`. */
  readFile(path: string, most?: number): MaybePromise<Uint8Array | number>;
  writeFile(request: WriteRequest): MaybePromise<void>;
  readFiles(paths: readonly string[]): MaybePromise<Outcome<Uint8Array>[]>;
  writeFiles(requests: readonly WriteRequest[]): MaybePromise<Outcome<void>[]>;
  mkdir(path: string, recursive: boolean, mode?: number): MaybePromise<void>;
  readdir(path: string): MaybePromise<Entry[]>;
  /** Names are relative to `path`. */
  readdirRecursive(path: string, maxDepth: number, exclude: readonly string[]): MaybePromise<Entry[]>;
  stat(path: string): MaybePromise<Stat>;
  lstat(path: string): MaybePromise<Stat>;
  exists(path: string): MaybePromise<boolean>;
  move(from: string, to: string): MaybePromise<void>;
  copy(from: string, to: string): MaybePromise<void>;
  delete(path: string, recursive: boolean): MaybePromise<void>;
  symlink(target: string, path: string): MaybePromise<void>;
  readlink(path: string): MaybePromise<string>;
  chmod(path: string, mode: number): MaybePromise<void>;
  utimes(path: string, atimeNs: bigint, mtimeNs: bigint): MaybePromise<void>;
  realpath(path: string): MaybePromise<string>;
}

/** File calls with the rights of the VM's user, for requests that come from inside the VM. */
export interface UserFileCalls {
  userReadFile(path: string, most?: number): MaybePromise<Uint8Array | number>;
  userWriteFile(request: WriteRequest): MaybePromise<void>;
}

export interface MountCalls {
  mount(mount: MountSpec): MaybePromise<void>;
  unmount(path: string): MaybePromise<void>;
  listMounts(): MaybePromise<MountInfo[]>;
}

/** What to run: a file of the VM with its arguments (argv[0] included), or a command line for the shell. */
export interface Launch {
  file?: string;
  argv?: readonly string[];
  command?: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

export interface ExecRequest extends Launch {
  stdin?: Uint8Array;
  timeoutMs?: number;
  maxOutputBytes?: number;
}

/** How a process ended: by itself, with an exit code, or by a signal such as "SIGKILL". The other of the two is null. */
export type Ending = { exitCode: number; signal: null } | { exitCode: null; signal: string };

export type ExecReply = Ending & {
  stdout: Uint8Array;
  stderr: Uint8Array;
  truncated: boolean;
  timedOut: boolean;
  durationMs: number;
};

export interface SpawnRequest extends Launch {
  /** Runs it on a terminal of this size. */
  pty?: { cols: number; rows: number };
}

/** A process of the VM, whether or not it was started through the API. */
export interface ProcessData {
  pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  uid: number;
  state: "R" | "S" | "T" | "Z";
  argv: string[];
  startTimeMs: number;
  cpuMs: number;
}

export interface ProcessCalls {
  /** Answers with the whole result. Aborting kills the command's session and fails with ECANCELED. */
  exec(request: ExecRequest): MaybePromise<ExecReply>;
  spawn(request: SpawnRequest): MaybePromise<number>;
  waitProcess(pid: number): MaybePromise<Ending>;
  /** Resolves when the process's input has taken the data. */
  writeStdin(pid: number, data: Uint8Array): MaybePromise<void>;
  closeStdin(pid: number): MaybePromise<void>;
  signalProcess(pid: number, signal: number): MaybePromise<void>;
  resizePty(pid: number, cols: number, rows: number): MaybePromise<void>;
  /** Hangs up the process's terminal, or its standard streams: SIGHUP. */
  hangUp(pid: number): MaybePromise<void>;
  listProcesses(): MaybePromise<ProcessData[]>;
  /** The living processes of a process's session, and all their descendants. */
  listFamily(pid: number): MaybePromise<number[]>;
  /** Kills the same processes, except those given. */
  killFamily(pid: number, except?: readonly number[]): MaybePromise<void>;
}

export interface OutputItem {
  stream: "stdout" | "stderr";
  data: Uint8Array;
}

export interface WatchItem {
  type: "rename" | "change";
  path: string;
}

export interface VmCalls extends FileCalls, UserFileCalls, MountCalls, ProcessCalls {
  /** @returns the image's number; the image is kept until it is released */
  snapshot(): MaybePromise<number>;
  describeRuntimes(): MaybePromise<RuntimeDescription[]>;
}

export interface VmStreams {
  /** From `start` up to and including `end`. */
  readStream(path: string, start: number, end: number): MaybePromise<Channel<Uint8Array, never>>;
  writeStream(path: string, append: boolean, mode?: number): MaybePromise<Channel<never, Uint8Array>>;
  /** Begins with earlier output, as far as it is remembered. */
  processOutput(pid: number): MaybePromise<Channel<OutputItem, never>>;
  watch(path: string, recursive: boolean): MaybePromise<Channel<WatchItem, never>>;
  /** A TCP connection to a listener in the VM. */
  connect(port: number): MaybePromise<Channel<Uint8Array, Uint8Array>>;
  /** Listens inside the VM on behalf of the app. Yields the number of each connection as it comes. */
  serve(host: string, port: number): MaybePromise<Channel<number, never>>;
  /** The connection with that number, which can be taken once. */
  accepted(connection: number): MaybePromise<Channel<Uint8Array, Uint8Array>>;
}
