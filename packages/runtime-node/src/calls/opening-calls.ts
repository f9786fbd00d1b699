// Calls that do the work of several: open(2) with what nearly every program asks next, fstat and the first read; files of a
// directory together.

import {
  andThen,
  isRegular,
  type MaybePromise,
  O_ACCMODE,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  SEEK_SET,
  sysError,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { integer, list, offset, path } from "./arguments.ts";
import { readSmall, settled } from "./descriptor-calls.ts";
import { statFields } from "./stat-fields.ts";

/** A larger file is not worth bringing before it is asked for. */
const MOST_BYTES = 1 << 17;

/** The descriptor; of a regular file opened for reading also its stat, and its bytes if they are few. */
function withContent(proc: Proc, fd: number): MaybePromise<Value> {
  return andThen(proc.fstat(fd), (stat) => {
    // A file whose content is made when it is read (/proc) says that it has none.
    if (!isRegular(stat.mode) || stat.size === 0) return fd;
    const opened = [fd, statFields(stat)];
    if (stat.size > MOST_BYTES) return opened;
    // One more than there should be: a read that brings all says so.
    const into = new Uint8Array(stat.size + 1);
    return andThen(proc.pread(fd, into, 0), (count) =>
      count === stat.size ? [...opened, into.subarray(0, count)] : opened,
    );
  });
}

/** The descriptor, with its content if it can be read: of what cannot be, the reader is told. */
function openedForReading(proc: Proc, fd: number): MaybePromise<Value> {
  return andThen(
    settled(() => withContent(proc, fd)),
    (result) => ("error" in result ? fd : result.value),
  );
}

/** A file that is brought along may be this large; all of a call together, this large and this many. */
const LARGEST_ALONG = 1 << 16;
const MOST_ALONG = 1 << 20;
const MOST_NAMES = 128;

/** The content of a small regular file; null of anything else. */
function readAlong(proc: Proc, file: string): MaybePromise<Uint8Array | null> {
  // What is no file after all keeps nobody waiting.
  const opened = settled(() => proc.open(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0));
  return andThen(opened, (result) => {
    if ("error" in result) return null;
    const fd = result.value;
    const read = settled(() =>
      andThen(proc.fstat(fd), ({ mode, size }) =>
        isRegular(mode) && size <= LARGEST_ALONG ? readSmall(proc, fd) : null,
      ),
    );
    return andThen(read, (content) =>
      andThen(proc.close(fd), () => ("error" in content ? null : content.value)),
    );
  });
}

/** Contents of files of a directory that are small, as many as fit; null for the rest. @throws E2BIG too many names */
export async function readTogether(
  proc: Proc,
  directory: string,
  names: readonly string[],
): Promise<(Uint8Array | null)[]> {
  if (names.length > MOST_NAMES) throw sysError("E2BIG");
  const contents: (Uint8Array | null)[] = [];
  let size = 0;
  for (const name of names) {
    const read = size < MOST_ALONG ? readAlong(proc, `${directory}/${name}`) : null;
    const bytes = read instanceof Promise ? await read : read;
    size += bytes?.length ?? 0;
    contents.push(bytes);
  }
  return contents;
}

export function openingCalls(proc: Proc): Record<string, GuestCall> {
  const open = (file: Value, flags: Value, mode: Value): MaybePromise<number> =>
    proc.open(path(file), integer(flags) | O_CLOEXEC, integer(mode));

  return {
    open,
    /** [descriptor, stat?, bytes?], or the descriptor alone. */
    openForReading: (file, flags, mode) =>
      andThen(open(file, flags, mode), (fd) =>
        (integer(flags) & O_ACCMODE) === O_RDONLY ? openedForReading(proc, fd) : fd,
      ),
    readFiles: (directory, names) =>
      readTogether(
        proc,
        path(directory),
        list(names)
          .slice(0, MOST_NAMES + 1)
          .map(path),
      ),
    /** The position of a descriptor from its file's beginning. */
    seek: (fd, position) => andThen(proc.lseek(integer(fd), offset(position), SEEK_SET), () => undefined),
  };
}
