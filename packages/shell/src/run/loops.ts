// while, until, for, for ((;;)), select. Source: POSIX XCU 2.9.4, bash(1) "Compound Commands".

import { evaluateOrComplain } from "../arith/evaluate.ts";
import type { Int } from "../arith/int64.ts";
import type { ArithExpression, Command, CompoundCommand, List, Word } from "../ast.ts";
import type { Co } from "../co.ts";
import { ShellError } from "../errors.ts";
import { expandWords } from "../expand/word.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { traceArithmetic, traceFor } from "../trace.ts";
import { isName, NAMEREF } from "../variable.ts";
import { runCondition, runList } from "./list.ts";
import { runDebugTrap } from "./run-traps.ts";
import { readSelection, selectMenu } from "./select.ts";

type Node<T extends CompoundCommand["type"]> = Extract<Command, CompoundCommand> & { type: T };

/** Whether a loop ends now, because of break, continue to an outer loop, return or exit. */
function endsLoop(shell: Shell): boolean {
  switch (shell.unwinding) {
    case UNWIND.NONE:
      return false;
    case UNWIND.BREAK:
      if (--shell.unwindLoops === 0) shell.unwinding = UNWIND.NONE;
      return true;
    case UNWIND.CONTINUE:
      if (--shell.unwindLoops > 0) return true;
      shell.unwinding = UNWIND.NONE;
      return false;
    default:
      return true;
  }
}

export function* runWhile(shell: Shell, node: Node<"while">): Co<number> {
  let status = 0;
  shell.loopDepth++;
  for (;;) {
    const condition = yield* runCondition(shell, node.condition);
    if (shell.unwinding !== UNWIND.NONE && endsLoop(shell)) {
      status = condition;
      break;
    }
    if ((condition === 0) === node.until) break;
    status = yield* runList(shell, node.body);
    if (shell.unwinding !== UNWIND.NONE && endsLoop(shell)) break;
  }
  shell.loopDepth--;
  return status;
}

/** The words of `for` and `select`: "$@" if there is no `in`. */
function* wordsOf(shell: Shell, words: Word[] | undefined): Co<readonly string[]> {
  return words ? yield* expandWords(shell, words) : shell.positional;
}

export function* runFor(shell: Shell, node: Node<"for"> & { line: number }): Co<number> {
  if (!isName(node.name)) throw new ShellError(`\`${node.name}': not a valid identifier`, 1, "command");
  const values = yield* wordsOf(shell, node.words);
  let status = 0;
  shell.loopDepth++;
  for (const value of values) {
    if (shell.set.xtrace) yield* traceFor(shell, node);
    shell.line = node.line;
    if (shell.traps.debugging) yield* runDebugTrap(shell, node);
    assignLoopVariable(shell, node.name, value);
    status = yield* runList(shell, node.body);
    if (shell.unwinding !== UNWIND.NONE && endsLoop(shell)) break;
  }
  shell.loopDepth--;
  return status;
}

/** A nameref as the loop variable gets a new target each time. */
function assignLoopVariable(shell: Shell, name: string, value: string): void {
  const variable = shell.vars.lookup(name);
  if (variable && variable.flags & NAMEREF) shell.vars.aim(variable, value);
  else setOrEnd(shell, name, value);
}

/** A readonly loop variable ends the loop, but nothing more. */
function setOrEnd(shell: Shell, name: string, value: string): void {
  try {
    shell.vars.set(name, value);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    throw new ShellError(error.message, 1, "command");
  }
}

export function* runArithFor(shell: Shell, node: Node<"arith-for"> & { line: number }): Co<number> {
  let status = 0;
  if ((yield* evaluatePart(shell, node.init)) === undefined) return 1;
  shell.loopDepth++;
  for (;;) {
    shell.line = node.line;
    const goesOn = yield* evaluatePart(shell, node.condition);
    if (goesOn === undefined) status = 1;
    if (!goesOn) break;
    status = yield* runBody(shell, node.body);
    if (shell.unwinding !== UNWIND.NONE && endsLoop(shell)) break;
    shell.line = node.line;
    if ((yield* evaluatePart(shell, node.step)) === undefined) {
      status = 1;
      break;
    }
  }
  shell.loopDepth--;
  return status;
}

/** An empty body still lets others run. */
function* runBody(shell: Shell, body: List): Co<number> {
  if (body.items.length === 0) yield* shell.breathe();
  return yield* runList(shell, body);
}

function* evaluatePart(shell: Shell, expression: ArithExpression | undefined): Co<Int | undefined> {
  if (!expression) return 1;
  if (shell.set.xtrace) yield* traceArithmetic(shell, expression);
  if (shell.traps.debugging) yield* runDebugTrap(shell, expression);
  return yield* evaluateOrComplain(shell, expression);
}

export function* runSelect(shell: Shell, node: Node<"select">): Co<number> {
  const values = yield* wordsOf(shell, node.words);
  if (values.length === 0) return 0;
  let status = 0;
  shell.loopDepth++;
  for (let showMenu = true; ; ) {
    if (showMenu) shell.report(selectMenu(shell, values));
    const reply = yield* readSelection(shell);
    if (reply === undefined) {
      status = 1;
      break;
    }
    shell.vars.set("REPLY", reply);
    showMenu = reply === "";
    if (showMenu) continue;
    const index = /^\s*\d+\s*$/.test(reply) ? Number(reply) - 1 : -1;
    shell.vars.set(node.name, values[index] ?? "");
    status = yield* runList(shell, node.body);
    if (shell.unwinding !== UNWIND.NONE && endsLoop(shell)) break;
    showMenu = (shell.vars.get("REPLY") ?? "") === "";
  }
  shell.loopDepth--;
  return status;
}
