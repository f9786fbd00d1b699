// Finding the file of a command. Source: POSIX XCU 2.9.1.4.

import { isSysError, S_IFDIR, S_IFMT, X_OK } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";

/** PATH where the environment has none, and of `command -p`. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The path to execute for a command's name; undefined if there is none. Remembers what it finds. */
export function* findCommand(shell: Shell, name: string): Co<string | undefined> {
  if (name.includes("/")) return name;
  const known = shell.hash.get(name);
  if (known && (!shell.shopt.checkhash || (yield* isExecutable(shell, known.path)))) {
    known.hits++;
    return known.path;
  }
  const path = yield* searchPath(shell, name);
  if (path !== undefined && shell.set.hashall) shell.hash.set(name, { path, hits: 1 });
  return path;
}

/** The first executable of a name in $PATH, or in the standard path. */
export function* searchPath(
  shell: Shell,
  name: string,
  path = shell.vars.get("PATH") ?? DEFAULT_PATH,
): Co<string | undefined> {
  if (name === "") return undefined;
  let fallback: string | undefined;
  for (const candidate of candidates(name, path)) {
    const kind = yield* kindOf(shell, candidate);
    if (kind === "executable") return candidate;
    if (kind === "file") fallback ??= candidate;
  }
  return fallback;
}

/** All executables of a name, in the order of $PATH: `type -a`. */
export function* searchPathAll(shell: Shell, name: string): Co<string[]> {
  const found: string[] = [];
  for (const candidate of candidates(name, shell.vars.get("PATH") ?? DEFAULT_PATH)) {
    if ((yield* kindOf(shell, candidate)) === "executable") found.push(candidate);
  }
  return found;
}

function candidates(name: string, path: string): string[] {
  return path
    .split(":")
    .map((directory) => (directory === "" ? `./${name}` : `${directory.replace(/\/$/, "")}/${name}`));
}

function* kindOf(shell: Shell, path: string): Co<"executable" | "file" | undefined> {
  try {
    const stat = yield* wait(shell.proc.statIfExists(path));
    if (!stat || (stat.mode & S_IFMT) === S_IFDIR) return undefined;
    return (yield* wait(shell.proc.access(path, X_OK))) ? "executable" : "file";
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

export function* isExecutable(shell: Shell, path: string): Co<boolean> {
  return (yield* kindOf(shell, path)) === "executable";
}
