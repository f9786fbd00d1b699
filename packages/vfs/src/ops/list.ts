import { andThen, type DirEntry, type MaybePromise, R_OK, type Stat, sysError } from "../abi/index.ts";
import type { Caller, Dentry } from "../dentry.ts";
import type { Inode } from "../inode.ts";
import type { MountNamespace } from "../mount-namespace.ts";
import { require } from "../permission.ts";
import { ask, existing } from "./resolve.ts";

/** A directory entry with its attributes, as `ls -l` needs them. */
export interface DirEntryStat extends DirEntry {
  stat: Stat;
}

/** Called now and then in large directories: returns a promise when others should run. */
export type Pause = () => Promise<void> | undefined;

/** The entries of a directory but "." and "..". @throws ENOTDIR · EACCES */
export function readdir(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  pause?: Pause,
): MaybePromise<DirEntry[]> {
  return andThen(existing(caller, path, "follow"), (dentry) => readdirAt(namespace, caller, dentry, pause));
}

export function readdirAt(
  namespace: MountNamespace,
  caller: Caller,
  dentry: Dentry,
  pause?: Pause,
): MaybePromise<DirEntry[]> {
  if (!dentry.isDirectory) throw sysError("ENOTDIR");
  const { inode } = dentry;
  return andThen(require(caller, inode, R_OK), () => {
    ask(namespace, "list", dentry);
    return pause && inode.entries ? collect(inode.entries(), [], pause) : inode.readdir();
  });
}

/** Adds what is left of the entries to `found`. */
function collect(
  entries: IterableIterator<DirEntry>,
  found: DirEntry[],
  pause: Pause,
): MaybePromise<DirEntry[]> {
  for (let next = entries.next(); !next.done; next = entries.next()) {
    if (found.push(next.value) % BATCH !== 0) continue;
    const waiting = pause();
    if (waiting) return waiting.then(() => collect(entries, found, pause));
  }
  return found;
}

/** How many entries of a large directory are read between two pauses. */
const BATCH = 1024;

/**
 * As `readdir`, with the stat of each entry (links are not followed). Entries that vanish in the meantime are left
 * out.
 */
export function readdirStat(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  pause?: Pause,
): MaybePromise<DirEntryStat[]> {
  return andThen(existing(caller, path, "follow"), (dentry) =>
    andThen(readdirAt(namespace, caller, dentry, pause), (entries) => {
      if (pause && entries.length > BATCH) return statInBatches(dentry, entries, pause);
      const stats = entries.map(({ name }) => statEntry(dentry, name));
      const collect = (all: (Stat | undefined)[]): DirEntryStat[] =>
        entries.flatMap((entry, i) => (all[i] ? [{ ...entry, ino: all[i].ino, stat: all[i] }] : []));
      if (stats.some((value) => value instanceof Promise)) return Promise.all(stats).then(collect);
      return collect(stats as (Stat | undefined)[]);
    }),
  );
}

async function statInBatches(
  directory: Dentry,
  entries: readonly DirEntry[],
  pause: Pause,
): Promise<DirEntryStat[]> {
  const all: DirEntryStat[] = [];
  for (let from = 0; from < entries.length; from += BATCH) {
    const batch = entries.slice(from, from + BATCH);
    const found = batch.map(({ name }) => statEntry(directory, name));
    const stats = found.some((value) => value instanceof Promise) ? await Promise.all(found) : found;
    for (let i = 0; i < batch.length; i++) {
      const stat = stats[i] as Stat | undefined;
      if (stat) all.push({ ...batch[i]!, ino: stat.ino, stat });
    }
    const waiting = pause();
    if (waiting) await waiting;
  }
  return all;
}

/** The attributes of an entry, or of the root of what is mounted there. */
function statEntry(directory: Dentry, name: string): MaybePromise<Stat | undefined> {
  return andThen(directory.inode.lookup(name), (inode) => {
    if (inode === undefined) return undefined;
    return covering(directory, inode).getattr();
  });
}

function covering(directory: Dentry, inode: Inode): Inode {
  const mount = directory.mount.covered?.get(inode.ino);
  return mount ? mount.root.inode : inode;
}
