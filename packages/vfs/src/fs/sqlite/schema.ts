/** "AGFS" */
export const APPLICATION_ID = 0x41474653;
export const VERSION = 1;

/**
 * Names are bytes. A chunk's key is its inode's number · 2²⁴ + its place in the file; it holds the bytes from its
 * start to the last one written, so that holes and the ends of files take no space. Times are nanoseconds.
 */
export const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
  CREATE TABLE inodes (
    ino INTEGER PRIMARY KEY,
    mode INTEGER NOT NULL,
    nlink INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    gid INTEGER NOT NULL,
    rdev INTEGER NOT NULL,
    size INTEGER NOT NULL,
    blocks INTEGER NOT NULL,
    atime INTEGER NOT NULL,
    mtime INTEGER NOT NULL,
    ctime INTEGER NOT NULL,
    birthtime INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    target BLOB
  ) STRICT;
  CREATE TABLE entries (
    parent INTEGER NOT NULL,
    name BLOB NOT NULL,
    ino INTEGER NOT NULL,
    type INTEGER NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE chunks (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE INDEX unnamed ON inodes (ino) WHERE nlink = 0;
`;
