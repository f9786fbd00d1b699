import { isDirectory, isSymlink, isSysError, sysError } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { join } from "./paths.ts";

/** Which components must exist: all (-e), all but the last (-f), none (-m). */
export type Existence = "all" | "parents" | "none";

const MAX_LINKS = 40;

/** The absolute path without symbolic links, "." and "..". @throws ENOENT ENOTDIR ELOOP EACCES */
export async function canonicalize(
  proc: Proc,
  path: string,
  existence: Existence,
  followLinks = true,
): Promise<string> {
  if (path === "") throw sysError("ENOENT");
  const rest = path.split("/").reverse();
  const needsDirectory = path.endsWith("/");
  let at = path.startsWith("/") ? "/" : proc.cwd;
  let links = 0;
  while (rest.length > 0) {
    const part = rest.pop()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      at = at.replace(/\/[^/]*$/, "") || "/";
      continue;
    }
    const next = join(at, part);
    const last = rest.every((one) => one === "" || one === ".");
    const mode = await modeOf(proc, next);
    if (mode === undefined) {
      if (existence === "all" || (existence === "parents" && !last)) throw sysError("ENOENT");
    } else if (isSymlink(mode) && followLinks) {
      if (++links > MAX_LINKS) throw sysError("ELOOP");
      const target = await proc.readlink(next);
      rest.push(...target.split("/").reverse());
      if (target.startsWith("/")) at = "/";
      continue;
    } else if (existence === "all" && last && !followLinks && !needsDirectory) {
      await proc.stat(next);
    } else if (existence !== "none" && (!last || needsDirectory)) {
      const real = followLinks ? mode : (await proc.stat(next)).mode;
      if (!isDirectory(real)) throw sysError("ENOTDIR");
    }
    at = next;
  }
  return at;
}

async function modeOf(proc: Proc, path: string): Promise<number | undefined> {
  try {
    return (await proc.lstat(path)).mode;
  } catch (error) {
    if (isSysError(error, "ENOENT") || isSysError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}
