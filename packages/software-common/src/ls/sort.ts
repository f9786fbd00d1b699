// The orders of ls: by name in byte order, or by a key with the name deciding ties.

import type { Stat } from "@agentos/kernel/abi";
import { compareVersions } from "../shared/version-compare.ts";

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

export function sortEntries(
  entries: Entry[],
  key: SortKey,
  time: TimeField,
  options: { reverse: boolean; directoriesFirst: boolean },
): void {
  const direction = options.reverse ? -1 : 1;
  if (key !== "none") {
    const compare = comparator(key, time);
    entries.sort((a, b) => direction * compare(a, b));
  }
  if (options.directoriesFirst) entries.sort((a, b) => Number(isDirectory(b)) - Number(isDirectory(a)));
}

const isDirectory = ({ stat, targetStat }: Entry): boolean =>
  ((targetStat ?? stat).mode & 0o170000) === 0o040000;

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
