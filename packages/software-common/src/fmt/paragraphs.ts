// Which lines make a paragraph, and its indentation. Source: GNU coreutils manual, "fmt invocation".

import { breakLines, type Word } from "./line-breaks.ts";

export interface FormatSettings {
  width: number;
  goal: number;
  /** Lines without it stay as they are. */
  prefix: string;
  shape: "plain" | "split" | "crown" | "tagged";
  uniform: boolean;
}

interface Line {
  indent: number;
  words: Word[];
  tabs: boolean;
}

/** A paragraph may not hold more words; the rest begins another. */
const MOST_WORDS = 1000;
const TAGGED_INDENT = 3;

export class ParagraphFormatter {
  readonly #settings: FormatSettings;
  #lines: Line[] = [];
  #wordCount = 0;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  add(text: string): string {
    const { prefix, uniform } = this.#settings;
    const start = text.length - text.trimStart().length;
    if (prefix !== "" && !text.startsWith(prefix, start)) return `${this.finish()}${text}\n`;
    const body = prefix === "" ? text : text.slice(start + prefix.length);
    if (body.trim() === "") return `${this.finish()}${prefix === "" ? "" : text.trimEnd()}\n`;
    const line = parseLine(body, uniform);
    const before = this.#continues(line) && this.#wordCount < MOST_WORDS ? "" : this.finish();
    this.#lines.push(line);
    this.#wordCount += line.words.length;
    return before;
  }

  #continues(line: Line): boolean {
    const [first, second] = this.#lines;
    if (first === undefined) return true;
    const { shape } = this.#settings;
    if (shape === "split") return false;
    if (shape === "plain") return line.indent === first.indent;
    if (second === undefined) return shape === "crown" || line.indent !== first.indent;
    return line.indent === second.indent;
  }

  /** The indentation of the lines that a paragraph of one line is broken into. */
  #lonelyIndent(first: number): number {
    if (this.#settings.shape !== "tagged") return first;
    return first === 0 ? TAGGED_INDENT : 0;
  }

  finish(): string {
    const [first, second] = this.#lines;
    if (first === undefined) return "";
    const { width, goal, prefix } = this.#settings;
    const words = this.#lines.flatMap((line) => line.words);
    const last = words.at(-1)!;
    last.final = true;
    const otherIndent = second?.indent ?? this.#lonelyIndent(first.indent);
    const tabs = this.#lines.some((line) => line.tabs);
    this.#lines = [];
    this.#wordCount = 0;
    const lines = breakLines(words, {
      width,
      goal,
      firstIndent: first.indent + prefix.length,
      otherIndent: otherIndent + prefix.length,
    });
    return lines
      .map((text, i) => `${prefix}${indentation(i === 0 ? first.indent : otherIndent, tabs)}${text}\n`)
      .join("");
  }
}

function indentation(columns: number, tabs: boolean): string {
  return tabs ? "\t".repeat(Math.floor(columns / 8)) + " ".repeat(columns % 8) : " ".repeat(columns);
}

function parseLine(text: string, uniform: boolean): Line {
  const words: Word[] = [];
  let column = 0;
  let indent = 0;
  const advance = (blanks: string): void => {
    for (const char of blanks) column = char === "\t" ? column + 8 - (column % 8) : column + 1;
  };
  for (const [, blanks = "", word = ""] of text.matchAll(/([ \t]*)([^ \t]*)/g)) {
    const start = column;
    advance(blanks);
    const previous = words.at(-1);
    if (previous === undefined) indent = column;
    else if (word !== "") endWord(previous, column - start, uniform);
    if (word !== "") words.push(newWord(word));
    column += word.length;
  }
  const last = words.at(-1);
  if (last !== undefined) endWord(last, undefined, uniform);
  return { indent, words, tabs: text.includes("\t") };
}

/** @param space columns to the next word; undefined at the end of a line */
function endWord(word: Word, space: number | undefined, uniform: boolean): void {
  word.final = word.period && (space === undefined || space > 1);
  word.space = space === undefined || uniform ? (word.final ? 2 : 1) : space;
}

function newWord(text: string): Word {
  return {
    text,
    space: 1,
    final: false,
    paren: /^[([`'"]/.test(text),
    punct: /[!-/:-@[-`{-~]$/.test(text),
    period: /[.?!][)\]'"]*$/.test(text),
  };
}
