import { sysError } from "@agentos/kernel/abi";
import type { Pause, Regex, Spans } from "@agentos/posix";
import type { ReplacementPart, Substitute } from "./script.ts";

/** Longer texts are refused: doubling the pattern space in a loop would fill the host's memory. */
export const LONGEST_RESULT = 1 << 26;
/** Matches between two looks at the clock; each may have scanned the rest of the text. */
const MATCHES_PER_PAUSE = 8;
/** Pieces that are joined at once: a string made of millions of them takes up far more memory than its text. */
const PIECES = 1024;

/** The text with the matches replaced; undefined when none was. @throws ENOMEM */
export function substitute(
  text: string,
  { replacement, global, occurrence }: Substitute,
  regex: Regex,
  pause: Pause,
): string | undefined | Promise<string | undefined> {
  const wanted = Math.max(1, occurrence);
  const [only] = replacement;
  const plain =
    replacement.length === 0 ? "" : replacement.length === 1 && typeof only === "string" ? only : undefined;
  if (global && wanted === 1 && plain !== undefined) {
    const all = regex.replaceAll(text, plain);
    if (all !== undefined) return all.count === 0 ? undefined : all.text;
  }
  const run = new Substitution(
    text,
    regex,
    wanted,
    global,
    pause,
    (spans) => plain ?? expandReplacement(replacement, text, spans),
  );
  return run.next();
}

class Substitution {
  readonly text: string;
  readonly regex: Regex;
  readonly wanted: number;
  readonly global: boolean;
  readonly pause: Pause;
  readonly replacementOf: (spans: Spans) => string;
  out = "";
  pieces: string[] = [];
  length = 0;
  done = 0;
  from = 0;
  count = 0;
  steps = 0;
  replaced = false;
  lastEnd = -1;

  constructor(
    text: string,
    regex: Regex,
    wanted: number,
    global: boolean,
    pause: Pause,
    replacementOf: (spans: Spans) => string,
  ) {
    this.text = text;
    this.regex = regex;
    this.wanted = wanted;
    this.global = global;
    this.pause = pause;
    this.replacementOf = replacementOf;
  }

  next(): string | undefined | Promise<string | undefined> {
    while (this.from <= this.text.length) {
      if (++this.steps % MATCHES_PER_PAUSE === 0) {
        const turn = this.pause();
        if (turn) return turn.then(() => this.next());
      }
      const spans = this.regex.execPausing(this.text, this.from, this.pause);
      if (spans instanceof Promise)
        return spans.then((found) => (this.accept(found) ? this.next() : this.result()));
      if (!this.accept(spans)) break;
    }
    return this.result();
  }

  result(): string | undefined {
    if (!this.replaced) return undefined;
    this.add(this.text.slice(this.done));
    return this.out + this.pieces.join("");
  }

  add(piece: string): void {
    this.length += piece.length;
    if (this.length > LONGEST_RESULT) throw sysError("ENOMEM");
    if (this.pieces.push(piece) < PIECES) return;
    this.out += this.pieces.join("");
    this.pieces = [];
  }

  /** Takes one match; false when there is nothing more to do. */
  accept(spans: Spans | undefined): boolean {
    if (spans === undefined) return false;
    const start = spans[0]!;
    const end = spans[1]!;
    this.from = end > start ? end : end + 1;
    // An empty match right after the last one does not count.
    if (start === end && start === this.lastEnd) return true;
    this.lastEnd = end;
    if (++this.count < this.wanted) return true;
    if (start > this.done) this.add(this.text.slice(this.done, start));
    this.add(this.replacementOf(spans));
    this.done = end;
    this.replaced = true;
    return this.global;
  }
}

/** The replacement for one match, with \U \L \u \l \E. */
function expandReplacement(parts: readonly ReplacementPart[], text: string, spans: Spans): string {
  let out = "";
  let mode: "U" | "L" | "E" = "E";
  let once: "u" | "l" | undefined;
  for (const part of parts) {
    if (typeof part === "object") {
      if (part.case === "u" || part.case === "l") once = part.case;
      else mode = part.case;
      continue;
    }
    let piece = typeof part === "string" ? part : groupText(text, spans, part);
    if (piece === "") continue;
    piece = mode === "U" ? mapCase(piece, true) : mode === "L" ? mapCase(piece, false) : piece;
    if (once !== undefined) piece = firstCase(piece, once === "u");
    once = undefined;
    out += piece;
  }
  return out;
}

function groupText(text: string, spans: Spans, group: number): string {
  const start = spans[group * 2] ?? -1;
  return start < 0 ? "" : text.slice(start, spans[group * 2 + 1]);
}

const BEYOND_ASCII = /[\x80-\xff]/;

/** Text is UTF-8 bytes as latin1: case is that of the characters. */
function mapCase(text: string, upper: boolean): string {
  if (!BEYOND_ASCII.test(text)) return upper ? text.toUpperCase() : text.toLowerCase();
  const chars = text.replaceAll(/[\0-\x7f]+|[\xc2-\xf4][\x80-\xbf]{1,3}/g, (run) => {
    if (run.charCodeAt(0) < 0x80) return upper ? run.toUpperCase() : run.toLowerCase();
    return mapCharacter(run, upper);
  });
  return chars;
}

function mapCharacter(bytes: string, upper: boolean): string {
  try {
    const char = decodeURIComponent(escapeBytes(bytes));
    const mapped = upper ? char.toUpperCase() : char.toLowerCase();
    return [...mapped].length === 1 ? bytesOf(mapped) : bytes;
  } catch (error) {
    if (error instanceof URIError) return bytes;
    throw error;
  }
}

const escapeBytes = (bytes: string): string =>
  bytes.replaceAll(/./gs, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);

const bytesOf = (char: string): string =>
  encodeURIComponent(char).replaceAll(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

function firstCase(text: string, upper: boolean): string {
  const first = /^[\xc2-\xf4][\x80-\xbf]{1,3}/.exec(text)?.[0] ?? text[0]!;
  return mapCase(first, upper) + text.slice(first.length);
}
