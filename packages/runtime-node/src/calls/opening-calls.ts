// Calls that do the work of several: open(2) with what nearly every program does next, fstat and a first read; and
// reading files of a directory together.

import {
  andThen,
  isRegular,
  type MaybePromise,
  O_ACCMODE,
  O_CLOEXEC,
  O_RDONLY,
  SEEK_SET,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { integer, list, offset, path } from "./arguments.ts";
import { settled } from "./descriptor-calls.ts";
import type { FileReader } from "./file-reader.ts";
import { statFields } from "./stat-fields.ts";

/** A larger file is not worth sending before it is asked for. */
const MOST_BYTES = 1 << 17;

/** The descriptor; for a regular file opened for reading also its stat and, if they are few, its bytes. */
function withContent(proc: Proc, fd: number): MaybePromise<Value> {
  return andThen(proc.fstat(fd), (stat) => {
    // A file whose content is generated (/proc) claims a size of 0.
    if (!isRegular(stat.mode) || stat.size === 0) return fd;
    const opened = [fd, statFields(stat)];
    if (stat.size > MOST_BYTES) return opened;
    // One byte more than expected: a read that does not fill it has reached the end.
    const into = new Uint8Array(stat.size + 1);
    return andThen(proc.pread(fd, into, 0), (count) =>
      count === stat.size ? [...opened, into.subarray(0, count)] : opened,
    );
  });
}

/** The descriptor, with its content if that can be read. If not, the program learns it when it reads. */
function openedForReading(proc: Proc, fd: number): MaybePromise<Value> {
  return andThen(
    settled(() => withContent(proc, fd)),
    (result) => ("error" in result ? fd : result.value),
  );
}

export function openingCalls(proc: Proc, files: FileReader): Record<string, GuestCall> {
  const open = (file: Value, flags: Value, mode: Value): MaybePromise<number> =>
    proc.open(path(file), integer(flags) | O_CLOEXEC, integer(mode));

  return {
    open,
    /** [descriptor, stat?, bytes?], or the descriptor alone. */
    openForReading: (file, flags, mode) =>
      andThen(open(file, flags, mode), (fd) =>
        (integer(flags) & O_ACCMODE) === O_RDONLY ? openedForReading(proc, fd) : fd,
      ),
    readFiles: (directory, names) => files.readTogether(path(directory), list(names).map(path)),
    /** Reports that a module is used which came without a code cache. */
    wantCode: (file) => files.want(path(file)),
    /** Sets a descriptor's position, counted from the file's beginning. */
    seek: (fd, position) => andThen(proc.lseek(integer(fd), offset(position), SEEK_SET), () => undefined),
  };
}
