// Node's DatabaseSync on files of the VM. Source: node's doc/api/sqlite.md.

import type { KernelClient } from "../kernel-client.ts";
import { type Authorizer, Connection, type NativeDatabase } from "./connection.ts";
import { DatabaseFile } from "./database-file.ts";
import { invalidArgument, nameOf } from "./database-name.ts";
import { STATEMENT_KEY, StatementSync } from "./statement.ts";
import { SQLTagStore } from "./tag-store.ts";

type NativeClass = new (path: string, options: object) => NativeDatabase;

export type DatabaseSync = InstanceType<ReturnType<typeof createDatabaseClass>>;

export function createDatabaseClass(Native: NativeClass, kernel: KernelClient) {
  return class DatabaseSync {
    readonly #connection: Connection;

    constructor(path: unknown, options: unknown = {}) {
      const name = nameOf(path);
      if (flagOf(options, "allowExtension", false)) throw noExtensions();
      const isOpen = flagOf(options, "open", true);
      const isReadOnly = flagOf(options, "readOnly", name.isReadOnly);
      const native = new Native(":memory:", {
        ...(options as object),
        open: false,
        readOnly: false,
        allowExtension: false,
      });
      const file = name.path === undefined ? undefined : new DatabaseFile(kernel, name.path);
      this.#connection = new Connection(native, file, isReadOnly);
      const getters: Record<string, () => unknown> = {
        isOpen: () => native.isOpen,
        isTransaction: () => native.isTransaction,
        limits: () => native.limits,
      };
      for (const [key, get] of Object.entries(getters)) {
        if (key in native) Object.defineProperty(this, key, { get, enumerable: true, configurable: true });
      }
      Object.defineProperty(this, Symbol.for("sqlite-type"), { value: "node:sqlite", enumerable: true });
      if (isOpen) this.#connection.open();
    }

    open(): void {
      this.#connection.open();
    }

    close(): void {
      this.#connection.close();
    }

    [Symbol.dispose](): void {
      if (this.#connection.native.isOpen) this.close();
    }

    exec(sql: string): void {
      const connection = this.#connection;
      connection.refresh();
      connection.sawChange = false;
      try {
        connection.guard(() => connection.native.exec(sql));
      } finally {
        if (connection.native.isOpen) connection.settle(connection.sawChange);
      }
    }

    prepare(sql: string, options?: object): StatementSync {
      return new StatementSync(STATEMENT_KEY, this.#connection, sql, options);
    }

    createTagStore(capacity?: number): SQLTagStore {
      return new SQLTagStore(this as unknown as DatabaseSync, capacity);
    }

    location(name = "main"): string | null {
      const location = this.#connection.native.location(name);
      return name === "main" ? (this.#connection.file?.path ?? null) : location;
    }

    function(...args: unknown[]): void {
      this.#connection.native.function(...args);
    }

    aggregate(name: string, options: object): void {
      this.#connection.native.aggregate(name, options);
    }

    createSession(options?: object): object {
      const { native } = this.#connection;
      const session = options === undefined ? native.createSession() : native.createSession(options);
      this.#connection.hasSessions = true;
      return session;
    }

    applyChangeset(changeset: Uint8Array, options?: object): boolean {
      const { native } = this.#connection;
      this.#connection.refresh();
      try {
        return options === undefined
          ? native.applyChangeset(changeset)
          : native.applyChangeset(changeset, options);
      } finally {
        if (native.isOpen) this.#connection.settle(true);
      }
    }

    setAuthorizer(authorizer: Authorizer | null): void {
      if (authorizer !== null && typeof authorizer !== "function") {
        const error = new TypeError('The "callback" argument must be a function or null.');
        throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
      }
      this.#connection.userAuthorizer = authorizer;
    }

    serialize(name?: string): Uint8Array {
      this.#connection.refresh();
      return name === undefined
        ? this.#connection.native.serialize()
        : this.#connection.native.serialize(name);
    }

    deserialize(bytes: Uint8Array, options?: { dbName?: string }): void {
      // Read before: no code of the guest may run while the content is being replaced.
      const dbName = options?.dbName;
      this.#connection.deserialize(bytes, dbName === undefined ? undefined : { dbName });
    }

    enableDefensive(on: boolean): void {
      this.#connection.native.enableDefensive?.(on);
    }

    enableLoadExtension(on: boolean): void {
      if (on) throw noExtensions();
    }

    loadExtension(): void {
      throw noExtensions();
    }
  };
}

function flagOf(options: unknown, name: string, otherwise: boolean): boolean {
  if (typeof options !== "object" || options === null) {
    throw invalidArgument('The "options" argument must be an object.');
  }
  const value = (options as Record<string, unknown>)[name];
  if (value !== undefined && typeof value !== "boolean") {
    throw invalidArgument(`The "options.${name}" argument must be a boolean.`);
  }
  return value ?? otherwise;
}

function noExtensions(): Error {
  const text =
    "SQLite's extensions are not available in a VM: they are native code; use function() and aggregate()";
  return Object.assign(new Error(text), { code: "ERR_ACCESS_DENIED" });
}
