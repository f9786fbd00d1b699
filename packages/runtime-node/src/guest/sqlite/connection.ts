// A database of SQLite's in memory, and the file of the VM it stands for. SQLite's own way to files is shut: the native
// class is never given a name, and an authorizer denies what would open one. A change is written to the file when its
// transaction ends; what another process wrote is read before the next statement.

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

// Actions that the authorizer is asked for. Source: sqlite.org/c3ref/c_alter_table.html
const OK = 0;
const DENY = 1;
const PRAGMA = 19;
const READ = 20;
const SELECT = 21;
const ATTACH = 24;
const FUNCTION = 31;
const RECURSIVE = 33;

// The guest can change every prototype: what the authorizer calls is taken before.
const lower = Function.prototype.call.bind(String.prototype.toLowerCase) as (text: string) => string;
const later = setImmediate;

export class Connection {
  readonly native: NativeDatabase;
  readonly file: DatabaseFile | undefined;
  userAuthorizer: Authorizer | null = null;
  /** How often the content was replaced; a statement of an older one is prepared anew. */
  generation = 0;
  /** Whether a statement that was prepared since this was reset changes anything. */
  sawChange = false;
  /** Sessions follow the changes of one content and no other. */
  hasSessions = false;
  #isDirty = false;
  #isReadOnly: boolean;
  /** A statement of our own is running. */
  #isOwn = false;
  /** Why a statement was not authorized, if it was not. */
  #denial: string | undefined;

  constructor(native: NativeDatabase, file: DatabaseFile | undefined, isReadOnly: boolean) {
    this.native = native;
    this.file = file;
    this.#isReadOnly = isReadOnly;
  }

  open(): void {
    this.native.open();
    try {
      // SQLite's temporary files would be the host's.
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

  /** Rolls back what is open. */
  close(): void {
    this.native.close();
    this.#isDirty = false;
    this.hasSessions = false;
  }

  /** Runs what prepares or executes SQL; the error of what was not authorized says why. */
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

  /** Settings that lead to files of the host, or past what the database was opened for. */
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

  /** Gives the database another content. */
  #replace(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#own(() => this.native.deserialize(bytes));
    this.generation++;
  }

  deserialize(bytes: Uint8Array, options: { dbName: string } | undefined): void {
    this.#own(() => (options ? this.native.deserialize(bytes, options) : this.native.deserialize(bytes)));
    this.generation++;
    this.settle(true);
  }

  /** Before a statement: takes over what another process has written; if it only reads, perhaps a moment later. */
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

  /** After a statement: writes what has changed, once no transaction is open. @throws SQLITE_BUSY · SQLITE_FULL · … */
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

  /** The same for a statement that is still being stepped through. */
  settleLater(hasChanged: boolean): void {
    this.#isDirty ||= hasChanged;
    if (this.#isDirty) later(() => this.native.isOpen && this.settle(false));
  }
}

/** The second one tells and takes addresses of functions. */
const isNative = (name: string): boolean => name === "load_extension" || name === "fts3_tokenizer";
