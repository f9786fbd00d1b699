// DatabaseSync.createTagStore(): a cache of prepared statements by text, from which the least recently used are
// evicted.

import type { DatabaseSync } from "./database.ts";
import type { StatementSync } from "./statement.ts";

const DEFAULT_CAPACITY = 1000;

type Strings = readonly string[];

export class SQLTagStore {
  readonly db: DatabaseSync;
  readonly capacity: number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, capacity = DEFAULT_CAPACITY) {
    this.db = db;
    this.capacity = capacity;
  }

  get size(): number {
    return this.#statements.size;
  }

  #statement(strings: Strings): StatementSync {
    const sql = strings.join("?");
    const known = this.#statements.get(sql) ?? this.db.prepare(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, known);
    if (this.#statements.size > this.capacity) {
      this.#statements.delete(this.#statements.keys().next().value as string);
    }
    return known;
  }

  run(strings: Strings, ...values: unknown[]): object {
    return this.#statement(strings).run(...values);
  }

  get(strings: Strings, ...values: unknown[]): object | undefined {
    return this.#statement(strings).get(...values);
  }

  all(strings: Strings, ...values: unknown[]): object[] {
    return this.#statement(strings).all(...values);
  }

  iterate(strings: Strings, ...values: unknown[]): Iterator<object> {
    return this.#statement(strings).iterate(...values);
  }

  clear(): void {
    this.#statements.clear();
  }
}
