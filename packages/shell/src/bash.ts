// The program: bash, and sh by that name. Source: bash(1) "INVOCATION".

import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, type Proc } from "@agentos/kernel/program";
import { type Co, drive } from "./co.ts";
import { BASH_VERSION, initialiseVariables } from "./environment.ts";
import { runInteractive } from "./interactive/interactive.ts";
import { type Invocation, parseInvocation } from "./invocation.ts";
import { runExitTrap } from "./run/run-traps.ts";
import { runInput, runScriptFile, runText } from "./run/source.ts";
import { Shell, UNWIND } from "./shell.ts";
import { runStartupFiles } from "./startup-files.ts";

export default defineProgram({
  name: "bash",
  summary: "Run commands of the shell language",
  usage: "[OPTION]... [SCRIPT-FILE [ARGUMENT]...] | -c COMMAND [NAME [ARGUMENT]...]",
  rawArguments: true,
  run: (proc) => drive(main(proc)),
});

function* main(proc: Proc): Co<number> {
  const shell = new Shell(proc);
  const calledAs = proc.argv[0] ?? "bash";
  shell.invokedAs = calledAs;
  shell.name = calledAs;
  shell.startMs = proc.monotonicMs();
  shell.randomSeed = Number(proc.now() & 0x3fffffffn) ^ proc.pid;
  const invocation = parseInvocation(calledAs, proc.argv.slice(1));
  if (typeof invocation === "string") {
    shell.report(`${calledAs}: ${invocation}\n`);
    return 2;
  }
  if (invocation.show === "version") {
    return yield* shell.print("bash", `GNU bash, version ${BASH_VERSION} (AgentOS)\n`);
  }
  if (invocation.show === "help")
    return yield* shell.print("bash", `Usage: ${calledAs} [option] [script-file] ...\n`);
  initialiseVariables(shell);
  const failed = applyInvocation(shell, invocation);
  if (failed !== undefined) {
    shell.report(`${calledAs}: ${failed}\n`);
    return 2;
  }
  return yield* run(shell, invocation);
}

/** @returns what is wrong with an option's name */
function applyInvocation(shell: Shell, invocation: Invocation): string | undefined {
  for (const [name, on] of invocation.set) shell.set[name] = on;
  for (const [name, on] of invocation.shopt) shell.shopt[name] = on;
  if (invocation.posix) {
    shell.set.posix = true;
    shell.shopt.expand_aliases = true;
    shell.shopt.inherit_errexit = true;
  }
  shell.loginShell = invocation.login;
  shell.shopt.login_shell = invocation.login;
  shell.invocation = invocation.command !== undefined ? "c" : invocation.script === undefined ? "s" : "";
  shell.interactive = invocation.interactive ?? isInteractive(shell, invocation);
  if (shell.interactive) {
    shell.shopt.expand_aliases = true;
    shell.set.monitor = true;
    shell.set.history = true;
    shell.set.histexpand = true;
  }
  return undefined;
}

function isInteractive(shell: Shell, invocation: Invocation): boolean {
  if (invocation.command !== undefined || invocation.script !== undefined) return false;
  try {
    return shell.proc.isatty(0) && shell.proc.isatty(2);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function* run(shell: Shell, invocation: Invocation): Co<number> {
  yield* runStartupFiles(shell, invocation);
  let status = shell.unwinding === UNWIND.NONE ? yield* runWork(shell, invocation) : shell.status;
  if (shell.unwinding === UNWIND.EXIT) status = shell.status;
  return yield* runExitTrap(shell, status);
}

function* runWork(shell: Shell, invocation: Invocation): Co<number> {
  const { command, script, args } = invocation;
  if (command !== undefined) {
    if (args.length > 0) {
      shell.name = args[0]!;
      shell.positional = args.slice(1);
    }
    shell.vars.set("BASH_EXECUTION_STRING", command);
    return yield* runText(shell, command, { whole: true, origin: "-c" });
  }
  if (script !== undefined) return yield* runScriptFile(shell, script, args);
  shell.positional = args;
  return shell.interactive ? yield* runInteractive(shell) : yield* runInput(shell);
}
