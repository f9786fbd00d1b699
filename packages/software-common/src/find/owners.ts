import { readGroups, readUsers } from "../shared/accounts.ts";
import type { Builder } from "./builder.ts";

export interface Owners {
  user(uid: number): string;
  group(gid: number): string;
}

/** The names of owners, read once before the walk; a number for an unknown one. */
export function ownersOf({ proc, atStart }: Builder): Owners {
  const users = new Map<number, string>();
  const groups = new Map<number, string>();
  atStart(async () => {
    for (const { uid, name } of await readUsers(proc)) users.set(uid, name);
    for (const { gid, name } of await readGroups(proc)) groups.set(gid, name);
  });
  return {
    user: (uid) => users.get(uid) ?? String(uid),
    group: (gid) => groups.get(gid) ?? String(gid),
  };
}
