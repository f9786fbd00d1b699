// [[ … ]]. Source: bash(1) "Conditional Expressions".

import { latin1ToOsString, osStringToLatin1 } from "@agentos/kernel/program";
import { compileRegex, type Regex, RegexError } from "@agentos/posix";
import { evaluateText } from "./arith/evaluate.ts";
import type { Conditional, Word } from "./ast.ts";
import { type Co, wait } from "./co.ts";
import { endsCommand, ShellError } from "./errors.ts";
import { escapePattern } from "./expand/builder.ts";
import { compileShellPattern, inTurns } from "./expand/pattern.ts";
import { quickString } from "./expand/quick.ts";
import { expandPattern, expandString } from "./expand/word.ts";
import { splitBytes } from "./locale.ts";
import type { Shell } from "./shell.ts";
import { testBinaryFiles, testUnary } from "./test-operators.ts";
import { traceTerm } from "./trace.ts";

/**
 * Whether the expression holds. @throws ShellError with status 2 for an invalid regular expression, 1 for invalid
 * arithmetic
 */
export function* evaluateConditional(shell: Shell, node: Conditional, negated = false): Co<boolean> {
  switch (node.type) {
    case "word": {
      const text = quickString(shell, node.word) ?? (yield* expandString(shell, node.word));
      if (shell.set.xtrace) yield* traceTerm(shell, negated, ["-n", text]);
      return text !== "";
    }
    case "not":
      return !(yield* evaluateConditional(shell, node.operand, !negated));
    case "group":
      return yield* evaluateConditional(shell, node.operand);
    case "and":
      return (
        (yield* evaluateConditional(shell, node.left)) && (yield* evaluateConditional(shell, node.right))
      );
    case "or":
      return (
        (yield* evaluateConditional(shell, node.left)) || (yield* evaluateConditional(shell, node.right))
      );
    case "unary":
      return yield* unary(shell, node.operator, yield* expandString(shell, node.operand), negated);
    case "binary":
      return yield* binary(shell, node, negated);
  }
}

function* unary(shell: Shell, operator: string, operand: string, negated: boolean): Co<boolean> {
  if (shell.set.xtrace) yield* traceTerm(shell, negated, [operator, operand]);
  return yield* testUnary(shell, operator, operand);
}

function* binary(
  shell: Shell,
  { operator, left: leftWord, right: rightWord }: Conditional & { type: "binary" },
  negated: boolean,
): Co<boolean> {
  const left = quickString(shell, leftWord) ?? (yield* expandString(shell, leftWord));
  switch (operator) {
    case "=":
    case "==":
    case "!=": {
      const quote = shell.set.xtrace ? escapeAll : escapePattern;
      const source = yield* expandPattern(shell, rightWord, quote);
      if (shell.set.xtrace) yield* traceTerm(shell, negated, [left, operator, source]);
      const pattern = compileShellPattern(shell, source);
      const text = shell.bytewise ? splitBytes(left) : left;
      return (yield* inTurns(shell, pattern.matchesInSlices(text))) === (operator !== "!=");
    }
    case "=~":
      return yield* matchRegex(shell, left, rightWord, negated);
  }
  const right = quickString(shell, rightWord) ?? (yield* expandString(shell, rightWord));
  if (shell.set.xtrace) yield* traceTerm(shell, negated, [left, operator, right]);
  switch (operator) {
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-nt":
    case "-ot":
    case "-ef":
      return yield* testBinaryFiles(shell, operator, left, right);
  }
  const [a, b] = [operandValue(shell, left), operandValue(shell, right)];
  switch (operator) {
    case "-eq":
      // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint may meet
      return a == b;
    case "-ne":
      // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint may meet
      return a != b;
    case "-lt":
      return a < b;
    case "-le":
      return a <= b;
    case "-gt":
      return a > b;
    case "-ge":
      return a >= b;
    default:
      throw new ShellError(`${operator}: binary operator expected`, 2, "command");
  }
}

/** Evaluates an arithmetic operand. An error in it ends only the [[ ]]. */
function operandValue(shell: Shell, text: string): number | bigint {
  try {
    return evaluateText(shell, text);
  } catch (error) {
    if (!endsCommand(error)) throw error;
    throw new ShellError(error.message, 1, "command");
  }
}

// ── =~ ─────────────────────────────────────────────────────────────────

const MAX_CACHED = 64;
const regexes = new Map<string, Regex>();

/** As xtrace shows quoted text in a pattern. */
function escapeAll(text: string): string {
  return text.replace(/[\s\S]/gu, "\\$&");
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

function* matchRegex(shell: Shell, text: string, word: Word, negated: boolean): Co<boolean> {
  const source = yield* expandPattern(shell, word, escapeRegex);
  if (shell.set.xtrace) yield* traceTerm(shell, negated, [text, "=~", source]);
  const icase = shell.shopt.nocasematch;
  const { bytewise } = shell;
  const subject = bytewise ? osStringToLatin1(text) : text;
  const regex = compiledRegex(bytewise ? osStringToLatin1(source) : source, icase, bytewise);
  const spans = yield* wait(regex.execPausing(subject, 0, () => shell.proc.yield()));
  if (!spans) {
    shell.vars.setArray("BASH_REMATCH", []);
    return false;
  }
  const groups: string[] = [];
  for (let i = 0; i + 1 < spans.length; i += 2) {
    const group = spans[i]! < 0 ? "" : subject.slice(spans[i]!, spans[i + 1]!);
    groups.push(bytewise ? latin1ToOsString(group) : group);
  }
  shell.vars.setArray("BASH_REMATCH", groups);
  return true;
}

function compiledRegex(source: string, icase: boolean, bytewise: boolean): Regex {
  const key = `${icase ? "i" : "-"}${bytewise ? "b" : "-"}${source}`;
  const cached = regexes.get(key);
  if (cached) return cached;
  try {
    const encoding = bytewise ? "latin1" : "utf16";
    const regex = compileRegex(source, { syntax: "ere", icase, loneParenLiteral: true, encoding });
    if (regexes.size >= MAX_CACHED) regexes.delete(regexes.keys().next().value!);
    regexes.set(key, regex);
    return regex;
  } catch (error) {
    if (error instanceof RegexError) throw new ShellError("", 2, "command");
    throw error;
  }
}
