import { type DirEntry, decode, encode } from "../../abi/index.ts";
import type { HostDatabase, StatementSync } from "./host-database.ts";

/** The names in directories. */
export class EntryTable {
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #any: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  constructor(db: HostDatabase) {
    this.#get = db.prepare("SELECT ino FROM entries WHERE parent = ? AND name = ?");
    this.#list = db.prepare("SELECT name, ino, type FROM entries WHERE parent = ? ORDER BY name");
    this.#any = db.prepare("SELECT 1 FROM entries WHERE parent = ? LIMIT 1");
    this.#put = db.prepare("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)");
    this.#delete = db.prepare("DELETE FROM entries WHERE parent = ? AND name = ?");
  }

  get(parent: number, name: string): number | undefined {
    return (this.#get.get(parent, encode(name)) as { ino: number } | undefined)?.ino;
  }

  list(parent: number): DirEntry[] {
    const rows = this.#list.all(parent) as unknown as { name: Uint8Array; ino: number; type: number }[];
    return rows.map(({ name, ino, type }) => ({ name: decode(name), ino, type }));
  }

  isEmpty(parent: number): boolean {
    return this.#any.get(parent) === undefined;
  }

  put(parent: number, name: string, ino: number, type: number): void {
    this.#put.run(parent, encode(name), ino, type);
  }

  delete(parent: number, name: string): void {
    this.#delete.run(parent, encode(name));
  }
}
