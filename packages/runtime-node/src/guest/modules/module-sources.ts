// The texts of modules, for the loader. When modules of a directory are loaded one after the other, the next ones are
// brought along, more each time: a package of a hundred modules costs a handful of calls.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../kernel-client.ts";
import { type BroughtFiles, type Content, contentsIn } from "./brought-files.ts";
import type { NameCache } from "./name-cache.ts";

/** How many modules to bring along with the first one asked for, and the factor for each further time. */
const FEWEST_AHEAD = 16;
const MOST_AHEAD = 64;
const GROWTH = 2;
const MOST_DIRECTORIES = 1000;

interface Directory {
  /** How many to bring along next time. */
  ahead: number;
  /** The names that have been read. */
  readonly seen: Set<string>;
}

export class ModuleSources {
  readonly #kernel: KernelClient;
  readonly #names: NameCache;
  readonly #brought: BroughtFiles;
  readonly #directories = new Map<string, Directory>();

  constructor(kernel: KernelClient, names: NameCache, brought: BroughtFiles) {
    this.#kernel = kernel;
    this.#names = names;
    this.#brought = brought;
  }

  /** The bytes of a module and its code; undefined: it is to be read like any other file. */
  read(file: string): Content | undefined {
    const at = file.lastIndexOf("/");
    const name = file.slice(at + 1);
    const extension = MODULE.exec(name)?.[0];
    if (extension === undefined) return undefined;
    const folder = file.slice(0, at);
    this.#directory(folder).seen.add(name);
    const brought = this.#brought.take(file);
    if (brought) return brought;
    const files = this.#names.filesOf(folder);
    return files && this.#bring(folder, [name, ...this.#next(folder, name, extension, files)]);
  }

  #directory(folder: string): Directory {
    const known = this.#directories.get(folder);
    if (known) return known;
    if (this.#directories.size >= MOST_DIRECTORIES) this.#directories.clear();
    const fresh: Directory = { ahead: FEWEST_AHEAD, seen: new Set() };
    this.#directories.set(folder, fresh);
    return fresh;
  }

  /** The modules of a directory not brought yet: first those after `name`, then those before it. */
  #next(folder: string, name: string, extension: string, files: readonly string[]): string[] {
    const directory = this.#directory(folder);
    const { ahead, seen } = directory;
    directory.ahead = Math.min(ahead * GROWTH, MOST_AHEAD);
    const found: string[] = [];
    const from = files.indexOf(name);
    for (let i = 1; i <= files.length && found.length < ahead; i++) {
      const file = files[(from + i) % files.length]!;
      if (file.endsWith(extension) && !seen.has(file) && !this.#brought.has(`${folder}/${file}`))
        found.push(file);
    }
    return found;
  }

  /** Reads files of a folder. @returns the content of the first */
  #bring(folder: string, names: string[]): Content | undefined {
    const { errno, value } = this.#kernel.call("readFiles", folder, names);
    if (errno < 0) return undefined;
    const [bytes, codes] = value as [Value[], Value[]];
    const [first, ...others] = contentsIn(bytes, codes);
    for (const [i, content] of others.entries()) {
      if (content) this.#brought.keep(`${folder}/${names[i + 1]}`, content);
    }
    return first ?? undefined;
  }
}

const MODULE = /\.[cm]?js$/;
