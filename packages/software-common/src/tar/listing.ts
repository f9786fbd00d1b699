import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG } from "@agentos/kernel/abi";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import type { Member } from "./header.ts";

/** How and where members are listed: nothing, names (-t, -v), or all about them (-tv, -vv). */
export interface Listing {
  level: 0 | 1 | 2;
  zone: string | undefined;
  fullTime: boolean;
  numericOwner: boolean;
  write(text: string): Promise<void>;
}

/** Widths grow as wider members come by, as in GNU tar. */
const MIN_WIDTH = 19;

/** One line of the listing; "" if none is wanted. @param shown the name to show instead of the stored one */
export function describeMember(member: Member, listing: Listing, shown = member.path): string {
  const name = quotePath(member.type === S_IFDIR && !shown.endsWith("/") ? `${shown}/` : shown);
  if (listing.level === 0) return "";
  if (listing.level === 1) return `${name}\n`;
  const hardLink = member.type === S_IFREG && member.link !== undefined;
  const mode = modeString(member.type | member.mode);
  const numeric = listing.numericOwner;
  const owner = `${(numeric ? "" : member.user) || member.uid}/${(numeric ? "" : member.group) || member.gid}`;
  const device = member.type === S_IFCHR || member.type === S_IFBLK;
  const size = device ? `${Math.floor(member.rdev / 256)},${member.rdev % 256}` : String(member.size);
  const gap = " ".repeat(Math.max(1, MIN_WIDTH - owner.length - size.length));
  const time = formatTime(
    member.mtimeNs,
    listing.fullTime ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M",
    listing.zone,
  );
  const arrow =
    member.type === S_IFLNK
      ? ` -> ${quotePath(member.link!)}`
      : hardLink
        ? ` link to ${quotePath(member.link!)}`
        : "";
  return `${hardLink ? `h${mode.slice(1)}` : mode} ${owner}${gap}${size} ${time} ${name}${arrow}\n`;
}

const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\\": "\\\\",
  "\r": "\\r",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

const quotePath = (path: string): string =>
  path.replace(
    /[\x00-\x1f\x7f\\]/g,
    (char) => NAMED[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
