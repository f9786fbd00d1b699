// node:sqlite: Node's own SQLite, with databases in memory that stand for files of the VM.

import type { NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import { createBackup } from "./backup.ts";
import { createDatabaseClass } from "./database.ts";
import { StatementSync } from "./statement.ts";

export function installSqlite(node: NodeInternals, kernel: KernelClient): void {
  const binding = node.binding("sqlite");
  const { constants, Session } = binding;
  const Native = binding.DatabaseSync as Parameters<typeof createDatabaseClass>[0];
  const DatabaseSync = createDatabaseClass(Native, kernel);
  const backup = createBackup(kernel);
  Object.assign(binding, { DatabaseSync, StatementSync, backup });
  node.provideModule("sqlite", { DatabaseSync, StatementSync, Session, constants, backup });
}
