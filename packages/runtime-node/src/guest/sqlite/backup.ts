// backup() of node:sqlite: copies a database to another file. Source: node's doc/api/sqlite.md.

import type { KernelClient } from "../kernel-client.ts";
import type { DatabaseSync } from "./database.ts";
import { DatabaseFile } from "./database-file.ts";
import { invalidArgument, nameOf } from "./database-name.ts";

interface BackupOptions {
  source?: string;
  rate?: number;
  progress?: (progress: { totalPages: number; remainingPages: number }) => void;
}

const DEFAULT_RATE = 100;
/** The offset at which a database stores its page size. Source: sqlite.org/fileformat2.html, 1.3.2 */
const PAGE_SIZE_AT = 16;

export function createBackup(kernel: KernelClient) {
  /** @returns a promise of the number of pages */
  return function backup(source: DatabaseSync, path: unknown, options: BackupOptions = {}): Promise<number> {
    if (typeof source !== "object" || source === null) {
      throw invalidArgument('The "sourceDb" argument must be an object.');
    }
    const { path: target } = nameOf(path);
    const bytes = source.serialize(options.source ?? "main");
    return copy(kernel, bytes, target, options);
  };
}

async function copy(
  kernel: KernelClient,
  bytes: Uint8Array,
  target: string | undefined,
  { rate = DEFAULT_RATE, progress }: BackupOptions,
): Promise<number> {
  await undefined;
  const pageSize = (bytes[PAGE_SIZE_AT]! << 8) | bytes[PAGE_SIZE_AT + 1]! || 4096;
  const totalPages = Math.ceil(bytes.length / (pageSize === 1 ? 65_536 : pageSize));
  if (target !== undefined) {
    const file = new DatabaseFile(kernel, target);
    file.open(true);
    file.write(bytes);
  }
  for (let remainingPages = totalPages - rate; remainingPages > 0; remainingPages -= rate) {
    progress?.({ totalPages, remainingPages });
  }
  return totalPages;
}
