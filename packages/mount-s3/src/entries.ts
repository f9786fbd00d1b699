// A short-lived cache of names: the attributes of an object or directory marker, or the fact that there is nothing.

import { S_IFDIR, S_IFREG } from "@agentos/vfs/abi";
import type { Metadata, ObjectStore, StoredObject } from "./object-store.ts";

export interface Entry {
  readonly type: number;
  readonly size: number;
  readonly etag: string;
  /** Permission bits. */
  readonly mode: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
}

interface Known {
  entry?: Entry;
  /** The file type that a listing showed, if no more is known than that. */
  hint?: number;
  until: number;
}

const MOST = 10_000;
const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

const EMPTY_DIRECTORY: Entry = {
  type: S_IFDIR,
  size: 0,
  etag: "",
  mode: DIRECTORY_MODE,
  atimeNs: 0n,
  mtimeNs: 0n,
};

export class Entries {
  readonly #store: ObjectStore;
  readonly #cacheMs: number;
  readonly #known = new Map<string, Known>();

  constructor(store: ObjectStore, cacheMs: number) {
    this.#store = store;
    this.#cacheMs = cacheMs;
  }

  /** What `path` names. If an object and a directory have the same name, the directory is shown. */
  get(path: string): Entry | undefined | Promise<Entry | undefined> {
    if (path === "") return EMPTY_DIRECTORY;
    const known = this.#known.get(path);
    if (known === undefined || known.until <= performance.now()) return this.#load(path);
    return known.hint === undefined ? known.entry : this.#load(path, known.hint);
  }

  async #load(path: string, hint?: number): Promise<Entry | undefined> {
    const [object, below] = await Promise.all([
      hint === S_IFDIR ? undefined : this.#store.head(path),
      hint === S_IFREG ? undefined : this.#store.page(`${path}/`, { deep: true, most: 1 }),
    ]);
    const hasMarker = below?.files[0]?.key === `${path}/`;
    if (below === undefined || below.files.length === 0)
      return this.set(path, object && entryOf(object, S_IFREG));
    const marker = hasMarker ? await this.#store.head(`${path}/`) : undefined;
    return this.set(path, marker ? entryOf(marker, S_IFDIR) : EMPTY_DIRECTORY);
  }

  set(path: string, entry: Entry | undefined): Entry | undefined {
    this.#remember(path, { entry, until: performance.now() + this.#cacheMs });
    return entry;
  }

  /** Notes that a listing showed `path`. */
  hint(path: string, type: number): void {
    const until = performance.now() + this.#cacheMs;
    if ((this.#known.get(path)?.until ?? 0) < performance.now()) this.#remember(path, { hint: type, until });
  }

  #remember(path: string, known: Known): void {
    this.#known.delete(path);
    this.#known.set(path, known);
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value!);
  }

  forget(path: string): void {
    this.#known.delete(path);
  }

  /** Forgets a path and everything below it. */
  forgetTree(path: string): void {
    for (const known of this.#known.keys()) {
      if (known === path || known.startsWith(`${path}/`)) this.#known.delete(known);
    }
  }
}

function entryOf({ size, etag, modified, metadata }: StoredObject, type: number): Entry {
  const modifiedNs = BigInt(modified.getTime()) * 1_000_000n;
  const mtimeNs = parseTime(metadata.mtime) ?? modifiedNs;
  const mode = Number.parseInt(metadata.mode ?? "", 8);
  return {
    type,
    size,
    etag,
    mode: Number.isNaN(mode) ? (type === S_IFDIR ? DIRECTORY_MODE : FILE_MODE) : mode & 0o7777,
    atimeNs: parseTime(metadata.atime) ?? mtimeNs,
    mtimeNs,
  };
}

/** An object's metadata in the format of rclone and s3fs: times in seconds, the mode in octal. */
export function metadataOf({ mode, atimeNs, mtimeNs }: Entry): Metadata {
  return { mode: mode.toString(8), mtime: formatTime(mtimeNs), atime: formatTime(atimeNs) };
}

const SECOND = 1_000_000_000n;

function formatTime(ns: bigint): string {
  const part = ((ns % SECOND) + SECOND) % SECOND;
  return `${(ns - part) / SECOND}.${String(part).padStart(9, "0")}`;
}

function parseTime(text = ""): bigint | undefined {
  const match = /^(-?\d{1,15})(?:\.(\d{1,9}))?\d*$/.exec(text);
  if (!match) return undefined;
  return BigInt(match[1]!) * SECOND + BigInt((match[2] ?? "").padEnd(9, "0"));
}
