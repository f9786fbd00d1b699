import { isDirectory, sysError, X_OK } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { join } from "./paths.ts";

const DEFAULT_PATH = "/bin:/usr/bin";

/**
 * The file that execvp(3) would run: searched in PATH unless the name has a slash.
 * @throws ENOENT, or EACCES if only files without execute permission were found
 */
export async function findProgram(proc: Proc, name: string, path = proc.env.get("PATH")): Promise<string> {
  if (name.includes("/")) return name;
  let denied = false;
  for (const directory of (path ?? DEFAULT_PATH).split(":")) {
    const candidate = join(directory || ".", name);
    const stat = await proc.statIfExists(candidate);
    if (!stat || isDirectory(stat.mode)) continue;
    if (await proc.access(candidate, X_OK)) return candidate;
    denied = true;
  }
  throw sysError(denied ? "EACCES" : "ENOENT");
}
