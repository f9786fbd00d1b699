// Parses package.json for Node's module loader. Node 26 has a parser in its binding; this does the same for Node 24.
// Source: Node's src/node_modules.cc.

import type { Internals, Native } from "../internals.ts";

/** [name, main, type, imports, exports, path]; objects and arrays as JSON. */
export type PackageTuple = [unknown, unknown, string, unknown, unknown, string];

/** For error messages: [is it an import, the importing module's URL, the specifier]. */
export type ParseContext = readonly unknown[];

export type ParsePackage = (text: string, path: string, ...context: ParseContext) => PackageTuple;

export function packageParser(binding: Internals): ParsePackage {
  const native = binding.parsePackageJSON as Native | undefined;
  return native ? (text, path, ...context) => native(text, path, ...context) as PackageTuple : parse;
}

function parse(text: string, path: string, ...[, base, specifier]: ParseContext): PackageTuple {
  const content = parseObject(text);
  if (content === undefined) throw invalid(path, base, specifier);
  const { name, main, type, imports, exports } = content;
  return [
    stringOnly(name),
    stringOnly(main),
    type === "commonjs" || type === "module" ? type : "none",
    typeof imports === "object" && imports !== null ? JSON.stringify(imports) : undefined,
    typeof exports === "object" && exports !== null ? JSON.stringify(exports) : stringOnly(exports),
    path,
  ];
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const stringOnly = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function invalid(path: string, base: unknown, specifier: unknown): Error {
  const from = typeof base === "string" ? decodeURIComponent(new URL(base).pathname) : undefined;
  const why = from === undefined ? "" : ` while importing "${specifier}" from ${from}`;
  return Object.assign(new Error(`Invalid package config ${path}${why}.`), {
    code: "ERR_INVALID_PACKAGE_CONFIG",
  });
}
