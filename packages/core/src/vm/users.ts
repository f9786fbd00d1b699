// The accounts of the VM that the app may name.

import { ConfigError } from "../errors.ts";

export interface VmUser {
  name: string;
  uid: number;
  gid: number;
  groups: readonly number[];
  home: string;
  shell: string;
}

/** An account of /etc/passwd, by name or number. @throws ConfigError */
export function findUser(passwd: string, name: string): VmUser {
  for (const line of passwd.split("\n")) {
    const [login, , uid, gid, , home, shell] = line.split(":");
    if (login !== undefined && shell !== undefined && (login === name || uid === name)) {
      return { name: login, uid: Number(uid), gid: Number(gid), groups: [Number(gid)], home: home!, shell };
    }
  }
  throw new ConfigError(
    "user",
    `AgentOs.create: option \`user\`: the VM has no user ${JSON.stringify(name)}`,
  );
}
