// Users and groups from /etc/passwd and /etc/group.

import type { Proc } from "@agentos/kernel/program";
import { readTextFile } from "./text-file.ts";

export interface User {
  name: string;
  uid: number;
  gid: number;
  gecos: string;
  home: string;
  shell: string;
}

export interface Group {
  name: string;
  gid: number;
  members: string[];
}

async function records(proc: Proc, path: string): Promise<string[][]> {
  const text = (await readTextFile(proc, path)) ?? "";
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

export async function readUsers(proc: Proc): Promise<User[]> {
  return (await records(proc, "/etc/passwd")).map(
    ([name = "", , uid, gid, gecos = "", home = "/", shell = ""]) => ({
      name,
      uid: Number(uid),
      gid: Number(gid),
      gecos,
      home,
      shell,
    }),
  );
}

export async function readGroups(proc: Proc): Promise<Group[]> {
  return (await records(proc, "/etc/group")).map(([name = "", , gid, members = ""]) => ({
    name,
    gid: Number(gid),
    members: members.split(",").filter((member) => member !== ""),
  }));
}

/** All groups a user is in, the primary one first. */
export function groupsOf(user: User, groups: readonly Group[]): number[] {
  const ids = groups.filter((group) => group.members.includes(user.name)).map((group) => group.gid);
  return [...new Set([user.gid, ...ids])];
}
