// A guest's calls on open files.

import {
  andThen,
  F_OK,
  type MaybePromise,
  O_CLOEXEC,
  O_WRONLY,
  SEEK_CUR,
  sysError,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { bytes, integer, list, offset, path, real } from "./arguments.ts";
import { nanoseconds } from "./path-calls.ts";
import { statFields } from "./stat-fields.ts";

/** The most bytes that one read returns. */
const LARGEST_READ = 1 << 26;
/** Node's kIoMaxLength, less the overhead of a frame. */
const LARGEST_FILE = (1 << 28) - 1024;

const ownRoom = (length: number): Uint8Array => new Uint8Array(length);

/** Reads at a position, or at the file's own if `at` is negative. */
export function readBytes(
  proc: Proc,
  fd: number,
  length: number,
  at: number,
  room = ownRoom,
): MaybePromise<Uint8Array> {
  const into = room(Math.min(length, LARGEST_READ));
  const count = at < 0 ? proc.read(fd, into) : proc.pread(fd, into, at);
  return andThen(count, (n) => into.subarray(0, n));
}

function writeBytes(proc: Proc, fd: number, data: Uint8Array, at: Value): MaybePromise<number> {
  return typeof at === "number" && at >= 0 ? proc.pwrite(fd, data, offset(at)) : proc.write(fd, data);
}

/** Reads from the descriptor's position to the end, or up to `most` bytes. */
async function readToEnd(proc: Proc, fd: number, most = LARGEST_FILE): Promise<Uint8Array> {
  const { size } = await proc.fstat(fd);
  let data = new Uint8Array(Math.min(Math.max(size + 1, 8192), most));
  let used = 0;
  for (;;) {
    const count = await proc.read(fd, data.subarray(used));
    if (count === 0) return data.subarray(0, used);
    used += count;
    if (used === most) return data;
    if (used < data.length) continue;
    const larger = new Uint8Array(Math.min(data.length * 2, most));
    larger.set(data);
    data = larger;
  }
}

/**
 * Opens, reads and closes a file: at once if nothing has to wait. @throws as open and read do; EFBIG more than `most`
 * bytes
 */
export function readWhole(
  proc: Proc,
  file: string,
  flags: number,
  room = ownRoom,
  most = LARGEST_FILE,
): MaybePromise<Uint8Array> {
  return andThen(proc.open(file, flags | O_CLOEXEC, 0o666), (fd) =>
    andThen(
      settled(() => readSmall(proc, fd, room, most)),
      (result) =>
        andThen(proc.close(fd), () => {
          if ("error" in result) throw result.error;
          return result.value;
        }),
    ),
  );
}

/** Reads a regular file of known size by one read, and anything else until its end. @throws EFBIG */
export function readSmall(
  proc: Proc,
  fd: number,
  room = ownRoom,
  most = LARGEST_FILE,
): MaybePromise<Uint8Array> {
  return andThen(proc.fstat(fd), ({ size }) => {
    if (size > most) throw sysError("EFBIG");
    if (size === 0) return readAtMost(proc, fd, most);
    const into = room(size + 1);
    return andThen(proc.read(fd, into), (count) =>
      count === size
        ? into.subarray(0, size)
        : andThen(proc.lseek(fd, -count, SEEK_CUR), () => readAtMost(proc, fd, most)),
    );
  });
}

async function readAtMost(proc: Proc, fd: number, most: number): Promise<Uint8Array> {
  const data = await readToEnd(proc, fd, most + 1);
  if (data.length > most) throw sysError("EFBIG");
  return data;
}

type Settled<T> = { value: T } | { error: unknown };

export function settled<T>(run: () => MaybePromise<T>): MaybePromise<Settled<T>> {
  try {
    const value = run();
    if (!(value instanceof Promise)) return { value };
    return value.then(
      (later) => ({ value: later }),
      (error: unknown) => ({ error }),
    );
  } catch (error) {
    return { error };
  }
}

/** Writes all of the data, by as many writes as it takes. */
export function writeAll(proc: Proc, fd: number, data: Uint8Array): MaybePromise<void> {
  return andThen(proc.write(fd, data), (count) =>
    count < data.length ? writeAll(proc, fd, data.subarray(count)) : undefined,
  );
}

/**
 * Writes parts of a file, given as offset and bytes in turn, and sets its size. If nothing has to wait this is atomic:
 * no reader sees one part without the others.
 */
async function writeRanges(proc: Proc, file: string, size: number, parts: readonly Value[]): Promise<void> {
  const opened = proc.open(file, O_WRONLY | O_CLOEXEC, 0);
  const fd = opened instanceof Promise ? await opened : opened;
  try {
    for (let i = 0; i < parts.length; i += 2) {
      let data = bytes(parts[i + 1]);
      for (let at = offset(parts[i]!); data.length > 0; ) {
        const written = proc.pwrite(fd, data, at);
        const count = written instanceof Promise ? await written : written;
        data = data.subarray(count);
        at += count;
      }
    }
    const cut = proc.ftruncate(fd, size);
    if (cut instanceof Promise) await cut;
  } finally {
    await proc.close(fd);
  }
}

export function descriptorCalls(proc: Proc, room: typeof ownRoom): Record<string, GuestCall> {
  return {
    close: (fd) => andThen(proc.close(integer(fd)), () => undefined),
    read: (fd, length, at) => readBytes(proc, integer(fd), offset(length), integer(at), room),
    write: (fd, data, at) => writeBytes(proc, integer(fd), bytes(data), at),
    fstat: (fd) => andThen(proc.fstat(integer(fd)), statFields),
    ftruncate: (fd, size) => proc.ftruncate(integer(fd), offset(size)),
    fsync: (fd) => proc.fsync(integer(fd)),
    fchmod: (fd, mode) => proc.fchmod(integer(fd), integer(mode)),
    fchown: (fd, uid, gid) => proc.fchown(integer(fd), integer(uid), integer(gid)),
    futimes: (fd, atime, mtime) =>
      andThen(proc.fstat(integer(fd)), () =>
        proc.utimes(`/proc/self/fd/${integer(fd)}`, nanoseconds(real(atime)), nanoseconds(real(mtime))),
      ),
    readFile: (file, flags, most) => {
      const limit = most === undefined ? LARGEST_FILE : Math.min(offset(most), LARGEST_FILE);
      return typeof file === "number"
        ? readToEnd(proc, integer(file), limit)
        : readWhole(proc, path(file), integer(flags), room, limit);
    },
    writeFile: (file, data, flags, mode) => {
      if (typeof file === "number") return writeAll(proc, integer(file), bytes(data));
      return andThen(proc.open(path(file), integer(flags) | O_CLOEXEC, integer(mode)), (fd) =>
        andThen(
          settled(() => writeAll(proc, fd, bytes(data))),
          (result) =>
            andThen(proc.close(fd), () => {
              if ("error" in result) throw result.error;
            }),
        ),
      );
    },
    writeRanges: (file, size, parts) => writeRanges(proc, path(file), offset(size), list(parts)),
    exists: (file) => proc.access(path(file), F_OK),
  };
}
