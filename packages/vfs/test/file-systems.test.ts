import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildLayer,
  HostDirFs,
  MemoryFs,
  MountNamespace,
  NodeFsAdapter,
  OverlayFs,
  SqliteFs,
} from "@agentos/vfs";
import { createFsFromVolume, Volume } from "memfs";
import { Union } from "unionfs";
import { afterAll } from "vitest";
import { fileSystemSuite } from "./file-system-suite.ts";

const base = mkdtempSync(join(tmpdir(), "agentos-vfs-suite-"));
const databases: SqliteFs[] = [];
afterAll(() => {
  for (const database of databases) database.close();
  rmSync(base, { recursive: true, force: true });
});

fileSystemSuite("memory", () => new MemoryFs());
fileSystemSuite("a fork of a snapshot", () => MemoryFs.from(new MemoryFs().snapshot()));
fileSystemSuite("an overlay without lowers", () => new OverlayFs({ upper: new MemoryFs(), lowers: [] }));
fileSystemSuite("an overlay of an empty lower", () => {
  return new OverlayFs({ upper: new MemoryFs(), lowers: [buildLayer({})] });
});
fileSystemSuite("an overlay whose lower files are all removed", () => {
  const lower = buildLayer({ "/file": "lower", "/a": "lower", "/d/one/x": "lower", "/dir/file": "lower" });
  const fs = new OverlayFs({ upper: new MemoryFs(), lowers: [lower] });
  const ns = new MountNamespace(fs);
  const root = ns.caller();
  for (const path of ["/file", "/a", "/d/one/x", "/dir/file"]) ns.unlink(root, path);
  for (const path of ["/d/one", "/d", "/dir"]) ns.rmdir(root, path);
  return fs;
});
fileSystemSuite("an SQLite database", () => {
  const fs = new SqliteFs({ path: join(base, `${databases.length}.db`) });
  databases.push(fs);
  return fs;
});
fileSystemSuite(
  "a host directory",
  () => new HostDirFs({ directory: mkdtempSync(join(base, "host-")), readOnly: false }),
  { full: false },
);
fileSystemSuite("memfs", () => new NodeFsAdapter(createFsFromVolume(new Volume()) as object), {
  full: false,
});
fileSystemSuite(
  "memfs by promises alone",
  () => new NodeFsAdapter({ promises: createFsFromVolume(new Volume()).promises as object }),
  { full: false },
);
fileSystemSuite(
  "a unionfs union",
  () => new NodeFsAdapter(new Union().use(createFsFromVolume(new Volume()) as never) as object),
  { full: false },
);
