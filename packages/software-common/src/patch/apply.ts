// Applies hunks to the lines of a file. Source: GNU patch manual, "Multiple Patches in a File", "Imperfect Patches".

import type { Hunk, HunkLine } from "./parse.ts";

export interface ApplySettings {
  fuzz: number;
  ignoreBlanks: boolean;
  pause(): Promise<void> | undefined;
}

export interface Applied {
  /** The line of the new file, from 1; undefined if the hunk fits nowhere. */
  at: number | undefined;
  /** Where it was looked for, for messages. */
  guess: number;
  fuzz: number;
  offset: number;
}

/** Places tried between two pauses. */
const SLICE = 256;

/** A file's lines while hunks are applied to them, from the first to the last. */
export class Target {
  readonly #old: readonly string[];
  readonly #settings: ApplySettings;
  readonly #new: string[] = [];
  /** Lines of the old file that are behind the last hunk. */
  #frozen = 0;
  #offset = 0;

  constructor(lines: readonly string[], settings: ApplySettings) {
    this.#old = lines;
    this.#settings = settings;
  }

  async apply(hunk: Hunk): Promise<Applied> {
    const oldLines = hunk.lines.filter(({ tag }) => tag !== "+").map(({ text }) => text);
    const context = contextOf(hunk.lines);
    const most = Math.min(this.#settings.fuzz, Math.max(context.before, context.after));
    // A hunk without old lines comes after the line it names.
    const first = oldLines.length === 0 ? hunk.oldStart + 1 : hunk.oldStart;
    for (let fuzz = 0; fuzz <= most; fuzz++) {
      const where = await this.#locate(oldLines, first, hunk.oldStart, context, fuzz);
      if (where === undefined) continue;
      const offset = where - first;
      this.#offset = offset;
      this.#take(hunk.lines, where);
      const added = this.#new.length - this.#frozen;
      const length = hunk.lines.filter(({ tag }) => tag !== "-").length;
      return { at: added + this.#frozen - length + 1, guess: where, fuzz, offset };
    }
    const guess = first + this.#offset + this.#new.length - this.#frozen;
    return { at: undefined, guess, fuzz: 0, offset: 0 };
  }

  /** The new lines with what is behind the last hunk. */
  finish(): string[] {
    for (let at = this.#frozen; at < this.#old.length; at++) this.#new.push(this.#old[at]!);
    return this.#new;
  }

  /** The first line, from 1, where the old lines are: near where they should be, first below and then above. */
  async #locate(
    lines: readonly string[],
    first: number,
    oldStart: number,
    context: { before: number; after: number },
    fuzz: number,
  ): Promise<number | undefined> {
    const guess = first + this.#offset;
    const last = this.#old.length - lines.length + 1;
    if (lines.length === 0) return guess > this.#frozen && guess <= last ? guess : undefined;
    const longest = Math.max(context.before, context.after);
    const before = fuzz + context.before - longest;
    const after = fuzz + context.after - longest;
    const matches = (at: number) =>
      at > this.#frozen - Math.max(0, before) &&
      at >= 1 &&
      at <= last + Math.max(0, after) &&
      this.#matches(lines, at, Math.max(0, before), Math.max(0, after));
    // Less context at one end than at the other: the hunk belongs to that end of the file.
    if (before < 0 && oldStart <= 1) {
      if (after < 0 && lines.length !== this.#old.length) return undefined;
      return matches(1) ? 1 : undefined;
    }
    if (after < 0) return matches(last) ? last : undefined;
    for (let offset = 0; guess + offset <= this.#old.length || guess - offset > this.#frozen; offset++) {
      if (matches(guess + offset)) return guess + offset;
      if (offset > 0 && matches(guess - offset)) return guess - offset;
      const pause = offset % SLICE === 0 ? this.#settings.pause() : undefined;
      if (pause) await pause;
    }
    return undefined;
  }

  #matches(lines: readonly string[], at: number, before: number, after: number): boolean {
    for (let i = before; i < lines.length - after; i++) {
      const there = this.#old[at - 1 + i];
      if (there === undefined || !this.#same(there, lines[i]!)) return false;
    }
    return true;
  }

  #same(a: string, b: string): boolean {
    if (a === b || !this.#settings.ignoreBlanks) return a === b;
    const plain = (text: string) => text.replace(/[ \t]+/g, " ").replace(/\s+$/, "");
    return plain(a) === plain(b);
  }

  /** Context stays as it is in the file. */
  #take(lines: readonly HunkLine[], where: number): void {
    while (this.#frozen < where - 1) this.#new.push(this.#old[this.#frozen++]!);
    for (const { tag, text } of lines) {
      if (tag === "+") this.#new.push(text);
      else if (this.#frozen >= this.#old.length) continue;
      else if (tag === "-") this.#frozen++;
      else this.#new.push(this.#old[this.#frozen++]!);
    }
  }
}

function contextOf(lines: readonly HunkLine[]): { before: number; after: number } {
  const first = lines.findIndex(({ tag }) => tag !== " ");
  const last = lines.findLastIndex(({ tag }) => tag !== " ");
  return first < 0
    ? { before: lines.length, after: lines.length }
    : { before: first, after: lines.length - 1 - last };
}
