// Archives of ar. Source: ar(5): the common format with System V's table of long names, as GNU's binutils write it.

import { bytesFromLatin1, latin1FromBytes } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";

export const MAGIC = "!<arch>\n";
const HEADER_LENGTH = 60;
const LONGEST_SHORT_NAME = 15;
const LARGEST_TABLE = 1 << 24;
const NAME_TABLE = "//";
const SYMBOLS = new Set(["/", "/SYM64/"]);

export interface Member {
  /** One character per byte. */
  name: string;
  mtime: number;
  uid: number;
  gid: number;
  mode: number;
  size: number;
  /** Where the data is in its file. */
  offset: number;
}

export class ArError extends Error {}

async function textAt(proc: Proc, fd: number, offset: number, length: number): Promise<string> {
  const bytes = new Uint8Array(length);
  return latin1FromBytes(bytes.subarray(0, await proc.pread(fd, bytes, offset)));
}

/** The members of an archive, without symbol tables. @throws ArError */
export async function readMembers(proc: Proc, fd: number): Promise<Member[]> {
  if ((await textAt(proc, fd, 0, MAGIC.length)) !== MAGIC) throw new ArError("file format not recognized");
  const { size: end } = await proc.fstat(fd);
  const members: Member[] = [];
  let names = "";
  for (let at = MAGIC.length; at < end; ) {
    const header = await textAt(proc, fd, at, HEADER_LENGTH);
    if (header.length < HEADER_LENGTH || !header.endsWith("`\n")) throw new ArError("malformed archive");
    const number = (from: number, to: number, base = 10) =>
      Number.parseInt(header.slice(from, to), base) || 0;
    const size = number(48, 58);
    if (size < 0) throw new ArError("malformed archive");
    const raw = header.slice(0, 16).trimEnd();
    const offset = at + HEADER_LENGTH;
    if (raw === NAME_TABLE) {
      if (size > LARGEST_TABLE) throw new ArError("malformed archive");
      names = await textAt(proc, fd, offset, size);
    } else if (!SYMBOLS.has(raw)) {
      const name = nameOf(raw, names);
      members.push({
        name,
        mtime: number(16, 28),
        uid: number(28, 34),
        gid: number(34, 40),
        mode: number(40, 48, 8),
        size,
        offset,
      });
    }
    at = offset + size + (size % 2);
    const pause = proc.yield();
    if (pause) await pause;
  }
  return members;
}

function nameOf(raw: string, names: string): string {
  const long = /^\/(\d+)$/.exec(raw);
  if (!long) return raw.replace(/\/$/, "");
  const from = Number(long[1]);
  const to = names.indexOf("\n", from);
  return names.slice(from, to < 0 ? undefined : to).replace(/\/$/, "");
}

/** What comes before the first member: the magic, and the table if a name is long. */
export function encodeStart(members: readonly Member[]): {
  bytes: Uint8Array;
  nameOffsets: Map<Member, number>;
} {
  const nameOffsets = new Map<Member, number>();
  let table = "";
  for (const member of members) {
    if (member.name.length <= LONGEST_SHORT_NAME) continue;
    nameOffsets.set(member, table.length);
    table += `${member.name}/\n`;
  }
  if (table.length % 2 === 1) table += "\n";
  const header = table === "" ? "" : `${NAME_TABLE.padEnd(48)}${String(table.length).padEnd(10)}\`\n`;
  return { bytes: bytesFromLatin1(MAGIC + header + table), nameOffsets };
}

export function encodeHeader(member: Member, nameOffset: number | undefined): Uint8Array {
  const { name, mtime, uid, gid, mode, size } = member;
  const shown = nameOffset === undefined ? `${name}/` : `/${nameOffset}`;
  const fields = [
    shown.padEnd(16),
    String(mtime).padEnd(12),
    String(uid).padEnd(6),
    String(gid).padEnd(6),
    mode.toString(8).padEnd(8),
    String(size).padEnd(10),
  ];
  return bytesFromLatin1(`${fields.join("")}\`\n`);
}
