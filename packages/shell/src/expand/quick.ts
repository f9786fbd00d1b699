// Most words of commands expand without waiting and without intermediate fields: literals, quoted text, plain
// variables and constant arithmetic. The plan for a word is made once per word of the source.

import type { Compiled } from "../arith/compile.ts";
import { compiledConstant, run as runArithmetic } from "../arith/evaluate.ts";
import type { ArithExpression, Word, WordPart } from "../ast.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import { hasBraces } from "./brace.ts";
import { parameterValue } from "./special.ts";

/** A piece of a quick word: text, or something whose value is taken. */
type Piece = string | { name: string; quoted: boolean } | { compiled: Compiled; source: ArithExpression };

/** How a word is expanded: by its pieces, as "$@", or only in the general way. */
export type Plan =
  | { kind: "literal"; text: string }
  | { kind: "variable"; name: string }
  | { kind: "pieces"; pieces: Piece[]; quoted: boolean; changes: boolean }
  | { kind: "arguments" }
  | { kind: "general" };

const plans = new WeakMap<Word, Plan>();
const GENERAL: Plan = { kind: "general" };
const GLOB = /[*?[\\]/;
/** Characters that make unquoted text subject to splitting or pathname expansion, with the default IFS. */
const NEEDS_SPLITTING = /[ \t\n*?[\\(]/;

export function planOf(word: Word): Plan {
  const planned = plans.get(word);
  if (planned) return planned;
  const plan = makePlan(word);
  plans.set(word, plan);
  return plan;
}

function makePlan(word: Word): Plan {
  if (hasBraces(word)) return GENERAL;
  const { parts } = word;
  const only = parts.length === 1 ? parts[0]! : undefined;
  // "[" by itself is not a pattern but the name of a builtin.
  if (only?.type === "literal" && only.text === "[") return { kind: "literal", text: "[" };
  if (only?.type === "double" && only.parts.length === 1) {
    const inner = only.parts[0]!;
    if (isPlainParameter(inner) && inner.name === "@") return { kind: "arguments" };
  }
  const pieces: Piece[] = [];
  if (!addPieces(parts, false, pieces)) return GENERAL;
  if (pieces.length === 1) {
    const piece = pieces[0]!;
    if (typeof piece === "string") return { kind: "literal", text: piece };
    if ("name" in piece && !piece.quoted) return { kind: "variable", name: piece.name };
  }
  if (pieces.length === 0) return GENERAL;
  const changes = pieces.some((piece) => typeof piece === "object" && "compiled" in piece);
  const unquoted = pieces.some((piece) => typeof piece === "object" && "name" in piece && !piece.quoted);
  return { kind: "pieces", pieces, quoted: !unquoted, changes };
}

function addPieces(parts: readonly WordPart[], quoted: boolean, pieces: Piece[]): boolean {
  for (const part of parts) if (!addPiece(part, quoted, pieces)) return false;
  return true;
}

function addPiece(part: WordPart, quoted: boolean, pieces: Piece[]): boolean {
  switch (part.type) {
    case "literal":
      if (!quoted && GLOB.test(part.text)) return false;
      addText(part.text, pieces);
      return true;
    case "quoted":
      addText(part.text, pieces);
      return true;
    case "double":
      if (part.parts.length === 0) addText("", pieces);
      return addPieces(part.parts, true, pieces);
    case "parameter":
      if (!isPlainParameter(part) || part.name === "@" || part.name === "*") return false;
      pieces.push({ name: part.name, quoted });
      return true;
    case "arith": {
      const compiled = compiledConstant(part.expression);
      if (!compiled) return false;
      pieces.push({ compiled, source: part.expression });
      return true;
    }
    default:
      return false;
  }
}

function addText(text: string, pieces: Piece[]): void {
  const last = pieces.length - 1;
  if (typeof pieces[last] === "string") pieces[last] += text;
  else pieces.push(text);
}

function isPlainParameter(part: WordPart): part is WordPart & { type: "parameter"; name: string } {
  return (
    part.type === "parameter" && part.name !== "" && !part.subscript && !part.indirect && !part.operation
  );
}

/** Whether the word may need what quick expansion does not do after it has had side effects. */
export function isQuick(word: Word): boolean {
  const plan = planOf(word);
  return plan.kind !== "general" && !(plan.kind === "pieces" && plan.changes && !plan.quoted);
}

/** Adds the fields of a word. @returns false, with nothing done, if the word needs the general way */
export function expandQuick(shell: Shell, word: Word, into: string[]): boolean {
  if (shell.vars.elementNamerefs) return false;
  const plan = planOf(word);
  switch (plan.kind) {
    case "literal":
      into.push(plan.text);
      return true;
    case "variable": {
      const value = textOf(shell, plan.name);
      if (value === "") return true;
      if (!shell.ifs.isDefault || NEEDS_SPLITTING.test(value)) return false;
      into.push(value);
      return true;
    }
    case "pieces": {
      if (!shell.ifs.isDefault && (!plan.quoted || plan.changes)) return false;
      const text = join(shell, plan.pieces, false);
      if (text === undefined) return false;
      into.push(text);
      return true;
    }
    case "arguments":
      for (const argument of shell.positional) into.push(argument);
      return true;
    case "general":
      return false;
  }
}

/** The word as one string, neither split nor globbed; undefined if it needs the general way. */
export function quickString(shell: Shell, word: Word): string | undefined {
  if (shell.vars.elementNamerefs) return undefined;
  const plan = planOf(word);
  switch (plan.kind) {
    case "literal":
      return plan.text;
    case "variable":
      return textOf(shell, plan.name);
    case "pieces":
      return join(shell, plan.pieces, true);
    default:
      return undefined;
  }
}

function join(shell: Shell, pieces: readonly Piece[], whole: boolean): string | undefined {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    else if ("name" in piece) {
      const value = textOf(shell, piece.name);
      if (!whole && !piece.quoted && NEEDS_SPLITTING.test(value)) return undefined;
      text += value;
    } else text += String(runArithmetic(shell, piece.compiled, piece.source.word.text));
  }
  // If all pieces are unquoted and empty, there is no field at all; the general way handles that.
  return text === "" && !whole && typeof pieces[0] === "object" ? undefined : text;
}

function textOf(shell: Shell, name: string): string {
  const value = parameterValue(shell, name);
  if (value !== undefined) return value;
  if (shell.set.nounset)
    throw new ShellError(`${unboundName(name)}: unbound variable`, shell.fatalStatus, "exit");
  return "";
}

/** What bash calls a parameter in "unbound variable". */
export function unboundName(name: string): string {
  return /^\d/.test(name) ? `$${name}` : name;
}
