import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type Bindings, dumpBindings } from "./bindings-dump.ts";

const major = process.versions.node.split(".")[0]!;
const table = new URL(`./approved-bindings-${major}.json`, import.meta.url);

// A failure means that this Node has a binding or function which nobody has looked at: decide whether it reaches the host,
// virtualize or deny it in src/guest, then add it to the table.
it("Node's internal bindings are those that were looked at", () => {
  expect(existsSync(table), `no approved table for Node ${major}`).toBe(true);
  const approved = JSON.parse(readFileSync(table, "utf8")) as Bindings;
  const unknown = Object.entries(dumpBindings()).flatMap(([name, members]) =>
    members.filter((member) => !approved[name]?.includes(member)).map((member) => `${name}.${member}`),
  );
  expect(unknown).toEqual([]);
});
