// The current record: $0, its fields and NF. Each is computed from the others only when it is asked for.

import { andThen, type MaybePromise } from "@agentos/kernel/abi";
import type { Pause } from "@agentos/posix";
import { AwkError } from "./ast.ts";
import type { Characters } from "./characters.ts";
import { Collecting, eachMatch, Splitting } from "./matching.ts";
import type { RegexCache } from "./regex-cache.ts";
import { InputString, type Value } from "./values.ts";

const MAX_FIELDS = 1 << 24;

export class AwkRecord {
  fieldSeparator = " ";
  outputFieldSeparator = " ";
  /** Records are paragraphs: newlines separate fields too, whatever FS is. */
  paragraphs = false;
  fieldPattern: string | undefined;
  readonly #regexes: RegexCache;
  readonly #characters: Characters;
  #text = "";
  /** The fields found so far: all, or those before `#rest`. Index 0 is $1. */
  #fields: (string | InputString | number)[] = [];
  /** Where in the text to continue splitting; -1: all is split. */
  #rest = 0;
  /** Whether a field was changed since $0 was computed. */
  #stale = false;

  constructor(regexes: RegexCache, characters: Characters) {
    this.#regexes = regexes;
    this.#characters = characters;
  }

  set(text: string): void {
    this.#text = text;
    this.#rest = 0;
    this.#stale = false;
  }

  get text(): string {
    if (this.#stale) this.#rebuild();
    return this.#text;
  }

  get count(): number {
    return this.#split().length;
  }

  set count(count: number) {
    const fields = this.#split();
    checkIndex(count);
    if (count > fields.length) for (let i = fields.length; i < count; i++) fields.push("");
    fields.length = count;
    this.#stale = true;
  }

  /** A field's text; "" beyond the last. */
  fieldText(index: number): string {
    if (index === 0) return this.text;
    const field = this.#splitTo(index)[index - 1];
    if (typeof field === "string") return field;
    if (field === undefined) return checkIndex(index);
    return typeof field === "number" ? String(field) : field.text;
  }

  field(index: number): Value {
    if (index === 0) return new InputString(this.text);
    const field = this.#splitTo(index)[index - 1];
    if (field === undefined) {
      checkIndex(index);
      return undefined;
    }
    return typeof field === "string" ? new InputString(field) : field;
  }

  /** @param text what the value is as a string */
  assign(index: number, text: string): void {
    if (index === 0) {
      this.set(text);
      return;
    }
    checkIndex(index);
    const fields = this.#split();
    while (fields.length < index) fields.push("");
    fields[index - 1] = text;
    this.#stale = true;
  }

  /** FS is about to change: the current record keeps the fields by the old value. */
  keepFields(): void {
    this.#split();
  }

  #rebuild(): void {
    this.#text = this.#fields
      .map((field) => (typeof field === "object" ? field.text : field))
      .join(this.outputFieldSeparator);
    this.#stale = false;
  }

  #split(): (string | InputString | number)[] {
    return this.#splitTo(Infinity);
  }

  /** Splits at least up to field number `count`: programs mostly look at the first few fields only. */
  #splitTo(count: number): (string | InputString | number)[] {
    if (this.#rest < 0) return this.#fields;
    if (this.fieldPattern !== undefined || this.fieldSeparator !== " ") {
      this.#fields = this.#splitRecord(undefined) as string[];
    } else {
      if (this.#rest === 0) this.#fields = [];
      if (this.#fields.length < count) this.#rest = splitBlanks(this.#text, this.#fields, this.#rest, count);
      return this.#fields;
    }
    this.#rest = -1;
    return this.#fields;
  }

  /** The fields by FS or FPAT: at once without `pause`. */
  #splitRecord(pause: Pause | undefined): MaybePromise<string[]> {
    const { fieldSeparator, fieldPattern } = this;
    if (fieldPattern !== undefined) return this.#byPattern(fieldPattern, pause);
    // Only a separator of one character has the newline beside it.
    if (!this.paragraphs || fieldSeparator.length !== 1)
      return this.split(this.#text, fieldSeparator, undefined, pause);
    const single = fieldSeparator.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
    return this.splitByRegex(this.#text, `(${single})|\n`, undefined, pause);
  }

  /** Splits a new record if that may take long, since whoever asks for a field later cannot wait. */
  prepare(pause: Pause): MaybePromise<void> {
    const pattern = this.fieldPattern ?? this.fieldSeparator;
    if (pattern.length <= 1 || this.#regexes.get(pattern).native) return;
    return andThen(this.#splitRecord(pause), (fields) => {
      this.#fields = fields;
      this.#rest = -1;
    });
  }

  #byPattern(source: string, pause: Pause | undefined): MaybePromise<string[]> {
    const regex = this.#regexes.get(source);
    const step = new Collecting(this.#text, regex);
    return andThen(eachMatch(regex, this.#text, step, pause), () => step.parts);
  }

  /** Splits a text as FS says; `separators` collects what stood between. */
  split(
    text: string,
    separator: string,
    separators: string[] | undefined,
    pause: Pause | undefined,
  ): MaybePromise<string[]> {
    if (text === "") return [];
    if (separator === " ") {
      const fields: string[] = [];
      splitBlanks(text, fields, 0, Infinity, separators);
      return fields;
    }
    if (separator === "") return this.#characters.split(text);
    if (
      separator.length === 1 &&
      separator !== "\\" &&
      (!/[A-Za-z]/.test(separator) || !this.#regexes.ignoreCase)
    ) {
      const fields = text.split(separator);
      if (separators !== undefined) for (let i = 1; i < fields.length; i++) separators.push(separator);
      return fields;
    }
    return this.splitByRegex(text, separator === "\\" ? "\\\\" : separator, separators, pause);
  }

  splitByRegex(
    text: string,
    source: string,
    separators: string[] | undefined,
    pause: Pause | undefined,
  ): MaybePromise<string[]> {
    if (text === "") return [];
    if (source === "") return this.#characters.split(text);
    const step = new Splitting(text, separators);
    return andThen(eachMatch(this.#regexes.get(source), text, step, pause), () => step.parts());
  }
}

/**
 * Runs of blanks and newlines separate; those at the ends do not count. Goes on at `from` until there are `count`
 * fields; answers where to go on after those, or -1 at the end.
 */
function splitBlanks(
  text: string,
  fields: (string | InputString | number)[],
  from: number,
  count: number,
  separators?: string[],
): number {
  const { length } = text;
  let at = from;
  while (at < length && isBlank(text.charCodeAt(at))) at++;
  while (at < length) {
    const start = at;
    while (at < length && !isBlank(text.charCodeAt(at))) at++;
    fields.push(start === 0 && at === length ? text : text.slice(start, at));
    const gap = at;
    while (at < length && isBlank(text.charCodeAt(at))) at++;
    if (separators !== undefined && at < length) separators.push(text.slice(gap, at));
    if (fields.length >= count && at < length) return at;
  }
  return -1;
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10;

function checkIndex(index: number): "" {
  if (index < 0) throw new AwkError(`fatal: attempt to access field ${index}`);
  if (index > MAX_FIELDS) throw new AwkError(`fatal: field index ${index} is too large`);
  return "";
}
