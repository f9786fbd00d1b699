interface Rename {
  from: string;
  to: string;
}

/** Bounds the memory that a guest can fill by renaming. */
const MOST_KEPT = 1024;

/** The latest renames of a driver that knows files by path only, so that those in use can be found again. */
export class Renames {
  #count = 0;
  /** A ring. */
  readonly #kept: Rename[] = [];

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  add(from: string, to: string): void {
    this.#kept[this.#count++ % MOST_KEPT] = { from, to };
  }

  /** Returns the path now of what was at `path` after the first `seen` renames. It stays as it is if that was too long ago. */
  follow(path: string, seen: number): string {
    if (this.#count - seen > MOST_KEPT) return path;
    let now = path;
    for (let i = seen; i < this.#count; i++) {
      const { from, to } = this.#kept[i % MOST_KEPT]!;
      if (now === from || now.startsWith(`${from}/`)) now = to + now.slice(from.length);
    }
    return now;
  }
}
