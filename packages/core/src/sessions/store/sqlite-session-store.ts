import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ConfigError } from "../../errors.ts";
import { SessionConflictError, UnknownSessionError } from "../session-errors.ts";
import type { SessionEvent } from "./session-events.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS session_events (
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (session, seq)
  ) STRICT, WITHOUT ROWID;
`;

// https://sqlite.org/rescode.html: SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_FOREIGNKEY
const PRIMARY_KEY_TAKEN = 1555;
const FOREIGN_KEY_MISSING = 787;

/** Keeps sessions in an SQLite file of the host, which outlives the process. Nothing stored is lost when it is killed. */
export class SqliteSessionStore implements SessionStore, Disposable {
  readonly #database: DatabaseSync;
  readonly #statements: Record<
    "put" | "get" | "list" | "delete" | "append" | "events" | "last",
    StatementSync
  >;

  /**
   * @param path the file, created if it does not exist; ":memory:" for no file
   * @throws ConfigError it cannot be opened
   */
  constructor(path: string) {
    this.#database = open(path);
    const prepare = (sql: string) => this.#database.prepare(sql);
    this.#statements = {
      put: prepare(
        "INSERT INTO sessions VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
      ),
      get: prepare("SELECT record AS json FROM sessions WHERE id = ?"),
      list: prepare("SELECT record AS json FROM sessions ORDER BY created_at, rowid"),
      delete: prepare("DELETE FROM sessions WHERE id = ?"),
      append: prepare("INSERT INTO session_events VALUES (?, ?, ?)"),
      events: prepare(
        "SELECT event AS json FROM session_events WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?",
      ),
      last: prepare("SELECT coalesce(max(seq), 0) AS seq FROM session_events WHERE session = ?"),
    };
  }

  putSession(session: StoredSession): void {
    this.#statements.put.run(session.sessionId, session.createdAt, JSON.stringify(session));
  }

  getSession(sessionId: string): StoredSession | undefined {
    const row = this.#statements.get.get(sessionId);
    return row && parse(row);
  }

  listSessions(): StoredSession[] {
    return this.#statements.list.all().map((row) => parse<StoredSession>(row));
  }

  deleteSession(sessionId: string): void {
    this.#statements.delete.run(sessionId);
  }

  appendEvent(event: SessionEvent): void {
    const { sessionId, seq } = event;
    try {
      this.#statements.append.run(sessionId, seq, JSON.stringify(event));
    } catch (error) {
      const { errcode } = error as { errcode?: number };
      if (errcode === PRIMARY_KEY_TAKEN) throw new SessionConflictError(sessionId, seq, { cause: error });
      if (errcode === FOREIGN_KEY_MISSING) throw new UnknownSessionError(sessionId);
      throw error;
    }
  }

  getEvents(sessionId: string, after: number, limit: number): SessionEvent[] {
    return this.#statements.events.all(sessionId, after, limit).map((row) => parse<SessionEvent>(row));
  }

  lastSeq(sessionId: string): number {
    return Number(this.#statements.last.get(sessionId)?.seq);
  }

  close(): void {
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function open(path: string): DatabaseSync {
  // Loaded only when needed: Node 24 prints a warning about it.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  try {
    const database = new DatabaseSync(path);
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    const message = `SqliteSessionStore: ${JSON.stringify(path)}: ${(error as Error).message}`;
    throw new ConfigError("path", message, { cause: error });
  }
}

function parse<T>(row: Record<string, unknown>): T {
  return JSON.parse(row.json as string) as T;
}
