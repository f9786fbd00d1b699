// The state of one shell process: what a fork copies. How commands run is in run/, how words expand in expand/.

import { encode, isSysError, type MaybePromise, SIGNALS } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import type { ArithExpression, Assignment, Command, FunctionDefinition } from "./ast.ts";
import { type Co, drive } from "./co.ts";
import { defineDynamicVariables } from "./dynamic-variables.ts";
import { Ifs } from "./ifs.ts";
import type { CompletionSpec } from "./interactive/completion-spec.ts";
import type { KeyBindings } from "./interactive/key-bindings.ts";
import { followLocale } from "./locale.ts";
import { defaultSetOptions, defaultShoptOptions, type SetOptions, type ShoptOptions } from "./options.ts";
import { Jobs } from "./run/jobs.ts";
import { Traps } from "./run/traps.ts";
import { Variables } from "./variables.ts";

/** What is being unwound: every list and loop stops while `Shell.unwinding` is not NONE. */
export const UNWIND = { NONE: 0, BREAK: 1, CONTINUE: 2, RETURN: 3, DISCARD: 4, EXIT: 5 } as const;
export type Unwinding = (typeof UNWIND)[keyof typeof UNWIND];

/** A function, or a file being sourced, that is running. */
export interface Frame {
  /** FUNCNAME: the function, "source" or "main". */
  readonly name: string;
  /** BASH_SOURCE: where its commands come from. */
  readonly source: string;
  /** BASH_LINENO: where it was called. */
  readonly callLine: number;
  readonly args: readonly string[];
  /** `local -`: the options to restore. */
  savedOptions: SetOptions | undefined;
}

export interface ShellFunction {
  readonly definition: FunctionDefinition;
  /** The file it was defined in. */
  readonly source: string;
  readonly exported: boolean;
  readonly readonly: boolean;
  readonly traced: boolean;
}

export class Shell {
  /** The process this shell runs in; in a fork its parent's until it starts. */
  proc: Proc;
  readonly vars: Variables;
  readonly functions: Map<string, ShellFunction>;
  readonly aliases: Map<string, string>;
  /** Remembered command paths with their hits. */
  readonly hash: Map<string, { path: string; hits: number }>;
  /** Builtins that `enable -n` turned off. */
  readonly disabledBuiltins: Set<string>;
  /** `set -o` */
  readonly set: SetOptions;
  /** `shopt` */
  readonly shopt: ShoptOptions;
  readonly traps: Traps;
  readonly jobs: Jobs;
  /** The directory stack below the working directory, nearest first. */
  dirStack: string[];
  /** $0 */
  name: string;
  /** $1 … */
  positional: readonly string[];
  /** $? */
  status = 0;
  /** $$ */
  readonly mainPid: number;
  /** $! */
  lastBackground: number | undefined;
  /** PIPESTATUS of the last pipeline. */
  pipeStatus: number | readonly number[] = [];
  /** The line of the running command. */
  line = 1;
  /** BASH_COMMAND: what runs, or ran before a trap began. */
  describing: Command | ArithExpression | undefined;
  /** $_ */
  lastArgument = "";
  /** Running functions and sourced files, innermost last. */
  readonly frames: Frame[];
  /** The script file; undefined for -c and standard input. */
  scriptFile: string | undefined;
  /** $- has "c" or "s". */
  invocation: "c" | "s" | "" = "";
  interactive = false;
  loginShell = false;
  /** BASH_SUBSHELL */
  subshellLevel = 0;
  /** Greater than 0: errexit is ignored (conditions, `!`, all but the last of && and ||). */
  errexitIgnored = 0;
  loopDepth = 0;
  /** The status of the last command substitution in the words of the running command. */
  substitutionStatus: number | undefined;
  /** Pipes of process substitutions whose command still runs. */
  openSubstitutions: number[] = [];
  /** Commands left until the process checks whether it must pause. */
  fuel = 64;
  /** The command with which this process ends: it may replace it. */
  tail: Command | undefined;
  /** Frames that belong to the parent of this subshell. */
  subshellDepth = 0;
  /** Nesting of eval, source and traps, which PS4 shows. */
  traceDepth = 0;
  subshellTraceDepth = 0;
  /** The name messages have before a script is open. */
  invokedAs = "bash";
  /** Array assignments among the arguments of the declaration builtin that runs, by their text. */
  arrayArguments: Map<string, Assignment> = new Map();
  /** The variable scope of the innermost function; 0 outside of functions. */
  localScope = 0;
  /** The process runs another program now: what is left of this one must not touch its descriptors. */
  replaced = false;
  /** The last compound command failed in its redirections. */
  redirectFailed = false;
  /** The locale is C: a character is a byte. */
  bytewise = false;
  /** What is being assigned is for a program to be run. */
  keepsLocale = false;
  /** The present value of IFS. */
  ifs = new Ifs(undefined);
  /** How deep arithmetic evaluates values of variables within values. */
  arithmeticDepth = 0;
  unwinding: Unwinding = UNWIND.NONE;
  /** How many loops BREAK and CONTINUE still have to leave. */
  unwindLoops = 0;
  /** The state of $RANDOM and its last value. */
  randomSeed = 0;
  lastRandom = -1;
  /** When $SECONDS was 0, on the monotonic clock. */
  startMs = 0;
  /** The logical working directory, as `cd` tracks it. */
  cwd: string;
  /** Commands read so far; see interactive/. */
  history: string[] = [];
  /** `complete`: how the arguments of a command are completed. */
  readonly completions: Map<string, CompletionSpec>;
  /** Keys of the line editor, once something asked for them. */
  keyBindings: KeyBindings | undefined;
  /** The specification whose function runs. */
  completing: CompletionSpec | undefined;

  constructor(proc: Proc, from?: Shell) {
    this.proc = proc;
    this.vars = new Variables(this, from?.vars);
    this.functions = new Map(from?.functions);
    this.aliases = new Map(from?.aliases);
    this.hash = new Map(from?.hash);
    this.disabledBuiltins = new Set(from?.disabledBuiltins);
    this.completions = new Map(from?.completions);
    this.set = from ? { ...from.set } : defaultSetOptions();
    this.shopt = from ? { ...from.shopt } : defaultShoptOptions();
    this.traps = new Traps(this, from?.traps);
    this.jobs = new Jobs(from?.jobs);
    this.frames = from ? from.frames.slice() : [];
    this.dirStack = from ? from.dirStack.slice() : [];
    this.name = from ? from.name : "bash";
    this.positional = from ? from.positional : [];
    this.mainPid = from ? from.mainPid : proc.pid;
    this.cwd = from ? from.cwd : proc.cwd;
    this.vars.changed.set("IFS", () => {
      this.ifs = new Ifs(this.vars.get("IFS"));
    });
    this.vars.changed.set("PATH", () => this.hash.clear());
    if (from) this.#inherit(from);
    if (from) followLocale(this);
    else defineDynamicVariables(this.vars);
  }

  #inherit(from: Shell): void {
    this.status = from.status;
    this.ifs = from.ifs;
    this.bytewise = from.bytewise;
    this.openSubstitutions = from.openSubstitutions.slice();
    this.lastBackground = from.lastBackground;
    this.pipeStatus = from.pipeStatus;
    this.line = from.line;
    this.describing = from.describing;
    this.lastArgument = from.lastArgument;
    this.scriptFile = from.scriptFile;
    this.invocation = from.invocation;
    this.subshellLevel = from.subshellLevel + 1;
    this.errexitIgnored = from.errexitIgnored;
    this.localScope = from.localScope;
    this.arrayArguments = from.arrayArguments;
    this.interactive = from.interactive;
    this.invokedAs = from.invokedAs;
    this.traceDepth = from.traceDepth;
    this.subshellTraceDepth = from.subshellTraceDepth;
    this.subshellDepth = from.frames.length;
    this.history = from.history.slice();
    this.keyBindings = from.keyBindings?.copy();
    this.randomSeed = (from.randomSeed + from.proc.pid * 7919) & 0x7fffffff;
    this.startMs = from.startMs;
  }
  // ── processes ────────────────────────────────────────────────────────

  /** A child process with a copy of this shell; `body` gives its exit status. @throws EAGAIN */
  fork(body: (child: Shell) => Co<number>): number {
    const child = new Shell(this.proc, this);
    return this.proc.fork((proc) => {
      child.proc = proc;
      return drive(body(child));
    });
  }

  /** Lets others run, and dies if killed: to be called every few steps of whatever can go on for long. */
  *breathe(): Co<void> {
    const pause = this.proc.yield();
    if (pause) yield pause;
  }

  /** A child of an interactive shell takes signals as any program does. */
  forgetInteractive(): void {
    if (!this.interactive) return;
    this.interactive = false;
    for (const signal of INTERACTIVE_SIGNALS) {
      if (!this.traps.commands.has(signal)) this.proc.sigaction(signal, "default");
    }
  }

  // ── terminal: with job control the foreground process group owns it ──

  /** Puts a child into a process group, from the parent's side. */
  joinGroup(pid: number, group: number): void {
    try {
      this.proc.setpgid(pid, group);
    } catch (error) {
      ignoreSysError(error);
    }
  }

  /** A process could not be made: the command fails with bash's status. */
  forkFailed(error: unknown): number {
    if (!isSysError(error)) throw error;
    this.complain(`fork: retry: ${error.message}`);
    this.status = 254;
    return 254;
  }

  giveTerminal(group: number): void {
    this.#setForeground(this.proc, group);
  }

  takeTerminalBack(): void {
    this.#setForeground(this.proc, this.proc.pgid);
  }

  /** In a child that becomes a job of its own. */
  takeTerminal(child: Proc): void {
    child.setpgid(0, 0);
    this.#setForeground(child, child.pid);
    for (const signal of INTERACTIVE_SIGNALS) child.sigaction(signal, "default");
  }

  #setForeground(proc: Proc, group: number): void {
    if (!this.interactive) return;
    try {
      proc.tcsetpgrp(TERMINAL_FD, group);
    } catch (error) {
      ignoreSysError(error);
    }
  }

  /** How an interactive shell takes SIGINT when no trap is set; replaced by the interactive part. */
  restoreInteractiveSignals: () => void = () => {};

  // ── output ───────────────────────────────────────────────────────────

  /** Writes text to a descriptor. @throws EBADF EPIPE ENOSPC … */
  write(fd: number, text: string): MaybePromise<number> {
    return this.proc.write(fd, encode(text));
  }

  /** A builtin's output on descriptor 1; its exit status: 1 if it could not be written, which has been reported. */
  *print(name: string, text: string): Co<number> {
    if (text === "") return 0;
    try {
      const written = this.write(1, text);
      if (written instanceof Promise) yield written;
      return 0;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return this.fail(name, `write error: ${error.message}`);
    }
  }

  /** "bash: line 3: " */
  prefix(): string {
    if (this.interactive) return `${this.errorName()}: `;
    return `${this.errorName()}: line ${this.line}: `;
  }

  errorName(): string {
    const frame = this.frames[this.frames.length - 1];
    if (this.interactive) return this.name.slice(this.name.lastIndexOf("/") + 1).replace(/^-/, "");
    return frame?.source || this.name;
  }

  /** What an unset parameter that must be set ends a shell with: bash's -c answers 127. */
  get fatalStatus(): number {
    return this.invocation === "c" && this.subshellLevel === 0 && !this.set.errexit ? 127 : 1;
  }

  /** BASH_SOURCE of functions that no file defined. */
  definitionSource(): string {
    return this.invocation === "c" ? "environment" : "main";
  }

  /** FUNCNAME, BASH_SOURCE and BASH_LINENO: innermost first, with the script itself at the end. */
  callStack(): Frame[] {
    if (this.frames.length === 0) return [];
    const stack = this.frames.toReversed();
    if (this.scriptFile !== undefined) {
      stack.push({ name: "main", source: this.scriptFile, callLine: 0, args: [], savedOptions: undefined });
    }
    return stack;
  }

  /** A message on standard error, after the shell's prefix; `proc`: in a child that runs no shell yet. */
  complain(message: string, proc = this.proc): void {
    this.report(`${this.prefix()}${message}\n`, proc);
  }

  /** Text on standard error, whatever becomes of it. */
  report(text: string, proc = this.proc): void {
    try {
      const written = proc.write(2, encode(text));
      if (written instanceof Promise) written.catch(ignoreOutcome);
    } catch (error) {
      ignoreSysError(error);
    }
  }

  /** Drops everything up to the next command of the script or the user: for -c and in a subshell all that is left. */
  backToTop(): void {
    const isWhole = this.invocation === "c" || this.subshellLevel > 0;
    this.unwinding = isWhole && !this.interactive ? UNWIND.EXIT : UNWIND.DISCARD;
  }

  /** Reports a builtin's failure; answers its status. */
  fail(name: string, message: string, status = 1): number {
    this.complain(`${name}: ${message}`);
    return status;
  }
}

/** Where an interactive shell has its terminal. */
const TERMINAL_FD = 0;

const INTERACTIVE_SIGNALS = [
  SIGNALS.SIGINT,
  SIGNALS.SIGQUIT,
  SIGNALS.SIGTERM,
  SIGNALS.SIGTSTP,
  SIGNALS.SIGTTIN,
  SIGNALS.SIGTTOU,
];

/** Of a write nobody waits for: if it ended the process, the next system call says so. */
function ignoreOutcome(): void {}

function ignoreSysError(error: unknown): void {
  if (!isSysError(error)) throw error;
}
