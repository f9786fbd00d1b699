// process.binding: answers what old programs still ask of Node's internals there, as plain data that leads no further.

import type { NodeInternals } from "../internals.ts";

type Numbers = Readonly<Record<string, number>>;

/** @throws for all other names, as Node does for a binding that does not exist */
export function oldBinding(node: NodeInternals, name: unknown): object {
  if (name === "natives") return moduleNames(node);
  if (name === "constants") return constants(node);
  throw new Error(`No such module: ${String(name)}`);
}

/** Programs only look at the names; the texts would take megabytes. */
function moduleNames(node: NodeInternals): Record<string, string> {
  const { builtinModules } = node.module("module") as unknown as { builtinModules: readonly string[] };
  return Object.fromEntries(builtinModules.map((id) => [id, ""]));
}

function constants(node: NodeInternals): object {
  const { os, fs, crypto, zlib } = node.binding("constants") as Record<string, Numbers>;
  const { dlopen, errno, priority, signals, ...plain } = os as unknown as Record<string, Numbers>;
  const groups = { dlopen, errno, priority, signals };
  const copies = Object.entries(groups).map(([group, numbers]) => [group, { ...numbers }]);
  return {
    os: { ...plain, ...Object.fromEntries(copies) },
    fs: { ...fs },
    crypto: { ...crypto },
    zlib: { ...zlib },
  };
}
