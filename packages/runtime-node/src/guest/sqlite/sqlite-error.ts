/** Result codes of SQLite and their texts. Source: sqlite.org/rescode.html, sqlite3_errstr(). */
export const SQLITE = { BUSY: 5, READONLY: 8, IOERR: 10, FULL: 13, CANTOPEN: 14 } as const;

const TEXTS: Readonly<Record<number, string>> = {
  5: "database is locked",
  8: "attempt to write a readonly database",
  10: "disk I/O error",
  13: "database or disk is full",
  14: "unable to open database file",
};

export function sqliteError(errcode: number, reason = ""): Error {
  const errstr = TEXTS[errcode]!;
  const error = new Error(reason ? `${errstr}: ${reason}` : errstr);
  return Object.assign(error, { code: "ERR_SQLITE_ERROR", errcode, errstr });
}
