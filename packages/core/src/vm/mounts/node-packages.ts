// Commands that are npm packages of the host, run by the VM's Node. A package and everything it depends on are shown
// read-only, each in a slot of its own with links to its dependencies beside it. This is pnpm's layout, in which several
// versions of a package do not get in each other's way.

import { readFileSync, realpathSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { errorCode, isSysError } from "@agentos/kernel/abi";
import { type CommandSource, defineProgram, type Software, warn } from "@agentos/kernel/program";
import { ConfigError } from "../../errors.ts";

type NodeCommand = Extract<CommandSource, { node: string }>;

interface Manifest {
  name?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const NODE = "/usr/bin/node";
const SLOTS = "/usr/lib/agentos";
const NOT_FOUND = 127;

const done = new WeakMap<Software, Software>();

/** Adds what a package's Node commands need to it: programs, directories and links. @throws ConfigError */
export function withNodePackages(software: Software): Software {
  const commands = Object.entries(software.commands);
  if (!commands.some(([, source]) => "node" in source)) return software;
  const known = done.get(software);
  if (known) return known;
  const slots = new Slots(`${SLOTS}/${software.name}`);
  const programs = commands.map(([name, source]): [string, CommandSource] => [
    name,
    "node" in source ? nodeProgram(name, slots.show(software.name, source)) : source,
  ]);
  const made: Software = {
    ...software,
    commands: Object.fromEntries(programs),
    directories: { ...software.directories, ...slots.directories },
    links: { ...software.links, ...slots.links },
  };
  done.set(software, made);
  return made;
}

function nodeProgram(name: string, script: string): CommandSource {
  const program = defineProgram({
    name,
    summary: "a program of Node.js",
    rawArguments: true,
    async run(proc) {
      try {
        return await proc.exec(NODE, ["node", script, ...proc.argv.slice(1)]);
      } catch (error) {
        if (!isSysError(error, "ENOENT")) throw error;
        await warn(proc, "needs Node.js: install @agentos/runtime-node");
        return NOT_FOUND;
      }
    },
  });
  return { program: async () => ({ default: program }) };
}

class Slots {
  readonly directories: Record<string, string> = {};
  readonly links: Record<string, string> = {};
  readonly #root: string;
  /** Maps a directory of the host to where it is shown. */
  readonly #shown = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Shows the command's package. @returns the path of its module in the VM @throws ConfigError */
  show(software: string, { node, from }: NodeCommand): string {
    const isOwn = node.startsWith(".");
    const name = isOwn ? "." : (/^(@[^/]+\/)?[^/]+/.exec(node)?.[0] ?? node);
    const directory = directoryOf(name, from);
    if (directory === undefined) {
      throw new ConfigError("software", `software: ${software}: the package ${name} is not installed`);
    }
    const own = realpathSync(dirname(fileURLToPath(from)));
    const module = isOwn ? relative(directory, join(own, node)) : node.slice(name.length + 1);
    return join(this.#place(directory), module).replaceAll(sep, "/");
  }

  #place(directory: string): string {
    const known = this.#shown.get(directory);
    if (known) return known;
    const modules = `${this.#root}/${this.#shown.size}/node_modules`;
    const path = `${modules}/${manifestOf(directory).name ?? "package"}`;
    this.#shown.set(directory, path);
    this.directories[path] = directory;
    this.#linkDependencies(modules, directory, directory);
    return path;
  }

  /** What is nested inside a package is shown with it, and finds its dependencies where the package does. */
  #linkDependencies(modules: string, owner: string, directory: string): void {
    for (const name of dependenciesOf(manifestOf(directory))) {
      const found = directoryOf(name, join(directory, "package.json"));
      if (found === undefined || found === owner) continue;
      if (found.startsWith(owner + sep)) this.#linkDependencies(modules, owner, found);
      else this.links[`${modules}/${name}`] ??= this.#place(found);
    }
  }
}

function dependenciesOf({ dependencies, optionalDependencies, peerDependencies }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

function directoryOf(name: string, from: string): string | undefined {
  try {
    const manifest = findPackageJSON(name, from);
    return manifest && realpathSync(dirname(manifest));
  } catch (error) {
    if (errorCode(error) === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
}
