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

/** The entries of a directory but "." and "..". @throws ENOTDIR · EACCES */
export function readdir(namespace: MountNamespace, caller: Caller, path: string): MaybePromise<DirEntry[]> {
  return andThen(existing(caller, path, "follow"), (dentry) => readdirAt(namespace, caller, dentry));
}

export function readdirAt(
  namespace: MountNamespace,
  caller: Caller,
  dentry: Dentry,
): MaybePromise<DirEntry[]> {
  if (!dentry.isDirectory) throw sysError("ENOTDIR");
  return andThen(require(caller, dentry.inode, R_OK), () => {
    ask(namespace, "list", dentry);
    return dentry.inode.readdir();
  });
}

/** As `readdir`, each entry with its stat (not following links); entries that vanish meanwhile are left out. */
export function readdirStat(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
): MaybePromise<DirEntryStat[]> {
  return andThen(existing(caller, path, "follow"), (dentry) =>
    andThen(readdirAt(namespace, caller, dentry), (entries) => {
      const stats = entries.map(({ name }) => statEntry(dentry, name));
      const collect = (all: (Stat | undefined)[]): DirEntryStat[] =>
        entries.flatMap((entry, i) => (all[i] ? [{ ...entry, ino: all[i].ino, stat: all[i] }] : []));
      if (stats.some((value) => value instanceof Promise)) return Promise.all(stats).then(collect);
      return collect(stats as (Stat | undefined)[]);
    }),
  );
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
