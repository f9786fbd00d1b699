// What names there are in directories, so that searching for modules does not ask the kernel for each name that is not
// there. A listing answers as long as the kernel's file-system generation has not moved: every reply carries it, so what
// could tell this process of a change brings the change with it. Where the kernel cannot count the changes (directories of
// the host, /proc) and after a silence, a listing answers for a moment only: a loop that polls for a file still sees it.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "./kernel-client.ts";

const FRESH_MS = 10;
/** A directory is listed when it is asked about a second time within this time. */
const AGAIN_MS = 50;
const MOST_LISTINGS = 1000;

const FILE = 1;
const DIRECTORY = 2;

interface Listing {
  /** Absent: the directory is not there, or cannot be listed. */
  names: Map<string, number> | undefined;
  isMissing: boolean;
  isCounted: boolean;
  generation: number;
  madeAt: number;
}

const MISSING = -2;
const ENOTDIR = -20;

export class NameCache {
  readonly #kernel: KernelClient;
  readonly #listings = new Map<string, Listing>();
  readonly #askedAt = new Map<string, number>();
  readonly #now = performance.now.bind(performance);

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  /** 0 a file, 1 a directory, negative: nothing of that name; undefined: ask the kernel. */
  kindOf(path: string): number | undefined {
    if (path[0] !== "/" || path.includes("/./") || path.includes("/..") || path.includes("//"))
      return undefined;
    const at = path.lastIndexOf("/");
    const name = path.slice(at + 1);
    if (name === "") return undefined;
    const listing = this.#listing(at === 0 ? "/" : path.slice(0, at));
    if (!listing) return undefined;
    if (listing.isMissing) return MISSING;
    const type = listing.names?.get(name);
    if (type === undefined) return listing.names ? MISSING : undefined;
    if (type === FILE) return 0;
    return type === DIRECTORY ? 1 : undefined;
  }

  #listing(directory: string): Listing | undefined {
    const known = this.#listings.get(directory);
    const now = this.#now();
    if (known && this.#isValid(known, now)) return known;
    const last = this.#askedAt.get(directory) ?? Number.NEGATIVE_INFINITY;
    this.#askedAt.set(directory, now);
    if (now - last > AGAIN_MS) return undefined;
    return this.#fetch(directory);
  }

  #isValid({ generation, isCounted, madeAt }: Listing, now: number): boolean {
    if (generation !== this.#kernel.generation) return false;
    return now - (isCounted ? this.#kernel.heardAt : madeAt) < FRESH_MS;
  }

  #fetch(directory: string): Listing {
    const { errno, value } = this.#kernel.call("names", directory);
    const [names, types, isCounted] = (errno < 0 ? [[], [], false] : value) as [Value[], Uint8Array, boolean];
    const listing: Listing = {
      names: errno < 0 ? undefined : new Map(names.map((name, i) => [name as string, types[i]!])),
      isMissing: errno === MISSING || errno === ENOTDIR,
      isCounted,
      generation: this.#kernel.generation,
      madeAt: this.#now(),
    };
    if (this.#listings.size >= MOST_LISTINGS) {
      this.#listings.clear();
      this.#askedAt.clear();
    }
    this.#listings.set(directory, listing);
    return listing;
  }
}
