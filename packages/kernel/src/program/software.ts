import type { ImageLoader } from "../binfmt/image.ts";
import type { Program } from "./program.ts";

/** A module whose default export is a `T`: a function that imports it, or its URL. */
export type ModuleSource<T> = (() => Promise<{ default: T }>) | URL;

/** Where the implementation of a command is found. It is loaded at first use. */
export type CommandSource =
  | { program: ModuleSource<Program> }
  /** A runtime, which makes an image for the process. */
  | { image: ModuleSource<ImageLoader> }
  | { wasm: URL }
  /**
   * A module to be run by guest Node: "@acme/lint/bin.js", resolved relative to `from`, or "./bin.js" next to it. The
   * package is shown in the VM, read-only, together with everything that it depends on.
   */
  | { node: string; from: string };

/** A kind of file that exec can run with the help of the package. */
export interface SoftwareFormat {
  readonly name: string;
  /** The bytes with which such a file begins. */
  readonly magic: Uint8Array;
  readonly image: ModuleSource<ImageLoader>;
}

/**
 * How an agent gets the text about its machine.
 * "file": AGENTOS_INSTRUCTIONS_FILE names a file in the VM. "env": AGENTOS_INSTRUCTIONS holds the text. "meta":
 * session/new carries it as `_meta.systemPrompt.append`. "prompt": the first prompt begins with it. `args` are
 * appended to the agent's own arguments, with "{file}" and "{text}" replaced.
 */
export type AgentInstructions = "file" | "env" | "meta" | "prompt" | { readonly args: readonly string[] };

/** A command that is an agent: it speaks the Agent Client Protocol on its standard input and output. */
export interface SoftwareAgent {
  /** The name by which sessions are created: "pi". */
  readonly type: string;
  /** A name for people to read. @default the type */
  readonly title?: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly acp: true;
  /** @default "file" */
  readonly instructions?: AgentInstructions;
}

/**
 * What can stand between the code of guests and the host. "virtual-bindings": what would reach the host is replaced by
 * calls to the kernel. "permission-model": the runtime itself refuses what it was not allowed. "process": each program
 * has a process of its own. "os-sandbox": the host's operating system isolates that process.
 */
export type WallName = "virtual-bindings" | "permission-model" | "process" | "os-sandbox";

export interface Wall {
  readonly name: WallName;
  readonly isUp: boolean;
  /** What it consists of or, if it is not up, what is missing and how to get it. */
  readonly how: string;
}

/** A software package: commands under /usr/bin, files, environment. Plain data, except for its loaders. */
export interface Software {
  readonly name: string;
  readonly version: string;
  /** The URL of the module whose default export is this package (`import.meta.url`), by which a sidecar loads it. */
  readonly from: string;
  readonly commands: Readonly<Record<string, CommandSource>>;
  /**
   * Further names for commands, made as symbolic links in /usr/bin: alias → command. An absolute path becomes a link
   * there.
   */
  readonly links: Readonly<Record<string, string>>;
  /** Absolute path → content. A trailing "/" makes a directory. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path → directory of the host to be shown there, read-only and owned by root. */
  readonly directories?: Readonly<Record<string, string>>;
  /** Further kinds of files that exec can run once the package is installed. */
  readonly formats?: readonly SoftwareFormat[];
  /** Which of the commands are agents. */
  readonly agent?: SoftwareAgent | readonly SoftwareAgent[];
  /** For a runtime: the walls around its guests on this host. */
  readonly walls?: () => Promise<{ default: () => Promise<readonly Wall[]> }>;
}

export type SoftwareDefinition = Pick<Software, "name" | "version" | "from"> & Partial<Software>;

/** A software package from its parts. Parts that are left out are empty. */
export function defineSoftware(definition: SoftwareDefinition): Software {
  return { commands: {}, links: {}, files: {}, env: {}, ...definition };
}
