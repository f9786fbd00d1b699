// Shell patterns under the shell's options, and what parameter expansion does with them.

import { compilePattern, type Pattern, type Slices } from "@agentos/posix";
import type { Co } from "../co.ts";
import { splitBytes } from "../locale.ts";
import type { Shell } from "../shell.ts";

export type ShellPattern = Pattern;

const MAX_CACHED = 256;
const MAX_CACHED_LENGTH = 256;
const cache = new Map<string, Pattern>();

/** A pattern for `case`, [[ ]] and ${…}: nocasematch counts. In the locale C it is one for what splitBytes() gives. */
export function compileShellPattern(shell: Shell, text: string): ShellPattern {
  return compileCached(shell.bytewise ? splitBytes(text) : text, true, shell.shopt.nocasematch);
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
export function compileStripPattern(shell: Shell, text: string): ShellPattern {
  return compileCached(shell.bytewise ? splitBytes(text) : text, true, false);
}

/** Runs work in slices and yields between them when the time slice is used up. */
export function* inTurns<T>(shell: Shell, slices: Slices<T>): Co<T> {
  try {
    for (;;) {
      const step = slices.next();
      if (step.done) return step.value;
      const pause = shell.proc.yield();
      if (pause) yield pause;
    }
  } finally {
    slices.return(undefined as T);
  }
}

export function* stripPattern(
  pattern: Pattern,
  value: string,
  from: "prefix" | "suffix",
  longest: boolean,
): Slices<string> {
  if (from === "prefix") {
    const end = yield* longest ? pattern.longestPrefix(value) : pattern.shortestPrefix(value);
    return end === undefined ? value : value.slice(end);
  }
  const start = yield* longest ? pattern.longestSuffix(value) : pattern.shortestSuffix(value);
  return start === undefined ? value : value.slice(0, start);
}

/** How many matches to make between two pauses: each may have scanned the rest of the value. */
const MATCHES_PER_SLICE = 8;
const LITERALS_PER_SLICE = 4096;

export function* replacePattern(
  pattern: Pattern,
  value: string,
  which: "first" | "all" | "prefix" | "suffix",
  replacement: (match: string) => string,
): Slices<string> {
  if (which === "prefix" || which === "suffix") return yield* anchored(pattern, value, which, replacement);
  if (pattern.source === "") return value;
  if (pattern.literal) return yield* replaceLiteral(pattern.literal, value, which, replacement);
  const result = new Pieces();
  let at = 0;
  for (let matches = 1; at <= value.length; matches++) {
    if (matches % MATCHES_PER_SLICE === 0) yield;
    const match = yield* pattern.find(value, at);
    if (!match) break;
    result.add(value.slice(at, match.start));
    if (match.end === match.start) {
      if (match.start >= value.length && value !== "") break;
      result.add(replacement("") + value.slice(match.start, match.start + 1));
      at = match.start + 1;
    } else {
      result.add(replacement(value.slice(match.start, match.end)));
      at = match.end;
    }
    if (which === "first") break;
    if (at >= value.length) break;
  }
  return result.text + value.slice(at);
}

function* replaceLiteral(
  literal: string,
  value: string,
  which: "first" | "all",
  replacement: (match: string) => string,
): Slices<string> {
  const result = new Pieces();
  let at = 0;
  let found = value.indexOf(literal);
  if (found < 0) return value;
  const replaced = replacement(literal);
  for (let matches = 1; found >= 0; matches++) {
    if (matches % LITERALS_PER_SLICE === 0) yield;
    result.add(value.slice(at, found));
    result.add(replaced);
    at = found + literal.length;
    found = which === "first" ? -1 : value.indexOf(literal, at);
  }
  return result.text + value.slice(at);
}

/** Builds a text. Pieces are joined by the thousand, since a string made of millions of pieces takes far more memory. */
class Pieces {
  #done = "";
  #pieces: string[] = [];

  add(piece: string): void {
    if (this.#pieces.push(piece) < 1024) return;
    this.#done = this.text;
    this.#pieces = [];
  }

  get text(): string {
    return this.#done + this.#pieces.join("");
  }
}

function* anchored(
  pattern: Pattern,
  value: string,
  which: "prefix" | "suffix",
  replacement: (match: string) => string,
): Slices<string> {
  if (which === "prefix") {
    const end = yield* pattern.longestPrefix(value);
    return end === undefined ? value : replacement(value.slice(0, end)) + value.slice(end);
  }
  const start = yield* pattern.longestSuffix(value);
  return start === undefined ? value : value.slice(0, start) + replacement(value.slice(start));
}
