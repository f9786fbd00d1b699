// Commands of software packages: a file under /usr/bin holds a stub that names the package and the command; the Program
// or runtime behind it is loaded at its first use and kept for all VMs of the process.

import type { MaybePromise } from "@agentos/vfs/abi";
import type { ModuleSource, Software } from "../program/software.ts";

const STUB = "#!agentos-program ";

/** The content of a command's file. */
export function programStub(software: Software, command: string): string {
  return `${STUB}${software.name} ${command}\n`;
}

/** The package and command that a stub names; undefined if it is none. */
export function parseStub(head: string): { software: string; command: string } | undefined {
  if (!head.startsWith(STUB)) return undefined;
  const [software, command] = head.slice(STUB.length).split("\n", 1)[0]!.split(" ");
  return software && command ? { software, command } : undefined;
}

const loaded = new WeakMap<ModuleSource<unknown>, MaybePromise<unknown>>();

/** The default export of a module, imported at its first use. */
export function loadModule<T>(source: ModuleSource<T>): MaybePromise<T> {
  const known = loaded.get(source) as MaybePromise<T> | undefined;
  if (known) return known;
  const loading: Promise<T> = (
    typeof source === "function"
      ? source()
      : (import(/* @vite-ignore */ source.href) as Promise<{ default: T }>)
  ).then(
    (module) => {
      loaded.set(source, module.default);
      return module.default;
    },
    (error: unknown) => {
      loaded.delete(source);
      throw error;
    },
  );
  loaded.set(source, loading);
  return loading;
}
