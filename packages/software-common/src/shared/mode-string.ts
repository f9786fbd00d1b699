// "drwxr-xr-x" and the like, as ls and stat print them.

import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
} from "@agentos/kernel/abi";

const TYPE_LETTERS = new Map([
  [S_IFREG, "-"],
  [S_IFDIR, "d"],
  [S_IFLNK, "l"],
  [S_IFCHR, "c"],
  [S_IFBLK, "b"],
  [S_IFIFO, "p"],
  [S_IFSOCK, "s"],
]);

const TYPE_NAMES = new Map([
  [S_IFREG, "regular file"],
  [S_IFDIR, "directory"],
  [S_IFLNK, "symbolic link"],
  [S_IFCHR, "character special file"],
  [S_IFBLK, "block special file"],
  [S_IFIFO, "fifo"],
  [S_IFSOCK, "socket"],
]);

export function modeString(mode: number): string {
  const type = TYPE_LETTERS.get(mode & S_IFMT) ?? "?";
  return (
    type +
    triplet(mode >> 6, (mode & S_ISUID) !== 0, "s") +
    triplet(mode >> 3, (mode & S_ISGID) !== 0, "s") +
    triplet(mode, (mode & S_ISVTX) !== 0, "t")
  );
}

function triplet(bits: number, special: boolean, letter: string): string {
  const execute = (bits & 1) !== 0;
  const last = special ? (execute ? letter : letter.toUpperCase()) : execute ? "x" : "-";
  return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${last}`;
}

/** "regular empty file", "directory" …: stat's %F. */
export function fileTypeName(mode: number, size: number): string {
  if ((mode & S_IFMT) === S_IFREG && size === 0) return "regular empty file";
  return TYPE_NAMES.get(mode & S_IFMT) ?? "weird file";
}
