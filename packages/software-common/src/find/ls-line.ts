import { isSymlink } from "@agentos/kernel/abi";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import type { Builder } from "./builder.ts";
import type { Visit } from "./expression.ts";
import { ownersOf } from "./owners.ts";

/** Lines of -ls: as `ls -dils` prints. */
export function lsLines(builder: Builder): (visit: Visit) => Promise<string> {
  const { proc } = builder;
  const owners = ownersOf(builder);
  return async ({ path, place, stat }) => {
    const target = isSymlink(stat.mode) ? ` -> ${await proc.readlink(place)}` : "";
    const fields = [
      String(stat.ino).padStart(9),
      String(Math.ceil(stat.blocks / 2)).padStart(6),
      modeString(stat.mode),
      String(stat.nlink).padStart(3),
      owners.user(stat.uid).padEnd(8),
      owners.group(stat.gid).padEnd(8),
      String(stat.size).padStart(8),
      formatTime(stat.mtimeNs, "%b %e %H:%M", proc.env.get("TZ")),
    ];
    return `${fields.join(" ")} ${path}${target}\n`;
  };
}
