// [[ … ]]. Source: bash(1) "Conditional Expressions".

import { latin1ToOsString, osStringToLatin1 } from "@agentos/kernel/program";
import { compileRegex, type Regex, RegexError } from "@agentos/posix";
import { evaluateText } from "./arith/evaluate.ts";
import type { Conditional, Word } from "./ast.ts";
import { type Co, wait } from "./co.ts";
import { ShellError } from "./errors.ts";
import { compileShellPattern, inTurns } from "./expand/pattern.ts";
import { quickString } from "./expand/quick.ts";
import { expandPattern, expandString } from "./expand/word.ts";
import { splitBytes } from "./locale.ts";
import type { Shell } from "./shell.ts";
import { testBinaryFiles, testUnary } from "./test-operators.ts";

/** Whether it holds. @throws ShellError with status 2 for a regular expression that is none, 1 for bad arithmetic */
export function* evaluateConditional(shell: Shell, node: Conditional): Co<boolean> {
  switch (node.type) {
    case "word":
      return (quickString(shell, node.word) ?? (yield* expandString(shell, node.word))) !== "";
    case "not":
      return !(yield* evaluateConditional(shell, node.operand));
    case "and":
      return (
        (yield* evaluateConditional(shell, node.left)) && (yield* evaluateConditional(shell, node.right))
      );
    case "or":
      return (
        (yield* evaluateConditional(shell, node.left)) || (yield* evaluateConditional(shell, node.right))
      );
    case "unary":
      return yield* testUnary(shell, node.operator, yield* expandString(shell, node.operand));
    case "binary":
      return yield* binary(shell, node.operator, node.left, node.right);
  }
}

function* binary(shell: Shell, operator: string, leftWord: Word, rightWord: Word): Co<boolean> {
  const left = quickString(shell, leftWord) ?? (yield* expandString(shell, leftWord));
  switch (operator) {
    case "=":
    case "==":
    case "!=": {
      const pattern = compileShellPattern(shell, yield* expandPattern(shell, rightWord));
      const text = shell.bytewise ? splitBytes(left) : left;
      return (yield* inTurns(shell, pattern.matchesInSlices(text))) === (operator !== "!=");
    }
    case "=~":
      return yield* matchRegex(shell, left, rightWord);
  }
  const right = quickString(shell, rightWord) ?? (yield* expandString(shell, rightWord));
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

/** An arithmetic operand: an error in it ends only the [[ ]]. */
function operandValue(shell: Shell, text: string): number | bigint {
  try {
    return evaluateText(shell, text);
  } catch (error) {
    if (!(error instanceof ShellError) || error.ends === "exit") throw error;
    throw new ShellError(error.message, 1, "command");
  }
}

// ── =~ ─────────────────────────────────────────────────────────────────

const MAX_CACHED = 64;
const regexes = new Map<string, Regex>();

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

function* matchRegex(shell: Shell, text: string, word: Word): Co<boolean> {
  const source = yield* expandPattern(shell, word, escapeRegex);
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
