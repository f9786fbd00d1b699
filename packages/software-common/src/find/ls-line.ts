import { isSymlink } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import type { Visit } from "./expression.ts";

/** One line of -ls: as `ls -dils` prints. */
export async function lsLine(proc: Proc, { path, stat }: Visit): Promise<string> {
  const user = (await readUsers(proc)).find(({ uid }) => uid === stat.uid)?.name ?? String(stat.uid);
  const group = (await readGroups(proc)).find(({ gid }) => gid === stat.gid)?.name ?? String(stat.gid);
  const target = isSymlink(stat.mode) ? ` -> ${await proc.readlink(path)}` : "";
  const fields = [
    String(stat.ino).padStart(9),
    String(Math.ceil(stat.blocks / 2)).padStart(6),
    modeString(stat.mode),
    String(stat.nlink).padStart(3),
    user.padEnd(8),
    group.padEnd(8),
    String(stat.size).padStart(8),
    formatTime(stat.mtimeNs, "%b %e %H:%M", proc.env.get("TZ")),
  ];
  return `${fields.join(" ")} ${path}${target}\n`;
}
