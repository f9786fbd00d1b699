// A host's node_modules in a VM.

import { readdirSync, readlinkSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { isSysError } from "@agentos/kernel/abi";
import type { VmFiles } from "../files/app-file.ts";

export const NODE_MODULES = "/root/node_modules";

/**
 * Node looks for node_modules in every parent directory, so that a link in the root makes these found from everywhere.
 */
export async function exposeNodeModules({ namespace, caller }: VmFiles): Promise<void> {
  await namespace.chmod(caller, "/root", 0o711);
  try {
    await namespace.symlink(caller, NODE_MODULES.slice(1), "/node_modules");
  } catch (error) {
    if (!isSysError(error, "EEXIST")) throw error;
  }
}

/**
 * The pnpm store to which the links of a workspace's package lead, out of its own node_modules; nothing if they do
 * not. In the VM such a link still arrives at /node_modules/.pnpm, because ".." at the root stays at the root.
 */
export function packageStore(directory: string): Record<string, string> {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return {};
  for (const link of linksIn(directory)) {
    const [, store] = STORE.exec(link) ?? [];
    if (store !== undefined && !store.startsWith(`${directory}/`)) return { ".pnpm": store };
  }
  return {};
}

const STORE = /^(.*\/node_modules\/\.pnpm)\//;

/** The targets of the links to packages, scoped ones included. */
function* linksIn(directory: string): Iterable<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isSymbolicLink()) yield resolve(directory, readlinkSync(path));
    else if (entry.isDirectory() && entry.name.startsWith("@")) yield* linksIn(path);
  }
}
