// Pathname expansion. Source: POSIX XCU 2.6.6 and 2.13.3; bash(1) "Pathname Expansion".

import { isSysError, S_IFDIR, S_IFLNK, S_IFMT } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import { ShellError } from "../errors.ts";
import { splitBytes } from "../locale.ts";
import type { Shell } from "../shell.ts";
import { sortNames } from "./name-order.ts";
import { compileCached } from "./pattern.ts";

const SPECIAL = /(?<!\\)(?:[*?]|\[[^\]]*\])/;
const ENTRIES_PER_BREATH = 512;
const EXTGLOB = /(?<!\\)[?*+@!]\(/;

/** Adds the file names that a pattern matches, in byte order; the text itself if there are none. */
export function* expandPathnames(shell: Shell, pattern: string, text: string, into: string[]): Co<void> {
  const { shopt } = shell;
  if (!isSpecial(shell, pattern)) {
    into.push(text);
    return;
  }
  const found = yield* glob(shell, pattern);
  const ignore = shell.vars.get("GLOBIGNORE");
  const kept = ignore ? found.filter((name) => !isIgnored(ignore, name)) : found;
  if (kept.length > 0) {
    for (const name of yield* sortNames(shell, kept)) into.push(name);
  } else if (shopt.failglob) {
    throw new ShellError(`no match: ${text}`);
  } else if (!shopt.nullglob) {
    into.push(text);
  }
}

function isSpecial(shell: Shell, pattern: string): boolean {
  return SPECIAL.test(pattern) || (shell.shopt.extglob && EXTGLOB.test(pattern));
}

function isIgnored(ignore: string, name: string): boolean {
  const base = name.slice(name.lastIndexOf("/") + 1);
  if (base === "." || base === "..") return true;
  return ignore
    .split(":")
    .some((pattern) => pattern !== "" && compileCached(pattern, true, false).matches(name));
}

/** The path names that match a pattern. */
function* glob(shell: Shell, pattern: string): Co<string[]> {
  const segments = splitSegments(pattern);
  let prefixes = [pattern.startsWith("/") ? "/" : ""];
  if (pattern.startsWith("/")) segments.shift();
  for (let i = 0; i < segments.length && prefixes.length > 0; i++) {
    prefixes = yield* matchSegment(shell, prefixes, segments[i]!, i === segments.length - 1);
  }
  return prefixes;
}

/** The parts between slashes. Those with special characters are matched, others must exist. Empty ones are kept. */
function splitSegments(pattern: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let current = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === "\\") current += char + (pattern[++i] ?? "");
    else if (char === "/" && depth === 0) {
      segments.push(current);
      current = "";
    } else {
      if (char === "(" && /[?*+@!]$/.test(current)) depth++;
      else if (char === ")" && depth > 0) depth--;
      current += char;
    }
  }
  segments.push(current);
  return segments;
}

function* matchSegment(shell: Shell, prefixes: string[], segment: string, last: boolean): Co<string[]> {
  const results: string[] = [];
  for (const prefix of prefixes) {
    if (segment === "") {
      // The prefix is empty if ** has matched no directory.
      const directory = prefix === "" ? !last : yield* isDirectory(shell, prefix);
      if (directory) results.push(last ? prefix : `${prefix}/`);
    } else if (segment === "**" && shell.shopt.globstar) {
      yield* descend(shell, prefix, last, results);
    } else if (isSpecial(shell, segment)) {
      yield* matchDirectory(shell, prefix, segment, last, results);
    } else {
      const path = prefix + segment.replace(/\\([\s\S])/g, "$1");
      if (last ? yield* exists(shell, path) : yield* isDirectory(shell, path)) {
        results.push(last ? path : `${path}/`);
      }
    }
  }
  return results;
}

function* matchDirectory(
  shell: Shell,
  prefix: string,
  segment: string,
  last: boolean,
  into: string[],
): Co<void> {
  const { shopt } = shell;
  const { bytewise } = shell;
  const pattern = compileCached(bytewise ? splitBytes(segment) : segment, shopt.extglob, shopt.nocaseglob);
  let count = 0;
  for (const entry of yield* entriesOf(shell, prefix, hiddenWanted(shell, segment))) {
    if (++count % ENTRIES_PER_BREATH === 0) yield* shell.breathe();
    if (
      !acceptsHidden(shell, segment, entry.name) ||
      !pattern.matches(bytewise ? splitBytes(entry.name) : entry.name)
    )
      continue;
    if (last) into.push(prefix + entry.name);
    else if (yield* leadsOn(shell, prefix, entry)) into.push(`${prefix}${entry.name}/`);
  }
}

function hiddenWanted(shell: Shell, segment: string): boolean {
  return !shell.shopt.globskipdots && segment.startsWith(".");
}

/** A leading period is matched by a period only, unless dotglob is on (or GLOBIGNORE is set). */
function acceptsHidden(shell: Shell, segment: string, name: string): boolean {
  if (!name.startsWith(".")) return true;
  if (shell.shopt.dotglob || shell.vars.get("GLOBIGNORE")) return name !== "." && name !== "..";
  return /^\\?\./.test(segment) || /^[?*+@!]\([^)]*(?:^|[(|])\\?\./.test(segment);
}

interface Entry {
  name: string;
  type: number;
}

function* entriesOf(shell: Shell, prefix: string, withDots: boolean): Co<Entry[]> {
  yield* shell.breathe();
  try {
    const entries: Entry[] = yield* wait(shell.proc.readdir(prefix === "" ? "." : prefix));
    if (!withDots) return entries;
    return [{ name: ".", type: S_IFDIR }, { name: "..", type: S_IFDIR }, ...entries];
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

function* leadsOn(shell: Shell, prefix: string, entry: Entry): Co<boolean> {
  const type = entry.type & S_IFMT;
  if (type === S_IFDIR) return true;
  return type === S_IFLNK && (yield* isDirectory(shell, prefix + entry.name));
}

/** ** : this directory and all below it, links not followed. */
function* descend(shell: Shell, prefix: string, last: boolean, into: string[]): Co<void> {
  if (!last || prefix !== "") into.push(prefix);

  const pending = [prefix];
  while (pending.length > 0) {
    const at = pending.pop()!;
    for (const entry of yield* entriesOf(shell, at, false)) {
      if (entry.name.startsWith(".") && !shell.shopt.dotglob) continue;
      const path = at + entry.name;
      const isDirectoryEntry = (entry.type & S_IFMT) === S_IFDIR;
      if (last) into.push(path);
      else if (isDirectoryEntry) into.push(`${path}/`);
      if (isDirectoryEntry) pending.push(`${path}/`);
    }
  }
}

function* isDirectory(shell: Shell, path: string): Co<boolean> {
  try {
    const stat = yield* wait(shell.proc.statIfExists(path));
    return stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function* exists(shell: Shell, path: string): Co<boolean> {
  try {
    yield* wait(shell.proc.lstat(path));
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}
