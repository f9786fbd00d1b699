// Pipelines: each stage a process, but the last one with lastpipe. Source: POSIX XCU 2.9.2.

import type { Command, Pipeline } from "../ast.ts";
import { type Co, wait } from "../co.ts";
import { closeSubstitutions, moveTo } from "../expand/substitution.ts";
import { printPipeline } from "../print/printer.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { runCommand } from "./command.ts";
import { runForegroundGroup } from "./foreground.ts";
import { exitStatusOf } from "./jobs.ts";
import { runDebugTrap } from "./run-traps.ts";
import { runSubshellCommand } from "./subshell.ts";
import { startTimer } from "./time.ts";

export function* runPipeline(shell: Shell, pipeline: Pipeline): Co<number> {
  const report = pipeline.timed ? startTimer(shell, pipeline.timed.posix) : undefined;
  let status: number;
  const { commands } = pipeline;
  if (commands.length === 0) status = 0;
  else if (commands.length === 1) {
    const only = commands[0]!;
    const open = shell.openSubstitutions.length;
    status = yield* runCommand(shell, only);
    if (only.type !== "simple" && shell.openSubstitutions.length > open)
      yield* closeSubstitutions(shell, open);
  } else status = yield* runStages(shell, pipeline);
  if (pipeline.negated && shell.unwinding === UNWIND.NONE) {
    status = status === 0 ? 1 : 0;
    shell.status = status;
  }
  report?.();
  return status;
}

interface Stage {
  command: Command;
  input: number | undefined;
  output: number | undefined;
  withStderr: boolean;
}

function* runStages(shell: Shell, pipeline: Pipeline): Co<number> {
  const { commands, stageStderr } = pipeline;
  const here = shell.shopt.lastpipe && !shell.set.monitor;
  const pids: number[] = [];
  let input: number | undefined;
  for (let i = 0; i < commands.length; i++) {
    const last = i === commands.length - 1;
    if (last && here) break;
    const [next, output] = last ? [] : shell.proc.pipe(true);
    yield* announce(shell, commands[i]!);
    const stage: Stage = { command: commands[i]!, input, output, withStderr: stageStderr[i] ?? false };
    try {
      pids.push(startStage(shell, stage, pids[0], next));
    } catch (error) {
      if (next !== undefined) yield* wait(shell.proc.close(next));
      return shell.forkFailed(error);
    } finally {
      if (input !== undefined) yield* wait(shell.proc.close(input));
      if (output !== undefined) yield* wait(shell.proc.close(output));
    }
    input = next;
  }
  const lastStatus = here ? yield* runLastHere(shell, commands[commands.length - 1]!, input!) : undefined;
  const texts = commands.map((command) => command.type);
  const statuses = (yield* runForegroundGroup(shell, pids, texts, printPipeline(pipeline))).map(exitStatusOf);
  if (lastStatus !== undefined) statuses.push(lastStatus);
  return settlePipeline(shell, statuses);
}

/** The DEBUG trap runs here, before the stage has a process of its own. */
function* announce(shell: Shell, command: Command): Co<void> {
  if (command.type !== "simple") return;
  shell.line = command.line;
  if (shell.traps.debugging) yield* runDebugTrap(shell, command);
}

function settlePipeline(shell: Shell, statuses: number[]): number {
  let status = statuses[statuses.length - 1]!;
  if (shell.set.pipefail) status = statuses.findLast((each) => each !== 0) ?? 0;
  shell.pipeStatus = statuses;
  shell.status = status;
  return status;
}

function startStage(
  shell: Shell,
  stage: Stage,
  group: number | undefined,
  unused: number | undefined,
): number {
  const { command, input, output, withStderr } = stage;
  const monitored = shell.set.monitor;
  const pid = shell.fork(function* (child) {
    if (monitored) {
      child.proc.setpgid(0, group ?? 0);
      if (group === undefined) shell.takeTerminal(child.proc);
    }
    if (unused !== undefined) yield* wait(child.proc.close(unused));
    if (input !== undefined) yield* moveTo(child, input, 0);
    if (output !== undefined) yield* moveTo(child, output, 1);
    if (withStderr) yield* wait(child.proc.dup2(1, 2));
    return yield* runSubshellCommand(child, () => runCommand(child, command), command);
  });
  if (monitored) shell.joinGroup(pid, group ?? pid);
  return pid;
}

/** lastpipe: the last stage runs in this process. */
function* runLastHere(shell: Shell, command: Command, input: number): Co<number> {
  const saved = shell.proc.dup(0, 10, true);
  yield* moveTo(shell, input, 0);
  try {
    return yield* runCommand(shell, command);
  } finally {
    yield* wait(shell.proc.dup2(saved, 0));
    yield* wait(shell.proc.close(saved));
  }
}
