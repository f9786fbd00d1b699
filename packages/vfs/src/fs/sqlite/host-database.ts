// A node:sqlite database for the exclusive use of this file system. In WAL mode, a commit survives the end of the
// process and, after `sync`, of the machine. SQLite's own lock keeps others from opening it.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type ErrnoCode, errorCode, sysError } from "../../abi/index.ts";
import { toSyscallError } from "../node-errors.ts";
import { APPLICATION_ID, SCHEMA, VERSION } from "./schema.ts";

/**
 * Measured with chunks of 64 KiB: writes are twice as fast as with pages of 4 KiB; with 16 KiB, small commits become
 * slower.
 */
const PAGE = 8192;
const CHECKPOINT_PAGES = (16 * 2 ** 20) / PAGE;
const CACHE_KIB = 8192;
/**
 * How much of the host's disk must stay free: for the log to grow, and for removals, which need space before they free
 * any.
 */
const DISK_RESERVE = 2 * CHECKPOINT_PAGES * PAGE;
/** How many pages removals may use beyond the limit, so that files can be removed from a full file system. */
const RESERVE_PAGES = 64;
const MAX_PAGES = 2 ** 32 - 2;

export interface DatabaseOptions {
  readOnly: boolean;
  /** The largest size of the database file, in bytes. */
  maxBytes: number | undefined;
}

export type { StatementSync };

export class HostDatabase {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #maxPages: number;
  readonly #pageCount: StatementSync;
  readonly #freePages: StatementSync;
  readonly #limited: boolean;

  /** @throws ENOENT EACCES · EBUSY someone else has it open · EINVAL it is not a database of this file system */
  constructor(path: string, { readOnly, maxBytes }: DatabaseOptions) {
    this.#path = path;
    this.#limited = maxBytes !== undefined;
    this.#maxPages = Math.min(MAX_PAGES, Math.floor((maxBytes ?? Number.POSITIVE_INFINITY) / PAGE));
    if (readOnly && !existsSync(path)) throw sysError("ENOENT");
    this.#db = openDatabase(path);
    try {
      translating(() => this.#prepare());
      this.#pageCount = this.prepare("PRAGMA page_count");
      this.#freePages = this.prepare("PRAGMA freelist_count");
      this.#capAt(this.#maxPages);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #prepare(): void {
    const db = this.#db;
    db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = ${PAGE};`);
    const { application_id: id } = db.prepare("PRAGMA application_id").get() as { application_id: number };
    const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
    const { tables } = db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() as { tables: number };
    const isNew = id === 0 && tables === 0;
    if (!isNew && (id !== APPLICATION_ID || version !== VERSION)) throw sysError("EINVAL");
    db.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB};
       PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${2 * CHECKPOINT_PAGES * PAGE};`,
    );
    if (!isNew) return;
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT; PRAGMA wal_checkpoint(TRUNCATE);`);
    flush(dirname(this.#path));
  }

  prepare(sql: string): StatementSync {
    return this.#db.prepare(sql);
  }

  /** Runs all of `run` or nothing. `removes`: it frees space, and may use a little beyond the limit to do so. */
  transaction(run: () => void, removes = false): void {
    try {
      this.#attempt(run);
    } catch (error) {
      if (!removes || !isFull(error)) throw toSysError(error);
      this.#emptyLog();
      this.#capAt(this.#maxPages + RESERVE_PAGES);
      try {
        translating(() => this.#attempt(run));
      } finally {
        this.#capAt(this.#maxPages);
      }
    }
  }

  #attempt(run: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      run();
      this.#db.exec("COMMIT");
    } catch (error) {
      // SQLite itself has already rolled back after some errors, such as a full disk.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Writes the log's pages to the database, in which most of them already have a place. */
  #emptyLog(): void {
    try {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      if (!isFull(error)) throw toSysError(error);
    }
  }

  #capAt(pages: number): void {
    if (this.#limited) this.#db.exec(`PRAGMA max_page_count = ${Math.max(1, pages)}`);
  }

  /** Bytes in total and free, considering the limit and the host's disk; and those free on the disk. */
  space(): { total: number; free: number; onDisk: number } {
    const { page_count: pages } = this.#pageCount.get() as { page_count: number };
    const { freelist_count: unused } = this.#freePages.get() as { freelist_count: number };
    const used = (pages - unused) * PAGE;
    const onDisk = freeOnDisk(dirname(this.#path)) - DISK_RESERVE + unused * PAGE;
    const free = Math.max(0, Math.min(this.#maxPages * PAGE - used, onDisk));
    return { total: used + free, free, onDisk };
  }

  /** Waits until what was committed is on the disk. */
  sync(): void {
    const log = `${this.#path}-wal`;
    if (existsSync(log)) translating(() => flush(log));
  }

  close(): void {
    translating(() => this.#db.close());
  }
}

/** SQLite says "cannot open" for many reasons; the error of the host says more. */
function openDatabase(path: string): DatabaseSync {
  const { R_OK, W_OK, X_OK } = constants;
  translating(() => accessSync(`${dirname(path)}/.`, W_OK | X_OK));
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw sysError("EISDIR");
  if (found) translating(() => accessSync(path, R_OK | W_OK));
  const sqlite = process.getBuiltinModule("node:sqlite");
  return translating(() => new sqlite.DatabaseSync(path, { timeout: 0 }));
}

/** fsync(2) by name. Never on the database itself: closing a second descriptor of it would release SQLite's lock. */
function flush(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Free bytes; 0 if the directory is gone. */
function freeOnDisk(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return 0;
    throw toSyscallError(error);
  }
}

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const ERRORS: Record<number, ErrnoCode> = {
  3: "EACCES",
  5: "EBUSY",
  6: "EBUSY",
  7: "ENOMEM",
  8: "EROFS",
  13: "ENOSPC",
  14: "ENOENT",
  23: "EACCES",
  26: "EINVAL",
};

function resultCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : undefined;
}

const isFull = (error: unknown): boolean => resultCode(error) === 13;

function toSysError(error: unknown): unknown {
  const { code } = error as { code?: string };
  const result = resultCode(error);
  if (result !== undefined) return sysError(ERRORS[result] ?? "EIO");
  // The database was closed: the file system is no longer usable.
  if (code === "ERR_INVALID_STATE") return sysError("EIO");
  return code?.startsWith("ERR_") ? error : toSyscallError(error);
}

function translating<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toSysError(error);
  }
}
