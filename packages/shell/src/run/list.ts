// Lists and and-or lists, with errexit and the ERR trap. Most simple commands run to completion without a generator.

import type { AndOr, List, Pipeline } from "../ast.ts";
import type { Co } from "../co.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { startBackground } from "./background.ts";
import { runPipeline } from "./pipeline.ts";
import { runErrTrap, runPendingTraps } from "./run-traps.ts";
import { finishSimple, runQuick } from "./simple.ts";

/** How many commands run between two checks whether the process must pause or die. */
const COMMANDS_PER_BREATH = 64;

/** Runs a list; its exit status is that of its last command. */
export function* runList(shell: Shell, list: List): Co<number> {
  let status = 0;
  const { items } = list;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (--shell.fuel <= 0) {
      shell.fuel = COMMANDS_PER_BREATH;
      const pause = shell.proc.yield();
      if (pause) yield pause;
    }
    if (item.background) status = yield* startBackground(shell, item.command);
    else {
      const { command } = item;
      if (command.rest.length === 0) status = yield* runLast(shell, command.first);
      else status = yield* runAndOr(shell, command);
    }
    if (shell.unwinding !== UNWIND.NONE) return status;
  }
  return status;
}

/** Runs a pipeline whose failure counts for errexit and the ERR trap. */
function* runLast(shell: Shell, pipeline: Pipeline): Co<number> {
  let status: number;
  const only = pipeline.commands[0];
  if (only?.type === "simple" && pipeline.commands.length === 1 && !pipeline.negated && !pipeline.timed) {
    const quick = runQuick(shell, only);
    if (typeof quick === "number") status = quick;
    else if (quick === undefined) status = yield* runPipeline(shell, pipeline);
    else status = yield* finishSimple(shell, quick);
  } else status = yield* runPipeline(shell, pipeline);
  if (status !== 0 && shell.unwinding === UNWIND.NONE) yield* noticeFailure(shell, pipeline, status);
  if (!shell.traps.hasPending) return status;
  yield* runPendingTraps(shell);
  return shell.unwinding === UNWIND.EXIT ? shell.status : status;
}

export function* runAndOr(shell: Shell, andOr: AndOr): Co<number> {
  const { first, rest } = andOr;
  if (rest.length === 0) return yield* runLast(shell, first);
  let status = yield* runIgnoringErrors(shell, first);
  for (let i = 0; i < rest.length; i++) {
    if (shell.unwinding !== UNWIND.NONE) return status;
    const { operator, pipeline } = rest[i]!;
    if ((status === 0) !== (operator === "&&")) continue;
    if (i === rest.length - 1) return yield* runLast(shell, pipeline);
    status = yield* runIgnoringErrors(shell, pipeline);
  }
  return status;
}

/** Runs a pipeline whose failure is just an answer: errexit and the ERR trap ignore it. */
function* runIgnoringErrors(shell: Shell, pipeline: Pipeline): Co<number> {
  shell.errexitIgnored++;
  const status = yield* runPipeline(shell, pipeline);
  shell.errexitIgnored--;
  if (shell.traps.hasPending) yield* runPendingTraps(shell);
  return status;
}

export function* runCondition(shell: Shell, list: List): Co<number> {
  shell.errexitIgnored++;
  const status = yield* runList(shell, list);
  shell.errexitIgnored--;
  return status;
}

/** Compound commands pass on failures that were already handled inside them. */
const NOTICES_ITSELF = new Set(["group", "if", "while", "for", "select", "arith-for", "case"]);

function* noticeFailure(shell: Shell, pipeline: Pipeline, status: number): Co<void> {
  if (shell.errexitIgnored > 0 || pipeline.negated) return;
  const only = pipeline.commands[0]!;
  if (pipeline.commands.length === 1 && NOTICES_ITSELF.has(only.type) && !shell.redirectFailed) return;
  if (pipeline.commands.length > 1) shell.describing = pipeline.commands.at(-1);
  if (shell.traps.commands.has("ERR")) yield* runErrTrap(shell, status);
  if (shell.set.errexit && shell.unwinding === UNWIND.NONE) {
    shell.status = status;
    shell.unwinding = UNWIND.EXIT;
  }
}
