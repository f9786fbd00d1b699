// Numbers lines so that those that are equal under the options get equal numbers.

import { LineReader, type Proc } from "@agentos/kernel/program";

/** Called for each unit of work: returns a promise when it is time to pause. */
export type Pause = () => Promise<void> | undefined;

export interface Equality {
  ignoreCase: boolean;
  /** -b, -w, -Z, -E */
  ignoreSpaceChange: boolean;
  ignoreAllSpace: boolean;
  ignoreTrailingSpace: boolean;
  ignoreTabExpansion: boolean;
  stripCarriageReturn: boolean;
  /** Ignore a missing newline, which scripts cannot express. */
  ignoreMissingNewline: boolean;
}

export interface FileLines {
  lines: string[];
  incomplete: boolean;
  /** A NUL stands in the first block. */
  binary: boolean;
}

const BINARY_PROBE = 8192;
const LINES_PER_BREATH = 1024;

export async function readLines(proc: Proc, fd: number): Promise<FileLines> {
  const reader = new LineReader(proc, fd);
  const lines: string[] = [];
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (const line of batch) lines.push(line);
    const pause = proc.yield();
    if (pause) await pause;
  }
  let probed = 0;
  let binary = false;
  for (const line of lines) {
    if (line.includes("\0")) binary = true;
    if (binary || (probed += line.length) > BINARY_PROBE) break;
  }
  return { lines, incomplete: reader.endsWithoutDelimiter, binary };
}

/** Numbers the lines of both sides. */
export class Symbols {
  readonly #numbers = new Map<string, number>();
  readonly #equality: Equality;

  constructor(equality: Equality) {
    this.#equality = equality;
  }

  async of({ lines, incomplete }: FileLines, pause: Pause): Promise<Int32Array> {
    const symbols = new Int32Array(lines.length);
    const last = lines.length - 1;
    for (let i = 0; i <= last; i++) {
      // A missing newline is a difference, unless white space does not count.
      const key =
        this.#normalize(lines[i]!) + (incomplete && i === last && !this.#ignoresNewline() ? "\n" : "");
      let number = this.#numbers.get(key);
      if (number === undefined) this.#numbers.set(key, (number = this.#numbers.size));
      symbols[i] = number;
      if (i % LINES_PER_BREATH !== 0) continue;
      const waiting = pause();
      if (waiting) await waiting;
    }
    return symbols;
  }

  #ignoresNewline(): boolean {
    const { ignoreSpaceChange, ignoreAllSpace, ignoreTrailingSpace, ignoreMissingNewline } = this.#equality;
    return ignoreMissingNewline || ignoreSpaceChange || ignoreAllSpace || ignoreTrailingSpace;
  }

  #normalize(line: string): string {
    const equality = this.#equality;
    let text = line;
    if (equality.stripCarriageReturn && text.endsWith("\r")) text = text.slice(0, -1);
    if (equality.ignoreTabExpansion) text = expandTabs(text);
    if (equality.ignoreAllSpace) text = text.replace(/[ \t\v\f\r]+/g, "");
    else if (equality.ignoreSpaceChange) text = trimEnd(text.replace(/[ \t\v\f\r]+/g, " "));
    else if (equality.ignoreTrailingSpace) text = trimEnd(text);
    return equality.ignoreCase ? text.toLowerCase() : text;
  }
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " \t\v\f\r".includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

export function expandTabs(text: string): string {
  let out = "";
  for (const char of text) out += char === "\t" ? " ".repeat(8 - (out.length % 8)) : char;
  return out;
}
