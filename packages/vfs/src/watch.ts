// Notices of changes by path, as inotify gives them. When nobody watches, a change costs one comparison more.

export type ChangeKind = "create" | "delete" | "modify" | "move" | "attrib";

export interface Change {
  kind: ChangeKind;
  /** Absolute path in the namespace. */
  path: string;
  /** Where a moved file was. */
  from?: string;
}

export interface WatchOptions {
  /** Whether to report changes below the directory's own entries too. */
  recursive?: boolean;
}

export interface Watcher {
  close(): void;
}

interface Watch {
  readonly path: string;
  readonly prefix: string;
  readonly recursive: boolean;
  readonly listener: (change: Change) => void;
}

export class WatchList {
  readonly #watches = new Set<Watch>();

  get isEmpty(): boolean {
    return this.#watches.size === 0;
  }

  add(path: string, options: WatchOptions, listener: (change: Change) => void): Watcher {
    const prefix = path === "/" ? "/" : `${path}/`;
    const watch: Watch = { path, prefix, recursive: options.recursive ?? false, listener };
    this.#watches.add(watch);
    return { close: () => this.#watches.delete(watch) };
  }

  notify(change: Change): void {
    for (const watch of [...this.#watches]) {
      if (concerns(watch, change.path) || (change.from !== undefined && concerns(watch, change.from))) {
        watch.listener(change);
      }
    }
  }
}

function concerns(watch: Watch, path: string): boolean {
  if (path === watch.path) return true;
  if (!path.startsWith(watch.prefix)) return false;
  return watch.recursive || !path.includes("/", watch.prefix.length);
}
