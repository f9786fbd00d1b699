// Which names exist in directories, so that the search for modules need not ask the kernel about each name that does
// not. A listing is valid while the kernel's file-system generation stays the same; every reply carries it, so that a
// change cannot become known to this process without it. Where the kernel cannot count changes (directories of the
// host, /proc), and after a silence, a listing is valid only for a moment, so that a loop that polls for a file still
// sees it. The module loader, which asks about many files once and remembers the answers itself, may rely on listings
// for longer.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../kernel-client.ts";
import { type BroughtFiles, contentsIn } from "./brought-files.ts";

const FRESH_MS = 10;
const LOADER_FRESH_MS = 1000;
/** A directory is listed when it is asked about twice within this time. */
const AGAIN_MS = 50;
const MOST_LISTINGS = 1000;

/** Files that the module loader reads if it finds them. */
const WANTED = /^package\.json$|\.[cm]?js$/;

const FILE = 1;
const DIRECTORY = 2;

interface Listing {
  /** undefined: the directory does not exist, or cannot be listed. */
  names: Map<string, number> | undefined;
  /** The names of files, once somebody has asked for them. */
  files: string[] | undefined;
  /** The types of what links lead to, once somebody has asked. */
  readonly followed: Map<string, number>;
  isMissing: boolean;
  isCounted: boolean;
  /** The directory's real path; "" for the root. */
  realPath: string;
  generation: number;
  news: number;
  madeAt: number;
}

const MISSING = -2;
const ENOTDIR = -20;

export class NameCache {
  readonly #kernel: KernelClient;
  readonly #brought: BroughtFiles;
  readonly #listings = new Map<string, Listing>();
  readonly #realPaths = new Map<string, string>();
  readonly #askedAt = new Map<string, number>();
  readonly #now = performance.now.bind(performance);

  constructor(kernel: KernelClient, brought: BroughtFiles) {
    this.#kernel = kernel;
    this.#brought = brought;
  }

  /** 0 for a file, 1 for a directory, negative if there is no such name; undefined: ask the kernel. */
  kindOf(path: string): number | undefined {
    return this.#kindOf(path, false);
  }

  /** The same for the module loader. */
  moduleKindOf(path: string): number | undefined {
    return this.#kindOf(path, true);
  }

  /**
   * The real path of a file that is not a link. Its directory's is found only once, since Node remembers real paths
   * too.
   */
  realPathOf(file: string): string | undefined {
    if (this.#kindOf(file, true) !== 0) return undefined;
    const at = file.lastIndexOf("/");
    const directory = directoryOf(file, at);
    const listing = this.#listings.get(directory)!;
    if (listing.names!.get(file.slice(at + 1)) !== FILE) return undefined;
    const realPath = this.#realPaths.get(directory) ?? listing.realPath;
    this.#realPaths.set(directory, realPath);
    return realPath + file.slice(at);
  }

  /** The files of a listed directory, without links. */
  filesOf(directory: string): string[] | undefined {
    const listing = this.#listings.get(directory || "/");
    if (!listing?.names || !this.#isValid(listing, this.#now(), true)) return undefined;
    return (listing.files ??= [...listing.names].flatMap(([name, type]) => (type === FILE ? [name] : [])));
  }

  #kindOf(path: string, isLoader: boolean): number | undefined {
    if (path[0] !== "/" || path.includes("/./") || path.includes("/..") || path.includes("//"))
      return undefined;
    const at = path.lastIndexOf("/");
    const name = path.slice(at + 1);
    if (name === "") return undefined;
    const directory = directoryOf(path, at);
    const now = this.#now();
    const known = this.#listings.get(directory);
    if (known && this.#isValid(known, now, isLoader)) return this.#kindIn(known, path, name, isLoader);
    if (isLoader && this.#lacks(directory, now)) return MISSING;
    const last = this.#askedAt.get(directory) ?? Number.NEGATIVE_INFINITY;
    this.#askedAt.set(directory, now);
    if (!isLoader && now - last > AGAIN_MS) return undefined;
    const listing = this.#fetch(directory, isLoader && WANTED.test(name) ? name : undefined);
    return this.#kindIn(listing, path, name, isLoader);
  }

  #kindIn(listing: Listing, path: string, name: string, isLoader: boolean): number | undefined {
    const { names, isMissing } = listing;
    if (isMissing) return MISSING;
    const type = names?.get(name);
    if (type === undefined) return names ? MISSING : undefined;
    if (type === FILE) return 0;
    if (type === DIRECTORY) return 1;
    return isLoader ? this.#follow(listing, path, name) : undefined;
  }

  /** The type of what a link leads to. */
  #follow({ followed }: Listing, path: string, name: string): number {
    const known = followed.get(name);
    if (known !== undefined) return known;
    const { errno, value } = this.#kernel.call("moduleStat", path);
    const kind = errno < 0 ? errno : (value as number);
    followed.set(name, kind);
    return kind;
  }

  /** Whether the listing of the parent directory shows that this one does not exist. */
  #lacks(directory: string, now: number): boolean {
    const at = directory.lastIndexOf("/");
    const above = this.#listings.get(directoryOf(directory, at));
    if (!above || !this.#isValid(above, now, true)) return false;
    return above.isMissing || above.names?.has(directory.slice(at + 1)) === false;
  }

  #isValid({ generation, news, isCounted, madeAt }: Listing, now: number, isLoader: boolean): boolean {
    if (generation !== this.#kernel.generation) return false;
    const age = now - (isCounted ? this.#kernel.heardAt : madeAt);
    return age < FRESH_MS || (isLoader && age < LOADER_FRESH_MS && news === this.#kernel.news);
  }

  /** @param wanted a module or package.json, whose content is brought along if it exists, with that of its neighbours */
  #fetch(directory: string, wanted: string | undefined): Listing {
    const { errno, value } = this.#kernel.call("names", directory, wanted);
    if (this.#listings.size >= MOST_LISTINGS) {
      this.#listings.clear();
      this.#askedAt.clear();
    }
    const listing = this.#makeListing(errno, value);
    this.#listings.set(directory, listing);
    if (errno < 0) return listing;
    const realPath = listing.realPath || "/";
    this.#listings.set(realPath, listing);
    const [brought = [], bytes = [], codes = []] = (value as readonly Value[]).slice(4) as [
      string[]?,
      Value[]?,
      Value[]?,
    ];
    for (const [i, content] of contentsIn(bytes, codes).entries()) {
      if (!content) continue;
      const name = brought[i]!;
      this.#brought.keep(`${listing.realPath}/${name}`, content);
      if (name === wanted && directory !== realPath) this.#brought.keep(`${directory}/${name}`, content);
    }
    return listing;
  }

  #makeListing(errno: number, value: Value): Listing {
    const [names, types, isCounted, realPath] = (errno < 0 ? [[], [], false, ""] : value) as [
      Value[],
      Uint8Array,
      boolean,
      string,
    ];
    return {
      names: errno < 0 ? undefined : new Map(names.map((name, i) => [name as string, types[i]!])),
      files: undefined,
      followed: new Map(),
      isMissing: errno === MISSING || errno === ENOTDIR,
      isCounted,
      realPath: realPath === "/" ? "" : realPath,
      generation: this.#kernel.generation,
      news: this.#kernel.news,
      madeAt: this.#now(),
    };
  }
}

const directoryOf = (path: string, slash: number): string => (slash === 0 ? "/" : path.slice(0, slash));
