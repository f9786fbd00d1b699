// An SQLite database in memory, and the file of the VM that it stands for. SQLite's own access to files is shut off:
// the native class is never given a name, and an authorizer denies what would open a file. A change is written to the
// file when its transaction ends; what another process has written is read before the next statement.

import type { DatabaseFile } from "./database-file.ts";
import { SQLITE, sqliteError } from "./sqlite-error.ts";

export type NativeStatement = Record<string, (...args: unknown[]) => unknown>;

/** Node's DatabaseSync. */
export interface NativeDatabase {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  readonly limits?: object;
  open(): void;
  close(): void;
  exec(sql: string): void;
  prepare(sql: string, options?: object): NativeStatement;
  location(name: string): string | null;
  serialize(name?: string): Uint8Array;
  deserialize(bytes: Uint8Array, options?: object): void;
  setAuthorizer(authorizer: Authorizer): void;
  createSession(options?: object): object;
  applyChangeset(changeset: Uint8Array, options?: object): boolean;
  function(...args: unknown[]): void;
  aggregate(name: string, options: object): void;
  enableDefensive?(on: boolean): void;
}

export type Authorizer = (action: number, ...details: (string | null)[]) => number;

// Actions about which the authorizer is asked. Source: sqlite.org/c3ref/c_alter_table.html
const OK = 0;
const DENY = 1;
const PRAGMA = 19;
const READ = 20;
const SELECT = 21;
const ATTACH = 24;
const FUNCTION = 31;
const RECURSIVE = 33;

// The guest can change every prototype, so the authorizer's functions are captured beforehand.
const lower = Function.prototype.call.bind(String.prototype.toLowerCase) as (text: string) => string;
const later = setImmediate;

export class Connection {
  readonly native: NativeDatabase;
  readonly file: DatabaseFile | undefined;
  userAuthorizer: Authorizer | null = null;
  /** How many times the content was replaced. A statement prepared for an older content is prepared anew. */
  generation = 0;
  /** Whether any statement prepared since this was reset changes something. */
  sawChange = false;
  /** A session follows the changes of one particular content only. */
  hasSessions = false;
  #isDirty = false;
  #isReadOnly: boolean;
  /** Whether a statement of our own is running. */
  #isOwn = false;
  /** Why the last statement was not authorized. */
  #denial: string | undefined;

  constructor(native: NativeDatabase, file: DatabaseFile | undefined, isReadOnly: boolean) {
    this.native = native;
    this.file = file;
    this.#isReadOnly = isReadOnly;
  }

  open(): void {
    this.native.open();
    try {
      // SQLite would create its temporary files on the host.
      this.native.exec("PRAGMA temp_store = MEMORY");
      this.native.setAuthorizer((action, ...details) => this.#authorize(action, details));
      if (this.file) {
        this.file.open(!this.#isReadOnly);
        this.#isReadOnly ||= !this.file.isWritable;
        this.#replace(this.file.read());
      }
      if (this.#isReadOnly) this.#setReadOnly(true);
    } catch (error) {
      this.native.close();
      throw error;
    }
  }

  /** Rolls back an open transaction. */
  close(): void {
    this.native.close();
    this.#isDirty = false;
    this.hasSessions = false;
  }

  /** Prepares or executes SQL. If that is not authorized, the error says why. */
  guard<T>(run: () => T): T {
    this.#denial = undefined;
    try {
      return run();
    } catch (error) {
      if (this.#denial) (error as Error).message += `: ${this.#denial}`;
      throw error;
    }
  }

  #authorize(action: number, details: readonly (string | null)[]): number {
    if (this.#isOwn) return OK;
    const first = details[0] ?? "";
    const second = details[1] ?? "";
    if (action === ATTACH && first !== ":memory:" && (first !== "" || details[0] === null)) {
      return this.#deny("in a VM a database cannot open the file of another");
    }
    if (action === FUNCTION && isNative(lower(second))) {
      return this.#deny("it deals in native code, which a VM does not load");
    }
    const isQuery = action === PRAGMA && details[1] === null;
    if (action === PRAGMA && !isQuery && this.#isFixed(lower(first))) {
      return this.#deny("in a VM this is fixed");
    }
    const isReading =
      isQuery || action === READ || action === SELECT || action === FUNCTION || action === RECURSIVE;
    if (!isReading) this.sawChange = true;
    return this.userAuthorizer ? this.userAuthorizer(action, ...details) : OK;
  }

  /** Whether a setting must not be changed: it leads to files of the host, or beyond what the database was opened for. */
  #isFixed(pragma: string): boolean {
    return (
      pragma === "temp_store" ||
      pragma === "temp_store_directory" ||
      pragma === "data_store_directory" ||
      (pragma === "query_only" && this.#isReadOnly)
    );
  }

  #deny(why: string): number {
    this.#denial = why;
    return DENY;
  }

  #own(run: () => void): void {
    this.#isOwn = true;
    try {
      run();
    } finally {
      this.#isOwn = false;
    }
  }

  #setReadOnly(on: boolean): void {
    this.#own(() => this.native.exec(`PRAGMA query_only = ${on ? 1 : 0}`));
  }

  /** Replaces the content of the database. */
  #replace(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#own(() => this.native.deserialize(bytes));
    this.generation++;
  }

  deserialize(bytes: Uint8Array, options: { dbName: string } | undefined): void {
    this.#own(() => (options ? this.native.deserialize(bytes, options) : this.native.deserialize(bytes)));
    this.generation++;
    this.settle(true);
  }

  /**
   * Before a statement: reads what another process has written; before one that only reads, this may be a moment out
   * of date.
   */
  refresh(onlyReads = false): void {
    const { file, native } = this;
    if (!file || this.#isDirty || this.hasSessions || !native.isOpen || native.isTransaction) return;
    if (!(onlyReads ? file.seemsCurrent : file.isCurrent)) this.#reload(file);
  }

  #reload(file: DatabaseFile): void {
    if (this.#isReadOnly) this.#setReadOnly(false);
    this.#replace(file.read());
    if (this.#isReadOnly) this.#setReadOnly(true);
  }

  /** After a statement: writes the changes, unless a transaction is open. @throws SQLITE_BUSY · SQLITE_FULL · … */
  settle(hasChanged: boolean): void {
    this.#isDirty ||= hasChanged;
    const { file, native } = this;
    if (!file || !this.#isDirty || native.isTransaction) return;
    this.#isDirty = false;
    if (this.#isReadOnly) return;
    if (file.isCurrent) file.write(native.serialize());
    else {
      this.#reload(file);
      throw sqliteError(SQLITE.BUSY, "another process has written it");
    }
  }

  /** The same after a statement whose rows are still being fetched. */
  settleLater(hasChanged: boolean): void {
    this.#isDirty ||= hasChanged;
    if (this.#isDirty) later(() => this.native.isOpen && this.settle(false));
  }
}

/** load_extension loads native code; the second function reveals and accepts addresses of functions. */
const isNative = (name: string): boolean => name === "load_extension" || name === "fts3_tokenizer";
