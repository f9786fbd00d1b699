// Reads several files of a directory at once, for a guest that will want them one after the other.

import {
  andThen,
  isRegular,
  type MaybePromise,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  sysError,
} from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import type { MountNamespace } from "@agentos/vfs";
import { codeCache } from "../code-cache.ts";
import { readSmall, settled } from "./descriptor-calls.ts";
import { HostFiles } from "./host-files.ts";

/**
 * Size limits: of the file that is wanted, of each file brought along, of all files in a call; and the number of
 * files.
 */
const LARGEST_WANTED = 1 << 24;
const LARGEST_ALONG = 1 << 16;
const MOST_ALONG = 1 << 20;
const MOST_NAMES = 128;

/** V8's code cache of a module; true: none yet, but there will be one if the guest reports that it uses the module. */
type Code = Uint8Array | true | null;

interface Content {
  bytes: Uint8Array;
  code: Code;
}

/** Reads files and, for modules that the host provides, finds their code caches. */
export class FileReader {
  readonly #proc: Proc;
  readonly #hostFiles: HostFiles;

  constructor(proc: Proc, namespace: MountNamespace) {
    this.#proc = proc;
    this.#hostFiles = new HostFiles(namespace);
  }

  /** The contents of small files of a directory, as many as fit; null for the rest. @throws E2BIG too many names */
  async readTogether(directory: string, names: readonly string[]): Promise<[(Uint8Array | null)[], Code[]]> {
    if (names.length > MOST_NAMES) throw sysError("E2BIG");
    const contents: (Uint8Array | null)[] = [];
    const codes: Code[] = [];
    let size = 0;
    for (const name of names) {
      const largest = contents.length === 0 ? LARGEST_WANTED : LARGEST_ALONG;
      const read = size < MOST_ALONG ? this.#read(`${directory}/${name}`, largest) : null;
      const content = read instanceof Promise ? await read : read;
      size += content?.bytes.length ?? 0;
      contents.push(content?.bytes ?? null);
      codes.push(content?.code ?? null);
    }
    return [contents, codes];
  }

  /** Reports that a module without a code cache is used. */
  async want(file: string): Promise<void> {
    const content = await this.#read(file, LARGEST_WANTED);
    if (content?.code === true) codeCache.want(content.bytes);
  }

  /** The content of a regular file of at most `largest` bytes; null for anything else. */
  #read(file: string, largest: number): MaybePromise<Content | null> {
    const proc = this.#proc;
    // O_NONBLOCK: what turns out not to be a regular file must not block.
    const opened = settled(() => proc.open(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0));
    return andThen(opened, (result) => {
      if ("error" in result) return null;
      const fd = result.value;
      const read = settled(() =>
        andThen(proc.fstat(fd), ({ mode, size, dev }) => {
          if (!isRegular(mode) || size > largest) return null;
          const isCached = ES_MODULE.test(file) && this.#hostFiles.has(dev);
          const into = new Uint8Array(size + 1);
          return andThen(proc.pread(fd, into, 0), (count) =>
            // A file whose content is generated (/proc) claims a size of 0.
            andThen(count > 0 && count === size ? into.subarray(0, size) : readSmall(proc, fd), (bytes) => ({
              bytes,
              code: isCached ? codeOf(bytes) : null,
            })),
          );
        }),
      );
      return andThen(read, (content) =>
        andThen(proc.close(fd), () => ("error" in content ? null : content.value)),
      );
    });
  }
}

const ES_MODULE = /\.m?js$/;

/** Shorter texts are compiled as fast as their code is looked up. */
const SHORTEST = 512;

function codeOf(text: Uint8Array): Code {
  if (text.length < SHORTEST) return null;
  const code = codeCache.find(text);
  return code === undefined ? true : code;
}
