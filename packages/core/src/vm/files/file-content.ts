// Whole files, read and written by a single call.

import {
  andThen,
  type MaybePromise,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from "@agentos/kernel/abi";
import type { WriteRequest } from "../calls.ts";
import { type AppFile, openAppFile, using, type VmFiles } from "./app-file.ts";

const FILE_MODE = 0o644;
const CHUNK = 1 << 18;

/** The content, or only the size if it is more than `most`. */
export function readFile(vm: VmFiles, path: string, most?: number): MaybePromise<Uint8Array | number> {
  return andThen(openAppFile(vm, path, O_RDONLY), (file) =>
    using<Uint8Array | number>(file, () =>
      most !== undefined && file.size > most ? file.size : readRest(file),
    ),
  );
}

export function readWhole(vm: VmFiles, path: string): MaybePromise<Uint8Array> {
  return readFile(vm, path) as MaybePromise<Uint8Array>;
}

export function writeFile(
  vm: VmFiles,
  { path, data, append, mode = FILE_MODE }: WriteRequest,
): MaybePromise<void> {
  const flags = O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC);
  return andThen(openAppFile(vm, path, flags, mode), (file) =>
    using(file, () => {
      if (data.length > 0) return andThen(file.write(data), () => {});
    }),
  );
}

/** Reads a file of known size into its final buffer, any other into one that grows. */
function readRest(file: AppFile): MaybePromise<Uint8Array> {
  return fill(file, new Uint8Array(file.size || CHUNK), 0);
}

function fill(file: AppFile, buffer: Uint8Array, length: number): MaybePromise<Uint8Array> {
  let into = buffer;
  let filled = length;
  for (;;) {
    if (filled === into.length) {
      if (filled === file.size) return into;
      into = new Uint8Array(filled * 2);
      into.set(buffer);
      return fill(file, into, filled);
    }
    const count = file.read(into.subarray(filled));
    if (count instanceof Promise) {
      const before = filled;
      return count.then((n) => (n === 0 ? into.slice(0, before) : fill(file, into, before + n)));
    }
    if (count === 0) return into.slice(0, filled);
    filled += count;
  }
}
