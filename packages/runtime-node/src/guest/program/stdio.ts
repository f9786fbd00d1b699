// process.stdin, stdout and stderr, by what the VM's descriptors are. Node's own getters look at the descriptors of
// the real process and cannot be redirected; these follow lib/internal/bootstrap/switches/is_main_thread.js.

import type { Internals, NodeInternals } from "../internals.ts";

type HandleType = "TTY" | "FILE" | "PIPE" | "UNKNOWN";
type Constructor = new (...args: unknown[]) => StdStream;

interface StdStream {
  [key: string]: unknown;
  isTTY?: boolean;
  _handle?: { reading: boolean; isBlocking: boolean; readStop?(): void };
  _readableState: { reading: boolean };
  _writableState: { ended: boolean; emitClose: boolean };
  readableFlowing: boolean | null;
  destroy: unknown;
  _undestroy(): void;
  emit(event: string): void;
  on(event: string, listener: () => void): void;
}

export function installStdio(node: NodeInternals, types: readonly string[]): void {
  const streams: (StdStream | undefined)[] = [];
  const getters = [
    (): StdStream => createInput(node, types[0] as HandleType),
    (): StdStream => createOutput(node, 1, types[1] as HandleType),
    (): StdStream => createOutput(node, 2, types[2] as HandleType),
  ];
  ["stdin", "stdout", "stderr"].forEach((name, fd) => {
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (streams[fd] ??= getters[fd]!()),
    });
  });
}

function createOutput(node: NodeInternals, fd: number, type: HandleType): StdStream {
  const stream = openOutput(node, fd, type);
  stream.fd = fd;
  stream._isStdio = true;
  stream.destroySoon = stream.destroy;
  // The descriptor stays open even when the stream is destroyed.
  stream._destroy = function (this: StdStream, error: unknown, done: (error: unknown) => void): void {
    done(error);
    this._undestroy();
    if (!this._writableState.emitClose) process.nextTick(() => this.emit("close"));
  };
  if (stream.isTTY) process.on("SIGWINCH", () => (stream._refreshSize as () => void)());
  return stream;
}

function openOutput(node: NodeInternals, fd: number, type: HandleType): StdStream {
  if (type === "TTY") {
    const { WriteStream } = node.module("tty") as { WriteStream: Constructor };
    return Object.assign(new WriteStream(fd), { _type: "tty" });
  }
  if (type === "FILE") {
    const SyncWriteStream = node.module("internal/fs/sync_write_stream") as unknown as Constructor;
    return Object.assign(new SyncWriteStream(fd, { autoClose: false }), { _type: "fs" });
  }
  if (type === "PIPE") {
    const { Socket } = node.module("net") as { Socket: Constructor };
    const stream = new Socket({ fd, readable: false, writable: true });
    if (stream._handle) stream._handle.isBlocking = true;
    return Object.assign(stream, { _type: "pipe" });
  }
  const { Writable } = node.module("stream") as { Writable: Constructor };
  return new Writable({ write: (_data: unknown, _encoding: unknown, done: () => void) => done() });
}

function createInput(node: NodeInternals, type: HandleType): StdStream {
  const stdin = openInput(node, type);
  stdin.fd = 0;
  if (stdin._handle?.readStop) {
    stdin._handle.reading = false;
    stdin._readableState.reading = false;
    stdin._handle.readStop();
  }
  // After a pause the program must be able to end; but the stream itself has to notice the pause first.
  stdin.on("pause", () => {
    process.nextTick(() => {
      const { _handle: handle } = stdin;
      if (!handle?.reading || stdin.readableFlowing) return;
      stdin._readableState.reading = false;
      handle.reading = false;
      handle.readStop?.();
    });
  });
  return stdin;
}

function openInput(node: NodeInternals, type: HandleType): StdStream {
  if (type === "TTY") return new (node.module("tty") as { ReadStream: Constructor }).ReadStream(0);
  if (type === "FILE") {
    return new (node.module("fs") as Internals & { ReadStream: Constructor }).ReadStream(null, {
      fd: 0,
      autoClose: false,
    });
  }
  if (type === "PIPE") {
    const { Socket } = node.module("net") as { Socket: Constructor };
    const stdin = new Socket({ fd: 0, readable: true, writable: false, manualStart: true });
    // The stream's writable side cannot be ended by the program.
    stdin._writableState.ended = true;
    return stdin;
  }
  const { Readable } = node.module("stream") as { Readable: Constructor };
  const stdin = new Readable({ read: () => {} });
  (stdin.push as (chunk: null) => void)(null);
  return stdin;
}
