// Simple commands. Source: POSIX XCU 2.9.1; bash(1) "SIMPLE COMMAND EXPANSION".

import { isSysError } from "@agentos/kernel/abi";
import type { SimpleCommand } from "../ast.ts";
import type { Builtin } from "../builtins/builtin.ts";
import { findBuiltin } from "../builtins/table.ts";
import type { Co } from "../co.ts";
import { ShellError } from "../errors.ts";
import { expandQuick, isQuick, planOf, quickString } from "../expand/quick.ts";
import { closeSubstitutions } from "../expand/substitution.ts";
import { expandWord } from "../expand/word.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { traceCommand } from "../trace.ts";
import { assign, assignmentArgument, plainAssignment } from "./assign.ts";
import { runExternal } from "./external.ts";
import { runFunction } from "./function.ts";
import { expandRedirects, makeRedirects, type Step, type Undo, undoRedirects } from "./redirect.ts";
import { runDebugTrap } from "./run-traps.ts";

/** Whether a command can be run the quick way: it has no redirections, and its words expand without waiting. */
const quickness = new WeakMap<SimpleCommand, "assignments" | "words" | "no">();

function quicknessOf(command: SimpleCommand): "assignments" | "words" | "no" {
  const known = quickness.get(command);
  if (known) return known;
  const kind = judge(command);
  quickness.set(command, kind);
  return kind;
}

function judge(command: SimpleCommand): "assignments" | "words" | "no" {
  if (command.redirects.length > 0) return "no";
  if (command.words.length === 0) {
    return command.assignments.length > 0 && command.assignments.every(plainAssignment)
      ? "assignments"
      : "no";
  }
  if (command.assignments.length > 0 || !command.words.every(isQuick)) return "no";
  const name = planOf(command.words[0]!);
  const takesAssignments = name.kind === "literal" && findBuiltin(name.text)?.declaration;
  const safe =
    command.words.every((word) => planOf(word).kind !== "variable") || !command.words.some(changes);
  return name.kind === "literal" && !takesAssignments && safe ? "words" : "no";
}

function changes(word: SimpleCommand["words"][number]): boolean {
  const plan = planOf(word);
  return plan.kind === "pieces" && plan.changes;
}

/**
 * The status of a command, or a generator that finds it out; undefined, with nothing done, if it cannot be run the
 * quick way.
 */
export function runQuick(shell: Shell, command: SimpleCommand): number | Co<number> | undefined {
  const kind = quicknessOf(command);
  if (
    kind === "no" ||
    shell.set.xtrace ||
    shell.traps.debugging ||
    shell.set.noexec ||
    shell.vars.elementNamerefs
  )
    return undefined;
  shell.line = command.line;
  try {
    if (kind === "assignments") return assignQuickly(shell, command);
    const args: string[] = [];
    for (const word of command.words) if (!expandQuick(shell, word, args)) return undefined;
    const name = args.shift()!;
    if (shell.traps.nesting === 0) shell.describing = command;
    const fn = shell.functions.get(name);
    const builtin = findBuiltin(name);
    if (fn && !(shell.set.posix && builtin?.special)) return runFunction(shell, fn, name, args);
    const last = args.length;
    shell.lastArgument = last === 0 ? name : args[last - 1]!;
    if (!builtin || shell.disabledBuiltins.has(name)) return runExternal(shell, name, args, [], [], command);
    const status = builtin.run(shell, args, name);
    if (typeof status !== "number") return finishBuiltin(shell, status, name);
    shell.status = status;
    shell.pipeStatus = status;
    return status;
  } catch (error) {
    return recover(shell, error);
  }
}

function assignQuickly(shell: Shell, command: SimpleCommand): number {
  for (const assignment of command.assignments) {
    const value = quickString(shell, assignment.value as SimpleCommand["words"][number])!;
    shell.vars.set(assignment.name, value, assignment.append);
    if (shell.set.allexport) shell.vars.export(assignment.name);
  }
  shell.lastArgument = "";
  shell.status = 0;
  shell.pipeStatus = 0;
  return 0;
}

/** Runs what runQuick began. */
export function* finishSimple(shell: Shell, rest: Co<number>): Co<number> {
  try {
    const status = yield* rest;
    shell.status = status;
    shell.pipeStatus = status;
    return status;
  } catch (error) {
    return recover(shell, error);
  }
}

function* finishBuiltin(shell: Shell, rest: Co<number>, name: string): Co<number> {
  try {
    return yield* rest;
  } catch (error) {
    if (isSysError(error)) return shell.fail(name, error.message);
    throw error;
  }
}

/** What a failed expansion does to the command, and to the shell. */
export function recover(shell: Shell, error: unknown): number {
  if (!(error instanceof ShellError)) throw error;
  if (error.message !== "") shell.complain(error.message);
  shell.status = error.status;
  shell.pipeStatus = error.status;
  const fatal =
    error.ends === "exit" || (error.ends === "discard" && shell.set.errexit && shell.errexitIgnored === 0);
  if (fatal && !shell.interactive) shell.unwinding = UNWIND.EXIT;
  else if (error.ends === "toplevel") shell.backToTop();
  else if (error.ends !== "command") shell.unwinding = UNWIND.DISCARD;
  return error.status;
}

// ── the long way ───────────────────────────────────────────────────────

export function* runSimple(shell: Shell, command: SimpleCommand): Co<number> {
  shell.line = command.line;
  if (shell.traps.nesting === 0) shell.describing = command;
  const open = shell.openSubstitutions.length;
  if (shell.traps.debugging && !(yield* runDebugTrap(shell, command))) return shell.status;
  shell.line = command.line;
  shell.substitutionStatus = undefined;
  try {
    const args = yield* expandArguments(shell, command);
    if (args.length === 0) return yield* runAssignments(shell, command);
    return yield* runWords(shell, command, args);
  } finally {
    if (shell.openSubstitutions.length > open) yield* closeSubstitutions(shell, open);
  }
}

function* expandArguments(shell: Shell, command: SimpleCommand): Co<string[]> {
  const args: string[] = [];
  const declaration = isDeclaration(shell, command);
  if (shell.arrayArguments.size > 0) shell.arrayArguments = new Map();
  for (const word of command.words) {
    if (declaration && word.assignment) yield* assignmentArgument(shell, word, args);
    else yield* expandWord(shell, word, args);
  }
  return args;
}

/** Whether the command's first word, as it is written, is a declaration builtin. */
function isDeclaration(shell: Shell, command: SimpleCommand): boolean {
  const first = command.words[0];
  if (first?.parts.length !== 1 || first.parts[0]!.type !== "literal") return false;
  return !shell.functions.has(first.text) && (findBuiltin(first.text)?.declaration ?? false);
}

/** A command of assignments and redirections only. */
function* runAssignments(shell: Shell, command: SimpleCommand): Co<number> {
  const before = shell.substitutionStatus;
  for (const assignment of command.assignments) {
    yield* assign(shell, assignment, { trace: shell.set.xtrace });
  }
  if (command.redirects.length > 0) {
    const steps = yield* expandRedirects(shell, command.redirects);
    const undo: Undo = [];
    const made = yield* makeRedirects(shell, steps, shell.proc, undo);
    yield* undoRedirects(shell, undo);
    if (!made) return settle(shell, 1);
  }
  shell.lastArgument = "";
  return settle(shell, shell.substitutionStatus ?? before ?? 0);
}

function settle(shell: Shell, status: number): number {
  shell.status = status;
  shell.pipeStatus = status;
  return status;
}

function* runWords(shell: Shell, command: SimpleCommand, args: string[]): Co<number> {
  const name = args.shift()!;
  const fn = name.includes("/") ? undefined : shell.functions.get(name);
  let builtin = shell.disabledBuiltins.has(name) ? undefined : findBuiltin(name);
  if (fn && !(shell.set.posix && builtin?.special)) builtin = undefined;
  const steps = command.redirects.length > 0 ? yield* expandRedirects(shell, command.redirects) : [];
  const { arrayArguments } = shell;
  // Assignments before it show first.
  const traced = [name, ...args.map((arg) => arrayArguments.get(arg)?.name ?? arg)];
  const tracesLater = shell.set.xtrace && command.assignments.length > 0;
  if (shell.set.xtrace && !tracesLater) yield* traceCommand(shell, traced);
  if (!fn || builtin) shell.lastArgument = args[args.length - 1] ?? name;
  if (!fn && !builtin)
    return settle(shell, yield* runExternal(shell, name, args, steps, command.assignments, command));
  if (name === "exec" && builtin) {
    if (tracesLater) yield* traceCommand(shell, traced);
    return settle(shell, yield* runPermanent(shell, command, builtin, args, steps));
  }
  const undo: Undo = [];
  let status = 1;
  let kept = false;
  try {
    if (yield* makeRedirects(shell, steps, shell.proc, undo)) {
      kept = (builtin?.special ?? false) && shell.set.posix;
      status = yield* runWithAssignments(shell, command, kept, function* () {
        if (tracesLater) yield* traceCommand(shell, traced);
        if (fn && !builtin) return yield* runFunction(shell, fn, name, args, command.assignments.length > 0);
        return yield* runBuiltin(shell, builtin!, name, args);
      });
    } else if (builtin?.special && shell.set.posix && !shell.interactive) shell.unwinding = UNWIND.EXIT;
  } finally {
    yield* undoRedirects(shell, undo);
  }
  return settle(shell, status);
}

export function* runBuiltin(shell: Shell, builtin: Builtin, name: string, args: string[]): Co<number> {
  try {
    const result = builtin.run(shell, args, name);
    return typeof result === "number" ? result : yield* result;
  } catch (error) {
    if (isSysError(error)) return shell.fail(name, error.message);
    if (error instanceof ShellError && error.ends === "command") {
      if (error.message !== "") shell.fail(name, error.message);
      return error.status;
    }
    throw error;
  }
}

/**
 * Assignments before a builtin or function hold while it runs; in posix mode, those before a special builtin are kept.
 */
function* runWithAssignments(
  shell: Shell,
  command: SimpleCommand,
  kept: boolean,
  run: () => Co<number>,
): Co<number> {
  if (command.assignments.length === 0) return yield* run();
  shell.vars.pushScope();
  try {
    for (const assignment of command.assignments) {
      yield* assign(shell, assignment, { temporary: true, trace: shell.set.xtrace });
    }
    return yield* run();
  } finally {
    shell.vars.popScope(kept);
  }
}

/** `exec`: its redirections stay. */
function* runPermanent(
  shell: Shell,
  command: SimpleCommand,
  builtin: Builtin,
  args: string[],
  steps: readonly Step[],
): Co<number> {
  const undo: Undo | undefined = args.length > 0 ? [] : undefined;
  if (!(yield* makeRedirects(shell, steps, shell.proc, undo))) {
    if (undo) yield* undoRedirects(shell, undo);
    if (!shell.interactive && args.length > 0) shell.unwinding = UNWIND.EXIT;
    return 1;
  }
  const status = yield* runWithAssignments(shell, command, false, () =>
    runBuiltin(shell, builtin, "exec", args),
  );
  if (undo) yield* undoRedirects(shell, undo);
  return status;
}
