// The orders of ls: by name in byte order, or by a key with the name deciding ties.

import type { Stat } from "@agentos/kernel/abi";
import { S_IFDIR, S_IFMT } from "@agentos/kernel/abi";
import { compareVersions } from "../shared/version-compare.ts";
import { type Pause, sortIndexes } from "../sort/merge-sort.ts";

export type SortKey = "name" | "none" | "size" | "time" | "extension" | "version" | "width";

export interface Entry {
  name: string;
  stat: Stat;
  /** The path by which it was found. */
  path: string;
  /** Where a symbolic link points, for -l and -F. */
  target?: string;
  targetStat?: Stat;
}

export type TimeField = "mtimeNs" | "atimeNs" | "ctimeNs" | "birthtimeNs";

/** Sorts in place, pausing in between. */
export async function sortEntries(
  entries: Entry[],
  key: SortKey,
  time: TimeField,
  options: { reverse: boolean; directoriesFirst: boolean },
  pause: Pause,
): Promise<void> {
  const { directoriesFirst } = options;
  if (key === "none" && !directoriesFirst) return;
  const direction = options.reverse ? -1 : 1;
  const byKey = key === "none" ? () => 0 : comparator(key, time);
  const all = entries.slice();
  const order = await sortIndexes(
    all.length,
    (i, j) => {
      const [a, b] = [all[i]!, all[j]!];
      return (
        (directoriesFirst ? Number(isDirectory(b)) - Number(isDirectory(a)) : 0) || direction * byKey(a, b)
      );
    },
    pause,
  );
  for (let i = 0; i < order.length; i++) entries[i] = all[order[i]!]!;
}

const isDirectory = ({ stat, targetStat }: Entry): boolean =>
  ((targetStat ?? stat).mode & S_IFMT) === S_IFDIR;

function comparator(key: SortKey, time: TimeField): (a: Entry, b: Entry) => number {
  switch (key) {
    case "size":
      return (a, b) => b.stat.size - a.stat.size || byName(a, b);
    case "time":
      return (a, b) => compareBig(b.stat[time], a.stat[time]) || byName(a, b);
    case "extension":
      return (a, b) => compareText(extension(a.name), extension(b.name)) || byName(a, b);
    case "version":
      return (a, b) => compareVersions(a.name, b.name) || byName(a, b);
    case "width":
      return (a, b) => a.name.length - b.name.length || byName(a, b);
    default:
      return byName;
  }
}

const byName = (a: Entry, b: Entry): number => compareText(a.name, b.name);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compareBig = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function extension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot);
}
