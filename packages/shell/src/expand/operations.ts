// The operations of ${name…}. Each maps the values it is given, or substitutes another word for them.

import type { Slices } from "@agentos/posix";
import { evaluateText } from "../arith/evaluate.ts";
import { fromStart } from "../array-subscript.ts";
import type { ParameterOperation, ParameterPart, Word } from "../ast.ts";
import type { Co } from "../co.ts";
import { endsCommand, ShellError } from "../errors.ts";
import { joinBytes, splitBytes } from "../locale.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variable.ts";
import type { Builder } from "./builder.ts";
import { changeCase } from "./case.ts";
import { elementsOf, requireSet, type Values } from "./parameter.ts";
import {
  compileShellPattern,
  compileStripPattern,
  inTurns,
  replacePattern,
  stripPattern,
} from "./pattern.ts";
import { transformValues } from "./transform.ts";
import { type Context, expandArithmeticText, expandParts, expandPattern, expandString } from "./word.ts";

const ON_WORDS = new Set(["default", "assign", "error", "alternate"]);

/** The values after the operation; undefined if it has already put a word into `builder`. */
export function* applyOperation(
  shell: Shell,
  part: ParameterPart,
  operation: ParameterOperation,
  values: Values,
  builder: Builder,
  context: Context,
): Co<Values | undefined> {
  if (!shell.bytewise || ON_WORDS.has(operation.type))
    return yield* operate(shell, part, operation, values, builder, context);
  const result = yield* operate(shell, part, operation, map(values, splitBytes), builder, context);
  return result && map(result, joinBytes);
}

function* operate(
  shell: Shell,
  part: ParameterPart,
  operation: ParameterOperation,
  values: Values,
  builder: Builder,
  context: Context,
): Co<Values | undefined> {
  switch (operation.type) {
    case "length":
      return yield* lengthOf(shell, values);
    case "default":
    case "assign":
    case "error":
    case "alternate":
      return yield* substituteWord(shell, part, operation, values, builder, context);
    case "slice":
      return yield* slice(shell, part, operation.offset, operation.length, values);
    case "transform":
      return yield* transformValues(shell, operation.operator, part.text, values);
    case "strip": {
      requireSet(shell, values);
      const text = yield* expandPattern(shell, operation.pattern);
      const pattern = compileStripPattern(shell, text);
      return yield* mapInTurns(shell, values, (value) =>
        stripPattern(pattern, value, operation.from, operation.longest),
      );
    }
    case "replace": {
      requireSet(shell, values);
      const pattern = compileShellPattern(shell, yield* expandPattern(shell, operation.pattern));
      const replacement = yield* replacementOf(shell, operation.replacement);
      return yield* mapInTurns(shell, values, (value) =>
        replacePattern(pattern, value, operation.which, replacement),
      );
    }
    case "case": {
      requireSet(shell, values);
      const text = operation.pattern && (yield* expandPattern(shell, operation.pattern));
      const pattern = text ? compileShellPattern(shell, text) : undefined;
      return map(values, (value) => changeCase(value, operation.to, operation.all, pattern));
    }
    default:
      return values;
  }
}

function map(values: Values, change: (value: string) => string): Values {
  if (values.list) return { ...values, list: values.list.map(change) };
  return values.scalar === undefined ? values : { ...values, scalar: change(values.scalar) };
}

function* mapInTurns(shell: Shell, values: Values, change: (value: string) => Slices<string>): Co<Values> {
  if (values.list) {
    const list: string[] = [];
    for (const value of values.list) list.push(yield* inTurns(shell, change(value)));
    return { ...values, list };
  }
  if (values.scalar === undefined) return values;
  return { ...values, scalar: yield* inTurns(shell, change(values.scalar)) };
}

/** Characters, not UTF-16 units. */
export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

const CHARACTERS_PER_BREATH = 1 << 20;

function* countInTurns(shell: Shell, text: string): Co<number> {
  let count = 0;
  for (let from = 0; from < text.length; ) {
    let end = Math.min(from + CHARACTERS_PER_BREATH, text.length);
    if ((text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end++;
    count += characterCount(text.slice(from, end));
    from = end;
    yield* shell.breathe();
  }
  return count;
}

function* lengthOf(shell: Shell, values: Values): Co<Values> {
  requireSet(shell, values);
  const length = values.list ? values.list.length : yield* countInTurns(shell, values.scalar ?? "");
  return { ...values, list: undefined, scalar: String(length) };
}

/** In a replacement, an unquoted & stands for the match while patsub_replacement is on. */
function* replacementOf(shell: Shell, word: Word): Co<(match: string) => string> {
  if (!shell.shopt.patsub_replacement) {
    const plain = yield* expandString(shell, word);
    return () => plain;
  }
  const text = yield* expandPattern(shell, word, (quoted) => quoted.replace(/[&\\]/g, "\\$&"));
  const pieces = text.split(/(\\[\s\S]|&)/);
  const isPlain = !text.includes("&") && !text.includes("\\");
  if (isPlain) return () => text;
  return (match) =>
    pieces
      .map((piece) => {
        if (piece === "&") return match;
        return piece === "\\&" || piece === "\\\\" ? piece.slice(1) : piece;
      })
      .join("");
}

type WordOperation = ParameterOperation & { type: "default" | "assign" | "error" | "alternate" };

function* substituteWord(
  shell: Shell,
  part: ParameterPart,
  operation: WordOperation,
  values: Values,
  builder: Builder,
  context: Context,
): Co<Values | undefined> {
  // The list that ${!name} leads to counts as null only if it has no elements at all.
  const colon = operation.colon && !(part.indirect && values.list && context === "quoted");
  const missing = isMissing(shell, values, colon, context);
  if (operation.type === "alternate" ? missing : !missing) {
    if (operation.type !== "alternate") return values;
    return { ...values, list: values.list && [], scalar: context === "quoted" ? "" : undefined };
  }
  if (operation.type === "assign") return yield* assignDefault(shell, part, operation.word, values);
  if (operation.type === "error") {
    const message =
      (yield* expandString(shell, operation.word)) || `parameter ${operation.colon ? "null or " : ""}not set`;
    throw new ShellError(`${values.name}: ${message}`, shell.fatalStatus, "exit");
  }
  const inner = context === "quoted" ? "quoted" : "result";
  if (operation.word.parts.length === 0 && context === "quoted") builder.quoted("");
  yield* expandParts(shell, operation.word.parts, builder, inner);
  return undefined;
}

function isMissing(shell: Shell, values: Values, colon: boolean, context: Context): boolean {
  if (!values.list) return values.scalar === undefined || (colon && values.scalar === "");
  if (colon && context === "quoted" && values.star && values.list.join(shell.ifs.joiner) === "") return true;
  return values.list.length === 0 || (colon && values.list.length === 1 && values.list[0] === "");
}

function* assignDefault(shell: Shell, part: ParameterPart, word: Word, values: Values): Co<Values> {
  const value = yield* expandString(shell, word);
  const { name } = part;
  const target = values.variable?.name ?? (part.indirect ? values.name : name);
  if (!isName(target)) throw new ShellError(`$${target}: cannot assign in this way`);
  if (values.key !== undefined) shell.vars.setElement(target, values.key, value);
  else shell.vars.set(target, value);
  const stored = values.key === undefined ? shell.vars.get(target) : value;
  return { ...values, list: undefined, scalar: stored ?? "" };
}

// ── slices ─────────────────────────────────────────────────────────────

function* slice(
  shell: Shell,
  part: ParameterPart,
  offsetWord: Word,
  lengthWord: Word | undefined,
  values: Values,
): Co<Values> {
  requireSet(shell, values);
  const label = part.subscript?.type === "all" ? `${values.name}[${part.subscript.form}]` : values.name;
  const offset = yield* numberOf(shell, label, offsetWord);
  const length = lengthWord && (yield* numberOf(shell, label, lengthWord));
  if (values.list) return sliceList(shell, part, values, offset, length, lengthWord);
  if (values.scalar === undefined) return values;
  const isAscii = (yield* countInTurns(shell, values.scalar)) === values.scalar.length;
  const chars = isAscii ? values.scalar : [...values.scalar];
  const [start, end] = bounds(chars.length, offset, length, lengthWord);
  const taken = chars.slice(start, end);
  return { ...values, scalar: typeof taken === "string" ? taken : taken.join("") };
}

function* numberOf(shell: Shell, name: string, word: Word): Co<number> {
  const text = yield* expandArithmeticText(shell, word);
  try {
    return Number(evaluateText(shell, text));
  } catch (error) {
    if (!endsCommand(error)) throw error;
    throw new ShellError(`${name}: ${error.message}`);
  }
}

function bounds(total: number, offset: number, length: number | undefined, word?: Word): [number, number] {
  const start = offset < 0 ? total + offset : offset;
  if (start < 0 || start > total) return [0, 0];
  if (length === undefined) return [start, total];
  const end = length < 0 ? total + length : start + length;
  if (length < 0 && end < start) throw new ShellError(`${word?.text ?? length}: substring expression < 0`);
  return [start, Math.min(end, total)];
}

function sliceList(
  shell: Shell,
  part: ParameterPart,
  values: Values,
  offset: number,
  length: number | undefined,
  word: Word | undefined,
): Values {
  if (length !== undefined && length < 0) throw new ShellError(`${word?.text}: substring expression < 0`);
  if (!part.subscript && (values.name === "@" || values.name === "*")) {
    const all = [shell.name, ...shell.positional];
    const start = offset < 0 ? all.length + offset : offset;
    if (start < 0) return { ...values, list: [] };
    return { ...values, list: all.slice(start, length === undefined ? undefined : start + length) };
  }
  const indexed = values.variable?.indexed;
  const list = indexed ? indexed.values() : elementsOf(shell, values.variable);
  let from = offset;
  if (indexed) {
    const start = fromStart(indexed, offset);
    if (start < 0) return { ...values, list: [] };
    from = indexed.keys().findIndex((key) => key >= start);
    if (from < 0) return { ...values, list: [] };
  } else if (offset < 0) {
    from = list.length + offset;
  } else if (values.variable?.assoc && offset > 0) {
    from = offset - 1;
  }
  return { ...values, list: list.slice(from, length === undefined ? undefined : from + length) };
}
