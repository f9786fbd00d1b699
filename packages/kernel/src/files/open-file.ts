// What a descriptor refers to: Linux's "open file description". Every file has the core; capabilities are optional,
// and a call whose capability is absent fails with the errno that is named there.

import type { Dentry, Inode } from "@agentos/vfs";
import type { MaybePromise, Stat } from "@agentos/vfs/abi";
import type { SocketAddress } from "../abi/sockets.ts";
import type { Termios, WindowSize } from "../abi/termios.ts";
import type { Sleeper, WaitQueue } from "../wait-queue.ts";

/** Who makes a call on a file: a process, or the host (pid 0, never stopped, never in the background). */
export interface Task extends Sleeper {
  readonly pid: number;
  readonly pgid: number;
  readonly sid: number;
  /**
   * Whether the process would notice the signal: it neither ignores nor blocks it. Job control asks before it stops a
   * reader.
   */
  accepts(signal: number): boolean;
  /** kill(2) to this process's group, without permission checks: SIGTTIN, SIGTTOU. */
  signalGroup(signal: number): void;
  /** Whether the process's group is orphaned: no member has a parent in another group of the same session. */
  readonly inOrphanedGroup: boolean;
  /** Sends the calling process a signal: SIGPIPE, when it writes where nobody reads. */
  signalSelf(signal: number): void;
}

export interface OpenFile {
  /** Access mode and status flags (O_APPEND, O_NONBLOCK …); F_SETFL changes it. */
  flags: number;
  /** What /proc/<pid>/fd/<n> links to: a path, "pipe:[7]", "socket:[8]". */
  readonly name: string;
  stat(): MaybePromise<Stat>;
  /** Called when the last descriptor is gone. */
  close(): MaybePromise<void>;

  /** Blocks until at least one byte is there, unless O_NONBLOCK; 0 at the end. Absent: EINVAL. @throws EAGAIN EINTR */
  read?(into: Uint8Array, task: Task): MaybePromise<number>;
  /**
   * Blocks until all is written, unless O_NONBLOCK. The bytes may be reused as soon as the call has answered.
   * Absent: EINVAL. @throws EPIPE (SIGPIPE first) EAGAIN EINTR
   */
  write?(from: Uint8Array, task: Task): MaybePromise<number>;

  /** Ready events among POLLIN, POLLOUT, POLLERR, POLLHUP. Absent: always readable and writable. */
  poll?(): number;
  /** Woken whenever poll() may answer differently. */
  readonly changed?: WaitQueue;

  /** Positioned access. Absent: ESPIPE. */
  readonly positioned?: PositionedFile;
  /** The file in the file system: fchmod, fchown. Absent: EINVAL. */
  readonly inode?: Inode;
  /** The place in the file tree, for fchdir and /proc/<pid>/fd. Absent: fchdir fails with ENOTDIR. */
  readonly dentry?: Dentry;
  /** Absent: ENOTTY. */
  readonly terminal?: Terminal;
  /** Absent: ENOTSOCK. */
  readonly socket?: Socket;
}

export interface PositionedFile {
  pread(into: Uint8Array, offset: number): MaybePromise<number>;
  pwrite(from: Uint8Array, offset: number): MaybePromise<number>;
  /** @returns the new offset @throws EINVAL ENXIO */
  seek(offset: number, whence: number): MaybePromise<number>;
  truncate(size: number): MaybePromise<void>;
  sync(): MaybePromise<void>;
}

/** A terminal as its slave side shows it. There is one object per terminal, however many files are open on it. */
export interface Terminal {
  /** "/dev/pts/0" */
  readonly path: string;
  /** Its device number: makeDevice(136, n). */
  readonly rdev: number;
  getTermios(): Termios;
  setTermios(termios: Termios, drainInput: boolean): void;
  getWindowSize(): WindowSize;
  /** Sends SIGWINCH to the foreground group if it changes. */
  setWindowSize(size: WindowSize): void;
  /** The id of the session it controls, or 0. */
  session: number;
  /** The id of the foreground process group, or 0. */
  foreground: number;
}

/** A reference sent along with a byte to another process: SCM_RIGHTS, unix(7). It counts as a reference of its own. */
export interface Passed {
  references: number;
  release(): MaybePromise<void>;
}

/** socket(7) operations beyond reading and writing. */
export interface Socket {
  bind(address: SocketAddress, task: Task): MaybePromise<void>;
  listen(backlog: number): void;
  /** @returns the connection, which has no descriptor yet */
  accept(task: Task): MaybePromise<{ file: OpenFile; address: SocketAddress }>;
  connect(address: SocketAddress, task: Task): MaybePromise<void>;
  /** connect(2) with AF_UNSPEC: a datagram socket forgets its peer. Absent on other sockets. */
  disconnect?(): void;
  sendTo(from: Uint8Array, address: SocketAddress | undefined, task: Task): MaybePromise<number>;
  receiveFrom(
    into: Uint8Array,
    task: Task,
  ): MaybePromise<{ count: number; address: SocketAddress | undefined }>;
  shutdown(how: number): void;
  /** Sends a reference along with the next byte written. Absent on datagram sockets. @throws ENOTCONN EINVAL ENOBUFS */
  pass?(passed: Passed): void;
  /** Takes the oldest reference that came with the bytes read so far. The caller must release it. */
  takePassed?(): Passed | undefined;
  localAddress(): SocketAddress;
  /** @throws ENOTCONN */
  remoteAddress(): SocketAddress;
  setOption(option: number, value: number): void;
  getOption(option: number): number;
}
