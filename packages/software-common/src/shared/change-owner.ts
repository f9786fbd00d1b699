// chown and chgrp: one act with two faces.

import { isDirectory, isSymlink } from "@agentos/kernel/abi";
import { type Proc, quoteName, stdout } from "@agentos/kernel/program";
import { forEachOperand } from "./operands.ts";
import { join } from "./paths.ts";

export interface OwnerChange {
  /** -1 leaves it. */
  uid: number;
  gid: number;
  /** As named by the user, for -v. */
  label: string;
  /** What is changed, in messages: "ownership" or "group". */
  noun: "ownership" | "group";
  recursive: boolean;
  /** Change what links point to. */
  dereference: boolean;
  /** Links to directories that -R enters: named ones (-H), all (-L), none (-P). */
  traverse: "H" | "L" | "P";
  verbose: boolean;
  changes: boolean;
  silent: boolean;
  /** Only files owned so (--from). */
  from?: { uid: number; gid: number };
}

export async function changeOwner(
  proc: Proc,
  change: OwnerChange,
  operands: readonly string[],
): Promise<number> {
  let below = 0;
  const status = await forEachOperand(
    proc,
    operands,
    (path) => `cannot access ${quoteName(path)}`,
    async (path) => {
      await (change.dereference ? proc.stat(path) : proc.lstat(path));
      below |= await visit(proc, change, path, true);
    },
  );
  return status | below;
}

async function visit(proc: Proc, change: OwnerChange, path: string, named: boolean): Promise<number> {
  const link = await proc.lstat(path);
  const enterLinks = change.traverse === "L" || (change.traverse === "H" && named);
  const stat = isSymlink(link.mode) && (change.dereference || enterLinks) ? await proc.stat(path) : link;
  let status = 0;
  if (change.recursive && isDirectory(stat.mode) && (!isSymlink(link.mode) || enterLinks)) {
    for (const { name } of await proc.readdir(path))
      status |= await visit(proc, change, join(path, name), false);
  }
  const { from } = change;
  if (from && ((from.uid >= 0 && from.uid !== stat.uid) || (from.gid >= 0 && from.gid !== stat.gid)))
    return status;
  const failed = await forEachOperand(
    proc,
    [path],
    (one) => `changing ${change.noun} of ${quoteName(one)}`,
    (one) => proc.chown(one, change.uid, change.gid, change.dereference),
  );
  const changed =
    (change.uid >= 0 && change.uid !== stat.uid) || (change.gid >= 0 && change.gid !== stat.gid);
  if (!failed && (change.verbose || (change.changes && changed))) {
    const name = quoteName(path);
    await stdout(proc).write(
      changed
        ? `changed ${change.noun} of ${name} to ${change.label}\n`
        : `${change.noun} of ${name} retained as ${change.label}\n`,
    );
  }
  return status | failed;
}
