import { latin1ToOsString, type Proc } from "@agentos/kernel/program";
import { baseName } from "../shared/path-names.ts";
import type { FilePatch } from "./parse.ts";

/** Without so many components; the last one alone if no number was given. undefined if there are not so many. */
function stripped(name: string | undefined, strip: number | undefined): string | undefined {
  if (name === undefined || name === "/dev/null") return undefined;
  if (strip === undefined) return name;
  let rest = name;
  for (let i = 0; i < strip; i++) {
    const slash = rest.indexOf("/");
    if (slash < 0) return undefined;
    rest = rest.slice(slash).replace(/^\/+/, "");
  }
  return rest === "" ? undefined : rest;
}

const isUnsafe = (name: string): boolean => name.startsWith("/") || name.split("/").includes("..");

const components = (name: string): number => name.split("/").length;

/**
 * Which file a patch is for: of the old, the new and the index name those that exist; of these the one with the fewest
 * components, the shortest last component, the fewest characters. Source: GNU patch manual, "Merging with Patch",
 * and patch(1). "unsafe" is outside the working directory.
 */
export async function chooseName(
  proc: Proc,
  patch: FilePatch,
  strip: number | undefined,
): Promise<string | "unsafe" | undefined> {
  // Without -p, names that lead nowhere are tried as last components.
  const names = [patch.oldName, patch.newName, patch.indexName].map((name) => {
    const given = stripped(name, strip);
    return given !== undefined && strip === undefined ? baseName(given) : given;
  });
  const candidates = names.filter((name) => name !== undefined);
  const safe = candidates.filter((name) => !isUnsafe(name));
  if (safe.length === 0) return candidates.length === 0 ? undefined : "unsafe";
  const existing: string[] = [];
  for (const name of safe) if (await proc.statIfExists(latin1ToOsString(name))) existing.push(name);
  const from = existing.length > 0 ? existing : patch.creates ? safe : [];
  return from.sort(
    (a, b) => components(a) - components(b) || baseName(a).length - baseName(b).length || a.length - b.length,
  )[0];
}
