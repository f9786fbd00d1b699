// package.json files for Node's module loader.

import type { Internals, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import type { NameCache } from "../name-cache.ts";
import { type PackageTuple, packageParser } from "./package-json.ts";

export function installModules(node: NodeInternals, kernel: KernelClient, names: NameCache): void {
  const binding = node.binding("modules");
  const parse = packageParser(binding);
  // As in Node's binding: a file that was read is not read again.
  const known = new Map<string, PackageTuple | undefined>();

  const read = (path: string, ...context: unknown[]): PackageTuple | undefined => {
    if (known.has(path)) return known.get(path);
    const kind = names.moduleKindOf(path);
    if (kind !== undefined && kind < 0) return undefined;
    const { errno, value } = kernel.call("readFile", path, 0);
    const tuple =
      errno < 0 ? undefined : parse(Buffer.from(value as Uint8Array).toString("utf8"), path, ...context);
    if (tuple) known.set(path, tuple);
    return tuple;
  };
  const nearest = (checkPath: string): PackageTuple | undefined => {
    for (let directory = parentOf(checkPath); ; directory = parentOf(directory)) {
      const tuple = directory.endsWith("/node_modules") ? undefined : read(`${directory}/package.json`);
      if (tuple || directory === "") return tuple;
    }
  };
  const scope = (url: string): PackageTuple | string => {
    const path = decodeURIComponent(new URL(url).pathname);
    for (let directory = parentOf(path); ; directory = parentOf(directory)) {
      if (directory.endsWith("/node_modules")) return `${directory}/package.json`;
      const tuple = read(`${directory}/package.json`);
      if (tuple) return tuple;
      if (directory === "") return "/package.json";
    }
  };

  const replacements: Internals = {
    readPackageJSON: (path: string, isESM: unknown, base: unknown, specifier: unknown) =>
      read(path, isESM, base, specifier),
    getNearestParentPackageJSON: nearest,
    getNearestParentPackageJSONType: (path: string) => nearest(path)?.[2] ?? "none",
    getPackageScopeConfig: scope,
    getPackageType: (url: string) => {
      const found = scope(url);
      return typeof found === "string" || found[2] === "none" ? undefined : found[2];
    },
    enableCompileCache: () => [0],
    getCompileCacheDir: () => undefined,
    flushCompileCache: () => undefined,
    getCompileCacheEntry: () => undefined,
    saveCompileCacheEntry: () => undefined,
  };
  resolveByName(node, names);
  for (const [name, value] of Object.entries(replacements)) if (name in binding) binding[name] = value;
}

/** The loader's real paths: in a listed directory, a file that is no link needs only the directory's. */
function resolveByName(node: NodeInternals, names: NameCache): void {
  const { setLoaderOverrides } = node.module("internal/modules/helpers");
  // Node 24 has no such door; there each part of a path is asked for.
  if (typeof setLoaderOverrides !== "function") return;
  setLoaderOverrides({ realpathSync: (path: string) => names.realPathOf(path) });
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
