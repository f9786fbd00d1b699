// Words → fields, strings and patterns. Order of expansions: POSIX XCU 2.6.

import { evaluateExpression } from "../arith/evaluate.ts";
import type { Word, WordPart } from "../ast.ts";
import type { Co } from "../co.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import { expandBraces, hasBraces, numberSequence, type Sequence, sequenceText } from "./brace.ts";
import { type Builder, escapePattern, FieldBuilder, PatternBuilder, StringBuilder } from "./builder.ts";
import { expandParameter } from "./parameter.ts";
import { expandPathnames } from "./pathname.ts";
import { expandQuick, quickString } from "./quick.ts";
import { substituteCommand, substituteProcess } from "./substitution.ts";
import { expandTilde } from "./tilde.ts";

/** How literal text outside of quotes is treated. */
export type Context = "source" | "quoted" | "result";

/** Adds the fields of an argument word. */
export function* expandWord(shell: Shell, word: Word, into: string[]): Co<void> {
  if (shell.set.braceexpand && hasBraces(word)) {
    const sequence = numberSequence(word);
    if (sequence) return yield* expandSequence(shell, sequence, into);
    let count = 0;
    for (const single of expandBraces(word)) {
      if (!expandQuick(shell, single, into)) yield* expandFields(shell, single, into);
      if (++count % BRACES_PER_BREATH === 0) yield* shell.breathe();
    }
  } else if (!expandQuick(shell, word, into)) {
    yield* expandFields(shell, word, into);
  }
}

const WORDS_PER_BREATH = 4096;
const BRACES_PER_BREATH = 256;
/** More fields than this are refused, as a real shell runs out of memory for them. */
const MAX_FIELDS = 2_000_000;
/** How many characters are split between two calls of breathe(). */
const SPLIT_PER_BREATH = 16_384;

function* expandSequence(shell: Shell, sequence: Sequence, into: string[]): Co<void> {
  for (let index = 0; ; index++) {
    const text = sequenceText(sequence, index);
    if (text === undefined) return;
    into.push(text);
    if (index % WORDS_PER_BREATH === 0) yield* shell.breathe();
  }
}

export function* expandWords(shell: Shell, words: readonly Word[]): Co<string[]> {
  const fields: string[] = [];
  for (const word of words) yield* expandWord(shell, word, fields);
  return fields;
}

function* expandFields(shell: Shell, word: Word, into: string[]): Co<void> {
  const builder = new FieldBuilder(shell.ifs, shell.shopt.extglob);
  yield* expandParts(shell, word.parts, builder, "source");
  let count = 0;
  for (const field of builder.done()) {
    if (++count % WORDS_PER_BREATH === 0) yield* shell.breathe();
    if (field.pattern === undefined || shell.set.noglob) into.push(field.text);
    else yield* expandPathnames(shell, field.pattern, field.text, into);
  }
}

/** The word as one string: assignments, here-strings, `case` words, redirect targets in posix mode. */
export function* expandString(shell: Shell, word: Word): Co<string> {
  const quick = quickString(shell, word);
  if (quick !== undefined) return quick;
  const builder = new StringBuilder(shell.ifs);
  yield* expandParts(shell, word.parts, builder, "source");
  return builder.text;
}

/** The word as a pattern in which quoted text stands for itself. */
export function* expandPattern(shell: Shell, word: Word, quote = escapePattern): Co<string> {
  const builder = new PatternBuilder(shell.ifs, quote);
  yield* expandParts(shell, word.parts, builder, "source");
  return builder.text;
}

/** A here-document's or prompt's text: all of it as within double quotes. */
export function* expandQuotedText(shell: Shell, word: Word): Co<string> {
  const builder = new StringBuilder(shell.ifs);
  yield* expandParts(shell, word.parts, builder, "quoted");
  return builder.text;
}

/** The source of an arithmetic expression after its expansions. */
export function* expandArithmeticText(shell: Shell, word: Word): Co<string> {
  return yield* expandQuotedText(shell, word);
}

export function* expandParts(
  shell: Shell,
  parts: readonly WordPart[],
  builder: Builder,
  context: Context,
): Co<void> {
  for (const part of parts) yield* expandPart(shell, part, builder, context);
}

function* expandPart(shell: Shell, part: WordPart, builder: Builder, context: Context): Co<void> {
  switch (part.type) {
    case "literal":
      if (context === "source") builder.literal(part.text);
      else if (context === "quoted") builder.quoted(part.text);
      else yield* splitText(shell, builder, part.text);
      return;
    case "quoted":
      builder.quoted(part.text);
      return;
    case "double":
      if (part.parts.length === 0) builder.quoted("");
      else yield* expandParts(shell, part.parts, builder, "quoted");
      return;
    case "parameter":
      yield* expandParameter(shell, part, builder, context);
      return;
    case "command":
      yield* emit(shell, builder, yield* substituteCommand(shell, part.body), context);
      return;
    case "arith":
      yield* emit(shell, builder, String(yield* evaluateExpression(shell, part.expression)), context);
      return;
    case "process":
      builder.quoted(yield* substituteProcess(shell, part.direction, part.body));
      return;
    case "tilde":
      builder.quoted((yield* expandTilde(shell, part.user)) ?? `~${part.user}`);
      return;
    case "extglob":
      yield* expandExtglob(shell, part, builder);
  }
}

function* emit(shell: Shell, builder: Builder, text: string, context: Context): Co<void> {
  if (context === "quoted") builder.quoted(text);
  else yield* splitText(shell, builder, text);
}

/** The result of an expansion outside quotes. @throws ShellError for more fields than there is memory for */
export function* splitText(shell: Shell, builder: Builder, text: string): Co<void> {
  if (text.length <= SPLIT_PER_BREATH) return builder.split(text);
  for (let from = 0; from < text.length; from += SPLIT_PER_BREATH) {
    builder.split(text.slice(from, from + SPLIT_PER_BREATH));
    if (builder.count > MAX_FIELDS) throw new ShellError("cannot allocate memory", 2, "exit");
    yield* shell.breathe();
  }
}

function* expandExtglob(shell: Shell, part: WordPart & { type: "extglob" }, builder: Builder): Co<void> {
  const patterns: string[] = [];
  const texts: string[] = [];
  for (const alternative of part.alternatives) {
    patterns.push(yield* expandPattern(shell, alternative));
    texts.push(yield* expandString(shell, alternative));
  }
  builder.pattern(`${part.operator}(${patterns.join("|")})`, `${part.operator}(${texts.join("|")})`);
}
