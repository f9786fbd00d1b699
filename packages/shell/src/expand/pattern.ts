// Shell patterns under the shell's options, and what parameter expansion does with them.

import { compilePattern, type Pattern } from "@agentos/posix";
import type { Shell } from "../shell.ts";

export type ShellPattern = Pattern;

const MAX_CACHED = 256;
const MAX_CACHED_LENGTH = 256;
const cache = new Map<string, Pattern>();

/** A pattern for `case`, [[ ]] and ${…}: nocasematch counts. */
export function compileShellPattern(shell: Shell, text: string): ShellPattern {
  return compileCached(text, true, shell.shopt.nocasematch);
}

/** A pattern for `==` and the like always knows extended globs; `nocase` folds case. */
export function compileCached(text: string, extglob: boolean, nocase: boolean): Pattern {
  const key = `${extglob ? "e" : "-"}${nocase ? "i" : "-"}${text}`;
  const cached = cache.get(key);
  if (cached) return cached;
  const pattern = compilePattern(text, { extglob, nocase });
  if (text.length <= MAX_CACHED_LENGTH) {
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
    cache.set(key, pattern);
  }
  return pattern;
}

/** A pattern for ${x#…} and ${x%…}, which never ignore case. */
export function compileStripPattern(text: string): ShellPattern {
  return compileCached(text, true, false);
}

export function stripPattern(
  pattern: Pattern,
  value: string,
  from: "prefix" | "suffix",
  longest: boolean,
): string {
  if (from === "prefix") {
    const end = longest ? pattern.longestPrefix(value) : pattern.shortestPrefix(value);
    return end === undefined ? value : value.slice(end);
  }
  const start = longest ? pattern.longestSuffix(value) : pattern.shortestSuffix(value);
  return start === undefined ? value : value.slice(0, start);
}

export function replacePattern(
  pattern: Pattern,
  value: string,
  which: "first" | "all" | "prefix" | "suffix",
  replacement: (match: string) => string,
): string {
  if (pattern.source === "")
    return which === "prefix" || which === "suffix" ? anchored(pattern, value, which, replacement) : value;
  if (which === "prefix" || which === "suffix") return anchored(pattern, value, which, replacement);
  let result = "";
  let at = 0;
  while (at <= value.length) {
    const match = pattern.find(value, at);
    if (!match) break;
    if (match.end === match.start) {
      if (match.start >= value.length && value !== "") break;
      result += value.slice(at, match.start) + replacement("") + value.slice(match.start, match.start + 1);
      at = match.start + 1;
    } else {
      result += value.slice(at, match.start) + replacement(value.slice(match.start, match.end));
      at = match.end;
    }
    if (which === "first") break;
    if (at >= value.length) break;
  }
  return result + value.slice(at);
}

function anchored(
  pattern: Pattern,
  value: string,
  which: "prefix" | "suffix",
  replacement: (match: string) => string,
): string {
  if (which === "prefix") {
    const end = pattern.longestPrefix(value);
    return end === undefined ? value : replacement(value.slice(0, end)) + value.slice(end);
  }
  const start = pattern.longestSuffix(value);
  return start === undefined ? value : value.slice(0, start) + replacement(value.slice(start));
}
