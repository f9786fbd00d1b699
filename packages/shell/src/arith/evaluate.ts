// Arithmetic evaluation: of expressions in the source, which are compiled once, and of text from expansions or
// variables.

import type { ArithExpression } from "../ast.ts";
import type { Co } from "../co.ts";
import { endsCommand, ShellError } from "../errors.ts";
import { expandArithmeticText } from "../expand/word.ts";
import { parseArithmetic } from "../parser/arithmetic.ts";
import type { Shell } from "../shell.ts";
import { type Compiled, compile } from "./compile.ts";
import { type Int, smallDecimal } from "./int64.ts";

const MAX_RECURSION = 1024;
/** Longer expressions are refused, as they are parsed without a pause. */
const MAX_LENGTH = 1 << 20;
const MAX_CACHED = 512;
const MAX_CACHED_LENGTH = 256;

const byText = new Map<string, Compiled>();
const byExpression = new WeakMap<object, Compiled>();

/** The value of `$((…))`, `((…))` and the like. @throws ShellError */
export function* evaluateExpression(shell: Shell, expression: ArithExpression): Co<Int> {
  const constant = compiledConstant(expression);
  if (constant) return run(shell, constant, expression.word.text);
  const text = yield* expandArithmeticText(shell, expression.word);
  if (text.length > MAX_CACHED_LENGTH) yield* shell.breathe();
  return evaluateText(shell, text);
}

/** As evaluateExpression(), for ((…)) and `for ((…))`: an error is reported, and the value is undefined. */
export function* evaluateOrComplain(shell: Shell, expression: ArithExpression): Co<Int | undefined> {
  try {
    return yield* evaluateExpression(shell, expression);
  } catch (error) {
    if (!endsCommand(error)) throw error;
    shell.complain(`((: ${error.message}`);
    return undefined;
  }
}

/** The compiled form of an expression that contains no expansions and therefore never waits. */
export function compiledConstant(expression: ArithExpression): Compiled | undefined {
  if (expression.constant === undefined) return undefined;
  let compiled = byExpression.get(expression);
  if (compiled === undefined) {
    compiled = compile(expression.constant);
    byExpression.set(expression, compiled);
  }
  return compiled;
}

/** Evaluates text that needs no more expansion. @throws ShellError */
export function evaluateText(shell: Shell, text: string): Int {
  return smallDecimal(text) ?? run(shell, compileText(text), text);
}

/** The index that the text of a subscript means. @throws ShellError that ends the whole top-level command, unlike other arithmetic errors */
export function evaluateSubscript(shell: Shell, text: string): Int {
  try {
    return evaluateText(shell, text);
  } catch (error) {
    if (!endsCommand(error)) throw error;
    throw new ShellError(error.message, error.status, "toplevel");
  }
}

/** Evaluates the value of a variable within an expression. */
export function evaluateNested(shell: Shell, text: string): Int {
  const number = smallDecimal(text);
  if (number !== undefined) return number;
  if (shell.arithmeticDepth >= MAX_RECURSION) {
    throw new ShellError(`${text}: expression recursion level exceeded (error token is "${text}")`);
  }
  shell.arithmeticDepth++;
  try {
    return run(shell, compileText(text), text);
  } finally {
    shell.arithmeticDepth--;
  }
}

export function run(shell: Shell, compiled: Compiled, text: string): Int {
  try {
    return compiled(shell);
  } catch (error) {
    if (error instanceof ShellError && /^(division|exponent)/.test(error.message)) {
      throw new ShellError(`${text.trimStart()}: ${error.message}`, error.status, error.ends);
    }
    throw error;
  }
}

function compileText(text: string): Compiled {
  const cached = byText.get(text);
  if (cached) return cached;
  if (text.length > MAX_LENGTH) throw new ShellError("expression: cannot allocate memory");
  const tree = parseArithmetic(text);
  if ("error" in tree)
    throw new ShellError(`${tree.expression.trimStart()}: ${tree.error} (error token is "${tree.token}")`);
  const compiled = compile(tree);
  if (text.length <= MAX_CACHED_LENGTH) {
    if (byText.size >= MAX_CACHED) byText.delete(byText.keys().next().value!);
    byText.set(text, compiled);
  }
  return compiled;
}
