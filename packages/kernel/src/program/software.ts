import type { ImageLoader } from "../binfmt/image.ts";
import type { Program } from "./program.ts";

/** A module whose default export is a `T`: how to import it, or where it is. */
export type ModuleSource<T> = (() => Promise<{ default: T }>) | URL;

/** Where a command's implementation is found; loaded at its first use. */
export type CommandSource =
  | { program: ModuleSource<Program> }
  /** A runtime, which makes the image that runs in the process. */
  | { image: ModuleSource<ImageLoader> }
  | { wasm: URL }
  /**
   * A module that guest Node runs: "@acme/lint/bin.js", found as from `from`, or "./bin.js" beside it. Its package is shown in
   * the VM, read-only, with all that it depends on.
   */
  | { node: string; from: string };

/** A kind of file that exec runs with the package's help. */
export interface SoftwareFormat {
  readonly name: string;
  /** What the file begins with. */
  readonly magic: Uint8Array;
  readonly image: ModuleSource<ImageLoader>;
}

/**
 * How an agent is given the text about its machine.
 * "file": AGENTOS_INSTRUCTIONS_FILE names a file of the VM. "env": AGENTOS_INSTRUCTIONS holds the text.
 * "meta": session/new carries it as `_meta.systemPrompt.append`. "prompt": the first prompt begins with it.
 * `args` are appended to the agent's own, with "{file}" and "{text}" replaced.
 */
export type AgentInstructions = "file" | "env" | "meta" | "prompt" | { readonly args: readonly string[] };

/** A command that is an agent: it speaks the Agent Client Protocol on its standard input and output. */
export interface SoftwareAgent {
  /** What sessions are created by: "pi". */
  readonly type: string;
  /** For people. @default the type */
  readonly title?: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly acp: true;
  /** @default "file" */
  readonly instructions?: AgentInstructions;
}

/**
 * What can stand between the code of guests and the host. "virtual-bindings": what reaches the host is replaced by calls of
 * the kernel. "permission-model": the runtime itself refuses what it was not allowed. "process": a process of its own for
 * each program. "os-sandbox": the host's operating system keeps that process apart.
 */
export type WallName = "virtual-bindings" | "permission-model" | "process" | "os-sandbox";

export interface Wall {
  readonly name: WallName;
  readonly isUp: boolean;
  /** What it is made of; of one that is not up, what is missing and how to get it. */
  readonly how: string;
}

/** A software package: commands under /usr/bin, files, environment. Pure data but for its loaders. */
export interface Software {
  readonly name: string;
  readonly version: string;
  /** The module whose default export this package is (`import.meta.url`): how a sidecar loads it. */
  readonly from: string;
  readonly commands: Readonly<Record<string, CommandSource>>;
  /** Further names of commands: alias → command, made as symbolic links in /usr/bin. An absolute path is a link there. */
  readonly links: Readonly<Record<string, string>>;
  /** Absolute path → content. A trailing "/" makes a directory. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path → directory of the host that is shown there, read-only and owned by root. */
  readonly directories?: Readonly<Record<string, string>>;
  /** What exec can run once the package is installed. */
  readonly formats?: readonly SoftwareFormat[];
  /** The agent, or the agents, among the commands. */
  readonly agent?: SoftwareAgent | readonly SoftwareAgent[];
  /** Of a runtime: the walls around its guests on this host. */
  readonly walls?: () => Promise<{ default: () => Promise<readonly Wall[]> }>;
}

export type SoftwareDefinition = Pick<Software, "name" | "version" | "from"> & Partial<Software>;

/** A software package from its parts; what is left out is empty. */
export function defineSoftware(definition: SoftwareDefinition): Software {
  return { commands: {}, links: {}, files: {}, env: {}, ...definition };
}
