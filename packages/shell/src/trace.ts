// xtrace: what commands look like after expansion. Source: bash(1) "set -x", PS4.

import type { ArithExpression, Assignment, CompoundCommand } from "./ast.ts";
import type { Co } from "./co.ts";
import { ShellError } from "./errors.ts";
import { expandArithmeticText } from "./expand/word.ts";
import { splitBytes } from "./locale.ts";
import { caseHeader, forHeader, printAssignment } from "./print/printer.ts";
import { expandPrompt } from "./prompt.ts";
import { quoteTraced } from "./quote.ts";
import type { Shell } from "./shell.ts";

/** $PS4, its first character repeated for each level of indirection. */
function* prefix(shell: Shell): Co<string> {
  const text = shell.vars.get("PS4") ?? "";
  const { status, substitutionStatus } = shell;
  shell.set.xtrace = false;
  let expanded = text;
  try {
    expanded = yield* expandPrompt(shell, text);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    shell.complain(error.message);
  }
  shell.set.xtrace = true;
  shell.status = status;
  shell.substitutionStatus = substitutionStatus;
  const [first = ""] = expanded;
  return first.repeat(shell.traceDepth + shell.subshellTraceDepth) + expanded;
}

function* write(shell: Shell, text: string): Co<void> {
  const line = `${yield* prefix(shell)}${text}\n`;
  const fd = Number(shell.vars.get("BASH_XTRACEFD") || 2);
  if (fd === 2) return shell.report(line);
  const written = shell.write(fd, line);
  if (written instanceof Promise) yield written;
}

export function* traceCommand(shell: Shell, args: readonly string[]): Co<void> {
  yield* write(shell, args.map((arg) => quoteTraced(shell.bytewise ? splitBytes(arg) : arg)).join(" "));
}

/** @param value the expanded value; undefined for an array, which shows as it was written */
export function* traceAssignment(shell: Shell, assignment: Assignment, value: string | undefined): Co<void> {
  if (value === undefined) return yield* write(shell, printAssignment(assignment));
  const subscript = assignment.subscript ? `[${assignment.subscript.text}]` : "";
  const text = value === "" ? "" : quoteTraced(shell.bytewise ? splitBytes(value) : value);
  yield* write(shell, `${assignment.name}${subscript}${assignment.append ? "+" : ""}=${text}`);
}

/** What `export` and `readonly` assign shows a second time, as an assignment. */
export function* traceDeclared(shell: Shell, operand: string): Co<void> {
  const at = operand.indexOf("=");
  if (at > 0) yield* write(shell, `${operand.slice(0, at)}=${quoteTraced(operand.slice(at + 1))}`);
}

export function* traceFor(shell: Shell, node: CompoundCommand & { type: "for" }): Co<void> {
  yield* write(shell, forHeader(node));
}

export function* traceCase(shell: Shell, node: CompoundCommand & { type: "case" }): Co<void> {
  yield* write(shell, caseHeader(node));
}

export function* traceArithmetic(shell: Shell, expression: ArithExpression): Co<void> {
  yield* write(shell, `(( ${yield* expandArithmeticText(shell, expression.word)} ))`);
}

/** One term of [[ … ]], as it is being tested. */
export function* traceTerm(shell: Shell, negated: boolean, parts: readonly string[]): Co<void> {
  const text = parts.map((part) => (part === "" ? "''" : part)).join(" ");
  yield* write(shell, `[[ ${negated ? "! " : ""}${text} ]]`);
}
