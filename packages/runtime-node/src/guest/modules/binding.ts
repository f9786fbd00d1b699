// package.json files for Node's module loader.

import type { Internals, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import type { BroughtFiles } from "./brought-files.ts";
import type { ModuleCodes } from "./module-codes.ts";
import type { ModuleSources } from "./module-sources.ts";
import type { NameCache } from "./name-cache.ts";
import { type PackageTuple, packageParser } from "./package-json.ts";

export function installModules(
  node: NodeInternals,
  kernel: KernelClient,
  names: NameCache,
  brought: BroughtFiles,
): void {
  const binding = node.binding("modules");
  const parse = packageParser(binding);
  // As in Node's binding, a file is read only once.
  const known = new Map<string, PackageTuple | undefined>();

  const read = (path: string, ...context: unknown[]): PackageTuple | undefined => {
    if (known.has(path)) return known.get(path);
    const kind = names.moduleKindOf(path);
    if (kind !== undefined && kind < 0) return undefined;
    const text = brought.take(path)?.bytes ?? readFile(kernel, path);
    const tuple = text && parse(text.toString("utf8"), path, ...context);
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
  for (const [name, value] of Object.entries(replacements)) if (name in binding) binding[name] = value;
}

function readFile(kernel: KernelClient, path: string): Buffer | undefined {
  const { errno, value } = kernel.call("readFile", path, 0);
  return errno < 0 ? undefined : Buffer.from(value as Uint8Array);
}

/**
 * Gives the loader real paths and texts, unless the program has replaced those functions of fs to see what is loaded.
 * To be called when fs has its final form.
 */
export function overrideLoader(
  node: NodeInternals,
  names: NameCache,
  sources: ModuleSources,
  codes: ModuleCodes,
): void {
  const { setLoaderOverrides } = node.module("internal/modules/helpers");
  // Node 24 cannot override this; its loader asks about each part of a path.
  if (typeof setLoaderOverrides !== "function") return;
  const fs = node.module("fs");
  const { realpathSync, readFileSync } = fs;
  const { fileURLToPath } = node.module<{ fileURLToPath(url: unknown): string }>("internal/url");
  setLoaderOverrides({
    realpathSync: (path: string) => (fs.realpathSync === realpathSync ? names.realPathOf(path) : undefined),
    readFileSync(file: unknown, encoding: unknown): string | Buffer | undefined {
      if (fs.readFileSync !== readFileSync) return undefined;
      const path = typeof file === "string" ? file : fileURLToPath(file);
      const content = sources.read(path);
      if (encoding === "utf8") return content?.bytes.toString("utf8");
      // Texts of ES modules are requested as bytes.
      if (content) codes.expect(path, content);
      return content?.bytes;
    },
  });
  codes.install(node);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
