// Names of backup files: file~ and file.~1~. Source: GNU coreutils, "Backup options".

import { isSysError } from "@agentos/kernel/abi";
import { type Proc, UsageError } from "@agentos/kernel/program";
import { baseName, directoryName } from "./path-names.ts";
import { join } from "./paths.ts";

export interface BackupPolicy {
  kind: "none" | "simple" | "numbered" | "existing";
  suffix: string;
}

const KINDS: Readonly<Record<string, BackupPolicy["kind"]>> = {
  none: "none",
  off: "none",
  simple: "simple",
  never: "simple",
  existing: "existing",
  nil: "existing",
  numbered: "numbered",
  t: "numbered",
};

export function backupPolicy(
  proc: Proc,
  options: { backup: string | true | undefined; simpleBackup: boolean; suffix: string | undefined },
): BackupPolicy {
  const suffix = options.suffix ?? proc.env.get("SIMPLE_BACKUP_SUFFIX") ?? "~";
  if (options.backup === undefined && !options.simpleBackup && options.suffix === undefined) {
    return { kind: "none", suffix };
  }
  const control =
    typeof options.backup === "string" ? options.backup : (proc.env.get("VERSION_CONTROL") ?? "existing");
  const kind = KINDS[control];
  if (kind === undefined) throw new UsageError(`invalid argument ‘${control}’ for ‘backup type’`);
  return { kind, suffix };
}

export async function existingNames(proc: Proc, path: string): Promise<string[]> {
  try {
    return (await proc.readdir(directoryName(path))).map(({ name }) => name);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

/** Where the present content of `path` goes. @param siblings the names in its directory */
export function backupName(policy: BackupPolicy, path: string, siblings: readonly string[]): string {
  const name = baseName(path);
  const numbers = siblings
    .filter((sibling) => sibling.startsWith(`${name}.~`) && /^\d+~$/.test(sibling.slice(name.length + 2)))
    .map((sibling) => Number(sibling.slice(name.length + 2, -1)));
  const numbered = policy.kind === "numbered" || (policy.kind === "existing" && numbers.length > 0);
  const suffix = numbered ? `.~${Math.max(0, ...numbers) + 1}~` : policy.suffix;
  return path.includes("/") ? join(directoryName(path), name + suffix) : name + suffix;
}
