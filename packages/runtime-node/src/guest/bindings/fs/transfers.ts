// The functions of Node's fs binding that move bytes.

import type { Value } from "@agentos/kernel/channel/guest";
import { bytesOf } from "../../bytes.ts";
import type { Failure, SystemErrors } from "../../errors.ts";
import type { Internals, Native } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { toKernel } from "../../text.ts";
import { position } from "./calls.ts";
import type { LastOpened } from "./last-opened.ts";
import {
  type Count,
  type FileReads,
  LARGEST_PIECE,
  readNow,
  readToEnd,
  writeLater,
  writeNow,
} from "./pieces.ts";

/** Starts an operation, which async_hooks show as `type`, and reports its result. */
export type Operation = (type: string, done: (errno: number, value: Value) => void) => void;

export interface TransferParts {
  kernel: KernelClient;
  errors: SystemErrors;
  opened: LastOpened;
  reads: FileReads;
  /** Answers by promise or callback with the result of `start`. */
  settle(request: unknown, failure: Failure, start: Operation, finish: (value: Value) => unknown): unknown;
}

const same = (value: Value): unknown => value;
const READ: Failure = { syscall: "read" };
const WRITE: Failure = { syscall: "write" };

export function installTransfers(binding: Internals, parts: TransferParts): void {
  installReads(binding, parts);
  installWrites(binding, parts);
  installWholeFiles(binding, parts);
}

/** @throws the error that a negative count stands for */
function checked(count: Count, errors: SystemErrors, failure: Failure, above: Native): number {
  if (count < 0) throw errors.create(count, failure, above);
  return count;
}

/** Answers by promise or callback with the count of bytes that `start` moves. */
function countLater(
  { settle }: TransferParts,
  request: unknown,
  failure: Failure,
  start: (type: string, done: (count: Count) => void) => void,
): unknown {
  return settle(
    request,
    failure,
    (type, done) => start(type, (count) => done(Math.min(count, 0), count)),
    same,
  );
}

function installReads(binding: Internals, parts: TransferParts): void {
  const { kernel, errors, opened, reads } = parts;

  binding.read = function read(...a: unknown[]): unknown {
    const [fd, buffer, offset, length, at, request] = a;
    const start = offset as number;
    const into = bytesOf(buffer as ArrayBufferView).subarray(start, start + (length as number));
    const place = position(at);
    if (request !== undefined)
      return countLater(parts, request, READ, (type, done) =>
        reads.read(type, fd as number, into, place, done),
      );
    const known = opened.read(fd as number, into, place);
    return known ?? checked(readNow(kernel, fd as number, into, place), errors, READ, read);
  };

  binding.readBuffers = function readBuffers(...a: unknown[]): unknown {
    const [fd, buffers, at, request] = a;
    const views = (buffers as ArrayBufferView[]).map(bytesOf);
    const into = new Uint8Array(views.reduce((sum, view) => sum + view.length, 0));
    const place = position(at);
    if (request === undefined) {
      const count = checked(readNow(kernel, fd as number, into, place), errors, READ, readBuffers);
      return scatter(into.subarray(0, count), views);
    }
    return countLater(parts, request, READ, (type, done) =>
      reads.read(type, fd as number, into, place, (count) => {
        if (count > 0) scatter(into.subarray(0, count), views);
        done(count);
      }),
    );
  };
}

function installWrites(binding: Internals, parts: TransferParts): void {
  const { kernel, errors } = parts;

  /** Node's oldest convention: a synchronous write that fails stores its error in `context`. */
  const write = (a: readonly unknown[], data: Uint8Array, above: Native): unknown => {
    const [fd, at, request, context] = a;
    const place = position(at);
    if (request !== undefined)
      return countLater(parts, request, WRITE, (type, done) =>
        writeLater(kernel, type, fd as number, data, place, done),
      );
    const count = writeNow(kernel, fd as number, data, place);
    if (context === undefined) return checked(count, errors, WRITE, above);
    if (count < 0) Object.assign(context as object, { errno: count, syscall: "write" });
    return count;
  };

  binding.writeBuffer = function writeBuffer(...a: unknown[]): unknown {
    const [fd, buffer, offset, length, at, request, context] = a;
    const from = (offset as number) ?? 0;
    const data = bytesOf(buffer as ArrayBufferView).subarray(from, from + (length as number));
    return write([fd, at, request, context], data, writeBuffer);
  };

  binding.writeString = function writeString(...a: unknown[]): unknown {
    const [fd, text, at, encoding, request, context] = a;
    const data = Buffer.from(
      text as string,
      Buffer.isEncoding(encoding as string) ? (encoding as BufferEncoding) : "utf8",
    );
    return write([fd, at, request, context], data, writeString);
  };

  binding.writeBuffers = function writeBuffers(...a: unknown[]): unknown {
    const [fd, buffers, at, request] = a;
    return write([fd, at, request], Buffer.concat((buffers as ArrayBufferView[]).map(bytesOf)), writeBuffers);
  };
}

function installWholeFiles(binding: Internals, { kernel, errors }: TransferParts): void {
  const opening = <T>(
    file: unknown,
    flags: unknown,
    mode: unknown,
    above: Native,
    use: (fd: number) => T,
  ): T => {
    const { errno, value } = kernel.call("open", toKernel(file), flags as number, mode as number);
    if (errno < 0) throw errors.create(errno, { syscall: "open", path: file }, above);
    try {
      return use(value as number);
    } finally {
      kernel.call("close", value as number);
    }
  };

  binding.readFileUtf8 = function readFileUtf8(...a: unknown[]): unknown {
    const [file, flags] = a;
    const readOpened = (fd: number): string => {
      const bytes = readToEnd(kernel, fd);
      if (typeof bytes === "number") throw errors.create(bytes, READ, readFileUtf8);
      return bytes.toString("utf8");
    };
    if (typeof file === "number") return readOpened(file);
    const { errno, value } = kernel.call("readFile", toKernel(file), flags as number);
    if (errno >= 0) return utf8(value as Uint8Array);
    if (errors.code(errno) === "EFBIG") return opening(file, flags, 0, readFileUtf8, readOpened);
    // Reading a directory fails only in read(2), which does not know the path.
    const isRead = errors.code(errno) === "EISDIR";
    throw errors.create(errno, isRead ? READ : { syscall: "open", path: file }, readFileUtf8);
  };

  binding.writeFileUtf8 = function writeFileUtf8(...a: unknown[]): unknown {
    const [file, text, flags, mode] = a;
    const data = Buffer.from(text as string, "utf8");
    const writeOpened = (fd: number): void => {
      for (let at = 0; at < data.length; )
        at += checked(writeNow(kernel, fd, data.subarray(at), -1), errors, WRITE, writeFileUtf8);
    };
    if (typeof file === "number") writeOpened(file);
    else if (data.length > LARGEST_PIECE) opening(file, flags, mode, writeFileUtf8, writeOpened);
    else {
      const { errno } = kernel.call("writeFile", toKernel(file), data, flags as number, mode as number);
      if (errno < 0) throw errors.create(errno, { syscall: "open", path: file }, writeFileUtf8);
    }
    return undefined;
  };
}

/** Without copying the bytes. */
const utf8 = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, length).toString("utf8");

function scatter(data: Uint8Array, views: readonly Uint8Array[]): number {
  let at = 0;
  for (const view of views) {
    const part = data.subarray(at, at + view.length);
    view.set(part);
    at += part.length;
  }
  return data.length;
}
