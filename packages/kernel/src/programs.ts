// Commands of software packages: a file under /usr/bin holds a stub that names the package and the command; the Program
// behind it is loaded at its first use and kept for all VMs of the process.

import { type MaybePromise, sysError } from "@agentos/vfs/abi";
import type { Program } from "./program/program.ts";
import type { CommandSource, Software } from "./program/software.ts";

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

const loaded = new WeakMap<CommandSource, MaybePromise<Program>>();

/** The Program of a source. @throws ENOEXEC the source is no Program */
export function loadProgram(source: CommandSource): MaybePromise<Program> {
  const known = loaded.get(source);
  if (known) return known;
  if (!("program" in source)) throw sysError("ENOEXEC");
  const { program } = source;
  const loading: Promise<Program> = (
    typeof program === "function"
      ? program()
      : (import(/* @vite-ignore */ program.href) as Promise<{ default: Program }>)
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
