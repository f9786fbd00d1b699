import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildLayer,
  HostDirFs,
  type LayerFiles,
  MemoryFs,
  MountNamespace,
  NodeFsAdapter,
  type NodeFsLike,
  OverlayFs,
  SqliteFs,
} from "@agentos/vfs";
import fc from "fast-check";
import { createFsFromVolume, Volume } from "memfs";
import { afterAll, expect, it } from "vitest";
import { HostSubject } from "./host-subject.ts";
import { NamespaceSubject } from "./namespace-subject.ts";
import { type Operation, operations, runAll } from "./operations.ts";

// The same random operations on a real directory and on ours: every result, errno and final tree must agree.

const base = mkdtempSync(join(tmpdir(), "agentos-vfs-"));
afterAll(() => rmSync(base, { recursive: true, force: true }), 60_000);

let runs = 0;
function host(): HostSubject {
  return new HostSubject(join(base, String(runs++)));
}

const lower = {
  "/a/": {},
  "/a/b": "lower b",
  "/a/c/": {},
  "/a/c/a": "deep",
  "/b": "lower file",
  "/c": { symlink: "a" },
};

function layer(files: LayerFiles) {
  return buildLayer(Object.fromEntries(Object.entries(files).map(([path, entry]) => [`/top${path}`, entry])));
}

const makers = {
  memory: () => new MemoryFs({ root: { mode: 0o755 } }),
  "an overlay of empty lowers": () => new OverlayFs({ upper: new MemoryFs(), lowers: [buildLayer({})] }),
  "a fork of an overlay": () =>
    OverlayFs.from(new OverlayFs({ upper: new MemoryFs(), lowers: [buildLayer({})] }).snapshot()),
};

for (const [name, make] of Object.entries(makers)) {
  it(`${name} answers like the host's file system`, () => {
    fc.assert(
      fc.property(operations, (list) => {
        const real = host();
        const ours = new NamespaceSubject(new MountNamespace(make()));
        expect(runAll(ours, list)).toEqual(runAll(real, list));
      }),
      { numRuns: 500 },
    );
  });
}

it("an SQLite database answers like the host's file system, also after it was opened again", () => {
  const path = join(base, "files.db");
  let fs = new SqliteFs({ path });
  fc.assert(
    fc.property(operations, operations, (first, second) => {
      const real = host();
      const top = `/${runs++}`;
      new MountNamespace(fs).mkdir(new MountNamespace(fs).caller(), top, 0o755);
      const open = () => new NamespaceSubject(new MountNamespace(fs), `${top}/top`);
      expect(runAll(open(), first)).toEqual(runAll(real, first));
      if (runs % 10 === 0) {
        fs.close();
        fs = new SqliteFs({ path });
      }
      expect(runAll(open(), second)).toEqual(runAll(real, second));
    }),
    { numRuns: 100 },
  );
  fs.close();
});

it("an overlay of populated lowers answers like the host's file system", () => {
  fc.assert(
    fc.property(operations, (list) => {
      const real = host();
      real.populate(lower);
      const overlay = new OverlayFs({
        upper: new MemoryFs(),
        lowers: [layer({ "/a/b": "lower b", "/c": { symlink: "a" } }), layer({ ...lower, "/a/b": "hidden" })],
      });
      const ours = new NamespaceSubject(new MountNamespace(overlay));
      expect(runAll(ours, list)).toEqual(runAll(real, list));
    }),
    { numRuns: 1000 },
  );
});

// A guest shall not leave set-ID programs on the host: host directories drop those bits.
function withoutSetIds(list: Operation[]): Operation[] {
  return list.map((each) => (each.op === "chmod" ? { ...each, mode: each.mode & 0o1777 } : each));
}

it("a mounted host directory answers like the host itself", () => {
  fc.assert(
    fc.property(operations.map(withoutSetIds), (list) => {
      const real = host();
      const directory = join(base, `mounted-${runs++}`);
      mkdirSync(directory, 0o755);
      const namespace = new MountNamespace(new HostDirFs({ directory, readOnly: false }));
      expect(runAll(new NamespaceSubject(namespace), list)).toEqual(runAll(real, list));
    }),
    { numRuns: 200 },
  );
});

// What memfs 4 itself does differently from Linux:
// - rename(2) and link(2) of a symbolic link act on what it names, so links and these two are not mixed.
// - It refuses root what the owner's permission bits refuse, so nobody loses the owner's.
function withoutMemfsDeviations(list: Operation[]): Operation[] {
  const hasLinks = list.some(({ op }) => op === "symlink");
  const kept = hasLinks ? list.filter(({ op }) => op !== "rename" && op !== "link") : list;
  return kept.map((each) => (each.op === "chmod" ? { ...each, mode: each.mode | 0o700 } : each));
}

it("memfs through the adapter answers like the host's file system", () => {
  fc.assert(
    fc.property(operations, (all) => {
      const list = withoutMemfsDeviations(all);
      const real = host();
      const driver = createFsFromVolume(new Volume());
      const namespace = new MountNamespace(new NodeFsAdapter(driver as unknown as NodeFsLike));
      expect(runAll(new NamespaceSubject(namespace), list)).toEqual(runAll(real, list));
    }),
    { numRuns: 300 },
  );
});

it("an overlay over a snapshot answers like a fork of it, hard links and all", () => {
  fc.assert(
    fc.property(operations, operations, (first, second) => {
      const lower = new MemoryFs();
      runAll(new NamespaceSubject(new MountNamespace(lower)), first);
      const snapshot = lower.snapshot();
      const fork = new NamespaceSubject(new MountNamespace(MemoryFs.from(snapshot)));
      const overlay = new OverlayFs({ upper: new MemoryFs(), lowers: [snapshot] });
      const ours = new NamespaceSubject(new MountNamespace(overlay));
      expect(runAll(ours, second)).toEqual(runAll(fork, second));
      const again = new NamespaceSubject(new MountNamespace(OverlayFs.from(overlay.snapshot())));
      expect(runAll(again, first)).toEqual(runAll(fork, first));
    }),
    { numRuns: 500 },
  );
});

it("a snapshot stays as it was while its source and its forks change", () => {
  fc.assert(
    fc.property(operations, operations, operations, (first, second, third) => {
      const source = new OverlayFs({ upper: new MemoryFs(), lowers: [layer(lower)] });
      const ours = new NamespaceSubject(new MountNamespace(source));
      runAll(ours, first);
      const before = ours.tree();
      const snapshot = source.snapshot();
      const fork = new NamespaceSubject(new MountNamespace(OverlayFs.from(snapshot)));
      const expected = new NamespaceSubject(
        new MountNamespace(new OverlayFs({ upper: new MemoryFs(), lowers: [layer(lower)] })),
      );
      runAll(ours, second);
      expect(new NamespaceSubject(new MountNamespace(snapshot)).tree()).toEqual(before);
      expect(fork.tree()).toEqual(before);
      runAll(expected, first);
      expect(runAll(fork, third)).toEqual(runAll(expected, third));
      expect(new NamespaceSubject(new MountNamespace(snapshot)).tree()).toEqual(before);
    }),
    { numRuns: 500 },
  );
});
