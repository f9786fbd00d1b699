// Iterates over the matches of a text: at once if the expression is a quick one, otherwise yielding in between.

import type { MaybePromise } from "@agentos/kernel/abi";
import type { Pause, Regex, Spans } from "@agentos/posix";

/** What to do with the matches of a text, from left to right. */
export interface MatchStep {
  /** Where the next search begins. */
  from: number;
  /** Takes a match. @returns false if no more are wanted */
  take(spans: Spans): boolean;
}

/** How many matches are made between two checks whether to yield. */
const MATCHES_PER_TURN = 64;

/** @param pause absent: never yields @throws RegexLimitError if that takes too long */
export function eachMatch(
  regex: Regex,
  text: string,
  step: MatchStep,
  pause: Pause | undefined,
): MaybePromise<void> {
  if (pause !== undefined && !regex.native) return eachMatchPausing(regex, text, step, pause);
  while (step.from <= text.length) {
    const spans = regex.exec(text, step.from);
    if (spans === undefined || !step.take(spans)) return;
  }
}

async function eachMatchPausing(regex: Regex, text: string, step: MatchStep, pause: Pause): Promise<void> {
  for (let count = 1; step.from <= text.length; count++) {
    const found = regex.execPausing(text, step.from, pause);
    const spans = found instanceof Promise ? await found : found;
    if (spans === undefined || !step.take(spans)) return;
    if (count % MATCHES_PER_TURN === 0) await pause();
  }
}

/** Collects what lies between matches; empty ones do not separate. */
export class Splitting implements MatchStep {
  from = 0;
  readonly #text: string;
  readonly #parts: string[] = [];
  readonly #separators: string[] | undefined;
  #begin = 0;

  /** @param separators gets what stood between the parts */
  constructor(text: string, separators?: string[]) {
    this.#text = text;
    this.#separators = separators;
  }

  take(spans: Spans): boolean {
    const [start, end] = [spans[0]!, spans[1]!];
    if (end === start) this.from = start + 1;
    else {
      this.#parts.push(this.#text.slice(this.#begin, start));
      this.#separators?.push(this.#text.slice(start, end));
      this.#begin = this.from = end;
    }
    return this.from < this.#text.length;
  }

  parts(): string[] {
    this.#parts.push(this.#text.slice(this.#begin));
    return this.#parts;
  }
}

/** Collects the matches themselves: fields by what they look like. */
export class Collecting implements MatchStep {
  from: number;
  readonly parts: string[] = [];
  readonly #text: string;
  readonly #matchesEmpty: boolean;

  constructor(text: string, { matchesEmpty }: Regex) {
    this.#text = text;
    // An empty text has no fields, rather than one.
    this.from = text === "" ? 1 : 0;
    this.#matchesEmpty = matchesEmpty;
  }

  take(spans: Spans): boolean {
    const [start, end] = [spans[0]!, spans[1]!];
    this.parts.push(this.#text.slice(start, end));
    // What separates two fields is no empty field itself.
    const skips = end === start || (this.#matchesEmpty && end < this.#text.length);
    this.from = skips ? end + 1 : end;
    return true;
  }
}

/** The first match only. */
export class First implements MatchStep {
  from = 0;
  spans: Spans | undefined;

  take(spans: Spans): boolean {
    this.spans = spans.slice();
    return false;
  }
}
