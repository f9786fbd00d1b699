import { describe, expect, it } from "vitest";
import type { Caller } from "../dentry.ts";
import { buildLayer } from "../fs/memory/build-layer.ts";
import { MemoryFs } from "../fs/memory/memory-fs.ts";
import { OverlayFs } from "../fs/overlay/overlay-fs.ts";
import { MountNamespace } from "../mount-namespace.ts";

const LOWER = 5000;
const UPPER = 4000;

/** A directory of names from a layer, a hundred of which are deleted, and names of its own. */
function large(): { ns: MountNamespace; root: Caller } {
  const files = Object.fromEntries(Array.from({ length: LOWER }, (_, i) => [`/many/lower${i}`, ""]));
  const fs = new OverlayFs({ upper: new MemoryFs(), lowers: [buildLayer(files)] });
  const ns = new MountNamespace(fs);
  const root = ns.caller();
  for (let i = 0; i < 100; i++) ns.unlink(root, `/many/lower${i}`);
  for (let i = 0; i < UPPER; i++) ns.mkdir(root, `/many/upper${i}`);
  return { ns, root };
}

describe("listing a large directory", () => {
  it("in turns gives what listing at once gives", async () => {
    const { ns, root } = large();
    let pauses = 0;
    const turn = () => {
      pauses++;
      return Promise.resolve();
    };
    const entries = await ns.readdir(root, "/many", turn);
    expect(pauses).toBeGreaterThan(5);
    expect(entries).toHaveLength(LOWER - 100 + UPPER);
    expect(entries).toEqual(await ns.readdir(root, "/many"));
    const withStats = await ns.readdirStat(root, "/many", turn);
    expect(withStats.map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
  });

  it("does not wait where no turn ends", () => {
    const { ns, root } = large();
    expect(ns.readdir(root, "/many", () => undefined)).toHaveLength(LOWER - 100 + UPPER);
  });

  it("gives each name once, though names come and go meanwhile", async () => {
    const { ns, root } = large();
    let step = 0;
    const entries = await ns.readdir(root, "/many", async () => {
      ns.rmdir(root, `/many/upper${UPPER - ++step}`);
      ns.unlink(root, `/many/lower${LOWER - step}`);
      ns.mkdir(root, `/many/made${step}`);
    });
    const names = entries.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const stayed = (await ns.readdir(root, "/many")).map(({ name }) => name);
    const listed = new Set(names);
    expect(stayed.filter((name) => !name.startsWith("made") && !listed.has(name))).toEqual([]);
  });
});
