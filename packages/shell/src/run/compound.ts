// Compound commands other than loops. Source: POSIX XCU 2.9.4, bash(1) "Compound Commands".

import { evaluateOrComplain } from "../arith/evaluate.ts";
import type { Command, CompoundCommand } from "../ast.ts";
import type { Co } from "../co.ts";
import { evaluateConditional } from "../conditional.ts";
import { ShellError } from "../errors.ts";
import { compileShellPattern, inTurns } from "../expand/pattern.ts";
import { planOf } from "../expand/quick.ts";
import { expandPattern, expandString } from "../expand/word.ts";
import { splitBytes } from "../locale.ts";
import { printCommand } from "../print/printer.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { traceArithmetic, traceCase } from "../trace.ts";
import { startCoprocess } from "./coprocess.ts";
import { runForeground } from "./foreground.ts";
import { runCondition, runList } from "./list.ts";
import { runArithFor, runFor, runSelect, runWhile } from "./loops.ts";
import { runDebugTrap } from "./run-traps.ts";
import { runSubshellBody } from "./subshell.ts";

type Node<T extends CompoundCommand["type"]> = Extract<Command, CompoundCommand> & { type: T };

export function* runCompound(
  shell: Shell,
  command: Exclude<Command, { type: "simple" | "function" }>,
): Co<number> {
  switch (command.type) {
    case "group":
      return yield* runList(shell, command.body);
    case "subshell":
      return yield* runSubshell(shell, command);
    case "if":
      return yield* runIf(shell, command);
    case "while":
      return yield* runWhile(shell, command);
    case "for":
      shell.line = command.line;
      return yield* runFor(shell, command);
    case "select":
      return yield* runSelect(shell, command);
    case "arith-for":
      shell.line = command.line;
      return yield* runArithFor(shell, command);
    case "case":
      shell.line = command.line;
      return yield* runCase(shell, command);
    case "arith-command":
      shell.line = command.line;
      return yield* runArithCommand(shell, command);
    case "conditional":
      shell.line = command.line;
      return yield* runConditional(shell, command);
    case "coproc":
      return yield* startCoprocess(shell, command);
  }
}

function* runSubshell(shell: Shell, command: Node<"subshell">): Co<number> {
  const { line } = command;
  const pid = shell.fork((child) => runSubshellBody(child, command.body));
  const status = yield* runForeground(shell, pid, () => printCommand(command));
  shell.describing = command;
  shell.line = line;
  shell.pipeStatus = status;
  return status;
}

function* runIf(shell: Shell, node: Node<"if">): Co<number> {
  for (const clause of node.clauses) {
    const condition = yield* runCondition(shell, clause.condition);
    if (shell.unwinding !== UNWIND.NONE) return condition;
    if (condition === 0) return yield* runList(shell, clause.body);
  }
  return node.otherwise ? yield* runList(shell, node.otherwise) : 0;
}

function* runCase(shell: Shell, node: Node<"case">): Co<number> {
  const subject = yield* expandString(shell, node.word);
  if (shell.set.xtrace) yield* traceCase(shell, node);
  if (shell.traps.debugging) yield* runDebugTrap(shell, node);
  let status = 0;
  let running = false;
  for (const clause of node.clauses) {
    if (!running && !(yield* matchesAny(shell, clause.patterns, subject))) continue;
    status = yield* runList(shell, clause.body);
    if (shell.unwinding !== UNWIND.NONE || clause.terminator === "break") return status;
    running = clause.terminator === "fallthrough";
  }
  return status;
}

function* matchesAny(
  shell: Shell,
  patterns: Node<"case">["clauses"][number]["patterns"],
  subject: string,
): Co<boolean> {
  for (const word of patterns) {
    const plan = planOf(word);
    if (plan.kind === "literal" && !shell.shopt.nocasematch) {
      if (plan.text === subject) return true;
      continue;
    }
    const pattern = compileShellPattern(shell, yield* expandPattern(shell, word));
    const text = shell.bytewise ? splitBytes(subject) : subject;
    if (yield* inTurns(shell, pattern.matchesInSlices(text))) return true;
  }
  return false;
}

function* runArithCommand(shell: Shell, node: Node<"arith-command">): Co<number> {
  shell.describing = node;
  if (shell.traps.debugging) yield* runDebugTrap(shell, node);
  if (shell.set.xtrace) yield* traceArithmetic(shell, node.expression);
  const value = yield* evaluateOrComplain(shell, node.expression);
  const status = value === undefined || value === 0 ? 1 : 0;
  shell.pipeStatus = status;
  return status;
}

function* runConditional(shell: Shell, node: Node<"conditional">): Co<number> {
  shell.describing = node;
  if (shell.traps.debugging) yield* runDebugTrap(shell, node);
  let status: number;
  try {
    status = (yield* evaluateConditional(shell, node.expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ShellError) || error.ends !== "command") throw error;
    if (error.message !== "") shell.complain(`[[: ${error.message}`);
    status = error.status;
  }
  shell.pipeStatus = status;
  return status;
}
