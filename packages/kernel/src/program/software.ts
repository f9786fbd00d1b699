import type { Program } from "./program.ts";

/** Where a command's implementation is found; loaded at its first use. */
export type CommandSource =
  | { program: (() => Promise<{ default: Program }>) | URL }
  | { wasm: URL }
  | { node: string; from: string };

/** A software package: commands under /usr/bin, files, environment. Pure data but for its loaders. */
export interface Software {
  readonly name: string;
  readonly version: string;
  /** The module whose default export this package is (`import.meta.url`): how a sidecar loads it. */
  readonly from: string;
  readonly commands: Readonly<Record<string, CommandSource>>;
  /** Further names of commands: alias → command, made as symbolic links in /usr/bin. */
  readonly links: Readonly<Record<string, string>>;
  /** Absolute path → content. A trailing "/" makes a directory. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly env: Readonly<Record<string, string>>;
}

export type SoftwareDefinition = Pick<Software, "name" | "version" | "from"> & Partial<Software>;

export function defineSoftware(definition: SoftwareDefinition): Software {
  return { commands: {}, links: {}, files: {}, env: {}, ...definition };
}
