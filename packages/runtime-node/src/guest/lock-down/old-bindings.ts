// process.binding: of Node's insides it answers what old programs still ask there, as data and without a way back.

import type { NodeInternals } from "../internals.ts";

type Numbers = Readonly<Record<string, number>>;

/** @throws for every other name, as Node does for one that it does not know */
export function oldBinding(node: NodeInternals, name: unknown): object {
  if (name === "natives") return moduleNames(node);
  if (name === "constants") return constants(node);
  throw new Error(`No such module: ${String(name)}`);
}

/** Only the names are asked for: the texts would be megabytes. */
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
