// The system calls of one process, as a Program sees them. Shell and tools import this and nothing deeper.
//
// A call answers at once where it can and with a promise where it must wait; failures throw SyscallError.
// When the process dies or is killed, every pending and later call throws ProcessExit: let it pass.
// Strings are OS strings (see @agentos/vfs/abi os-string.ts); data is bytes.

import type { DirEntry, MaybePromise, Stat, StatFs } from "@agentos/vfs/abi";
import type { SocketAddress } from "../abi/sockets.ts";
import type { Termios, WindowSize } from "../abi/termios.ts";

/** What a signal does to a process: its default, nothing, or a call of the handler. */
export type SignalAction =
  | "default"
  | "ignore"
  | {
      /** Called as soon as the signal is delivered. Must not block. */
      handler: (signal: number) => void;
      /** Blocked calls go on after the handler instead of failing with EINTR (SA_RESTART). */
      restart?: boolean;
    };

export interface WaitResult {
  pid: number;
  /** Encoded as wait(2) does; see abi/wait.ts. */
  status: number;
}

export interface PollRequest {
  fd: number;
  /** POLLIN, POLLOUT */
  events: number;
}

export interface SystemName {
  sysname: string;
  nodename: string;
  release: string;
  version: string;
  machine: string;
}

/** getrusage(2) and times(2): CPU milliseconds. */
export interface ResourceUsage {
  userMs: number;
  systemMs: number;
  childrenUserMs: number;
  childrenSystemMs: number;
  maxResidentKb: number;
}

/** A process as ps(1) lists it. */
export interface ProcessInfo {
  pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  uid: number;
  gid: number;
  /** R running, S sleeping, T stopped, Z zombie */
  state: "R" | "S" | "T" | "Z";
  argv: readonly string[];
  /** "pts/0"; undefined without a controlling terminal. */
  tty: string | undefined;
  startTimeMs: number;
  cpuMs: number;
}

export interface SpawnOptions {
  env?: ReadonlyMap<string, string>;
  cwd?: string;
  /** Child's fd → parent's fd. Default: all fds without close-on-exec are inherited. */
  fds?: ReadonlyMap<number, number>;
  /** 0 makes the child the leader of a new process group. */
  pgid?: number;
  /** Makes the child the leader of a new session, without a terminal. */
  session?: boolean;
}

/**
 * The system calls of one process: all that a program sees of its machine. Names, arguments and errors are Linux's, in
 * camel case where we made the name; a failure is a `SyscallError`. A call that can block answers at once if it need
 * not, and otherwise with a promise, which rejects with `ProcessExit` when the process is killed.
 */
export interface Proc {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly uid: number;
  readonly euid: number;
  readonly gid: number;
  readonly egid: number;
  readonly groups: readonly number[];
  /** argv[0] is the name it was called by. */
  readonly argv: readonly string[];
  /** This process's own environment. */
  readonly env: Map<string, string>;
  /** The absolute path of the working directory. */
  readonly cwd: string;
  /** The file this image was loaded from (/proc/self/exe). */
  readonly exe: string;

  // ── files by descriptor ──────────────────────────────────────────────
  /** @returns the lowest free descriptor */
  open(path: string, flags: number, mode?: number): MaybePromise<number>;
  close(fd: number): MaybePromise<void>;
  /** Blocks until at least one byte is there; 0 at the end. */
  read(fd: number, into: Uint8Array): MaybePromise<number>;
  /** Blocks until all is written, unless the descriptor is O_NONBLOCK. SIGPIPE and EPIPE as on Linux. */
  write(fd: number, from: Uint8Array): MaybePromise<number>;
  pread(fd: number, into: Uint8Array, offset: number): MaybePromise<number>;
  pwrite(fd: number, from: Uint8Array, offset: number): MaybePromise<number>;
  /** @returns the new offset @throws ESPIPE */
  lseek(fd: number, offset: number, whence: number): MaybePromise<number>;
  /** F_DUPFD: the lowest free descriptor ≥ `min`. */
  dup(fd: number, min?: number, cloexec?: boolean): number;
  dup2(oldfd: number, newfd: number, cloexec?: boolean): MaybePromise<number>;
  /** Whether the descriptor is closed by exec (FD_CLOEXEC). @throws EBADF */
  getCloexec(fd: number): boolean;
  setCloexec(fd: number, on: boolean): void;
  /** F_GETFL: access mode and status flags. */
  getFlags(fd: number): number;
  /** F_SETFL: O_APPEND and O_NONBLOCK. */
  setFlags(fd: number, flags: number): void;
  /** All open descriptors, ascending. */
  listFds(): number[];
  /** [read end, write end] */
  pipe(cloexec?: boolean): [number, number];
  fstat(fd: number): MaybePromise<Stat>;
  ftruncate(fd: number, size: number): MaybePromise<void>;
  fchmod(fd: number, mode: number): MaybePromise<void>;
  fchown(fd: number, uid: number, gid: number): MaybePromise<void>;
  fsync(fd: number): MaybePromise<void>;
  flock(fd: number, operation: number): MaybePromise<void>;
  /** The ready events of each request, in order; waits for one or for the timeout (-1: for ever). */
  poll(requests: readonly PollRequest[], timeoutMs: number): MaybePromise<number[]>;

  // ── files by path ────────────────────────────────────────────────────
  stat(path: string): MaybePromise<Stat>;
  lstat(path: string): MaybePromise<Stat>;
  /** stat(), with undefined instead of ENOENT and ENOTDIR: for searching. */
  statIfExists(path: string): MaybePromise<Stat | undefined>;
  statfs(path: string): MaybePromise<StatFs>;
  /** R_OK | W_OK | X_OK, or F_OK; by the effective ids. Answers false instead of throwing. */
  access(path: string, mode: number): MaybePromise<boolean>;
  /** Without "." and "..", in directory order. */
  readdir(path: string): MaybePromise<DirEntry[]>;
  /** readdir and lstat in one call: much cheaper than asking for each entry. */
  readdirStat(path: string): MaybePromise<{ name: string; stat: Stat }[]>;
  mkdir(path: string, mode?: number): MaybePromise<void>;
  rmdir(path: string): MaybePromise<void>;
  unlink(path: string): MaybePromise<void>;
  rename(from: string, to: string): MaybePromise<void>;
  link(existing: string, path: string, followSymlink?: boolean): MaybePromise<void>;
  symlink(target: string, path: string): MaybePromise<void>;
  readlink(path: string): MaybePromise<string>;
  realpath(path: string): MaybePromise<string>;
  mknod(path: string, mode: number, rdev?: number): MaybePromise<void>;
  truncate(path: string, size: number): MaybePromise<void>;
  chmod(path: string, mode: number): MaybePromise<void>;
  /** -1 leaves an id as it is. */
  chown(path: string, uid: number, gid: number, followSymlink?: boolean): MaybePromise<void>;
  /** undefined leaves a time as it is. */
  utimes(
    path: string,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
    followSymlink?: boolean,
  ): MaybePromise<void>;
  chdir(path: string): MaybePromise<void>;
  fchdir(fd: number): MaybePromise<void>;
  /** Sets the file mode creation mask; answers the old one. */
  umask(mask?: number): number;

  // ── processes ────────────────────────────────────────────────────────
  /**
   * A child with a copy of this process: descriptors, environment, cwd, umask, ignored signals (handlers are reset).
   * `body` runs in it, after this process next waits; its result is the exit code. @throws EAGAIN
   */
  fork(body: (child: Proc) => MaybePromise<number>): number;
  /** fork and exec in one: the child's pid once the file has been loaded. @throws ENOENT EACCES ENOEXEC EAGAIN … */
  spawn(file: string, argv: readonly string[], options?: SpawnOptions): MaybePromise<number>;
  /** Replaces this process's program. Does not return; throws only if the file cannot be loaded. */
  exec(file: string, argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<never>;
  /** Ends this process. */
  exit(code: number): never;
  /**
   * waitpid(2): `pid` > 0 that child; -1 any; 0 my process group; < -1 group -pid. `options`: WNOHANG, WUNTRACED,
   * WCONTINUED. undefined only with WNOHANG. @throws ECHILD EINTR
   */
  wait(pid: number, options?: number): MaybePromise<WaitResult | undefined>;
  /** kill(2): `pid` > 0 one process; 0 my group; -1 all; < -1 group -pid. Signal 0 only checks. @throws ESRCH EPERM EINVAL */
  kill(pid: number, signal: number): void;
  setpgid(pid: number, pgid: number): void;
  getpgid(pid: number): number;
  setsid(): number;
  sigaction(signal: number, action: SignalAction): SignalAction;
  /** The blocked set; answers the old one. */
  sigprocmask(blocked?: ReadonlySet<number>): ReadonlySet<number>;
  setuid(uid: number): void;
  setgid(gid: number): void;
  setgroups(groups: readonly number[]): void;
  nice(increment: number): number;
  getrlimit(resource: string): { soft: number; hard: number };
  setrlimit(resource: string, soft: number, hard: number): void;
  rusage(): ResourceUsage;
  listProcesses(): ProcessInfo[];

  // ── time and scheduling ──────────────────────────────────────────────
  /** Waits; answers the milliseconds left if a signal handler ended it early. */
  sleep(ms: number): Promise<number>;
  /** Nanoseconds since the epoch. */
  now(): bigint;
  /** Milliseconds on a clock that never jumps. */
  monotonicMs(): number;
  /**
   * Call it in every loop whose length depends on input: undefined while this slice has time left, else a promise to
   * await. `const pause = proc.yield(); if (pause) await pause;`
   */
  yield(): Promise<void> | undefined;

  // ── terminals ────────────────────────────────────────────────────────
  isatty(fd: number): boolean;
  ttyname(fd: number): string | undefined;
  tcgetattr(fd: number): Termios;
  /** `drainInput` discards unread input (TCSAFLUSH). */
  tcsetattr(fd: number, termios: Termios, drainInput?: boolean): void;
  getWindowSize(fd: number): WindowSize;
  setWindowSize(fd: number, size: WindowSize): void;
  /** The foreground process group. @throws ENOTTY */
  tcgetpgrp(fd: number): number;
  tcsetpgrp(fd: number, pgid: number): void;
  /** TIOCSCTTY: makes the terminal the controlling one of this session leader. */
  setControllingTty(fd: number): void;
  /** A new pty: [master, slave]. */
  openpty(size?: WindowSize): [number, number];

  // ── sockets ──────────────────────────────────────────────────────────
  socket(family: number, type: number): number;
  socketpair(type: number): [number, number];
  bind(fd: number, address: SocketAddress): MaybePromise<void>;
  listen(fd: number, backlog?: number): void;
  accept(fd: number): MaybePromise<{ fd: number; address: SocketAddress }>;
  connect(fd: number, address: SocketAddress): MaybePromise<void>;
  sendto(fd: number, from: Uint8Array, address?: SocketAddress): MaybePromise<number>;
  recvfrom(fd: number, into: Uint8Array): MaybePromise<{ count: number; address: SocketAddress | undefined }>;
  shutdown(fd: number, how: number): void;
  getsockname(fd: number): SocketAddress;
  getpeername(fd: number): SocketAddress;
  setsockopt(fd: number, option: number, value: number): void;
  getsockopt(fd: number, option: number): number;
  /** Addresses of a host name, by the VM's hosts file and DNS policy. @throws ENOENT unknown */
  resolve(host: string): MaybePromise<string[]>;

  // ── system ───────────────────────────────────────────────────────────
  uname(): SystemName;
  sethostname(name: string): void;
  random(into: Uint8Array): void;
  sync(): MaybePromise<void>;
  mounts(): { source: string; target: string; type: string; options: string }[];
}

/** Ends a process from inside: thrown by exit(), and by every call of a process that is dead. Never catch it. */
export class ProcessExit {
  readonly status: number;
  /** @param status encoded as wait(2) does */
  constructor(status: number) {
    this.status = status;
  }
}
