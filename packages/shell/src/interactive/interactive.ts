// The interactive shell: prompts, reads a line, runs it, tells about jobs. @see bash(1) INVOCATION, JOB CONTROL

import { isSysError, SIGNALS } from "@agentos/kernel/abi";
import { jobLine } from "../builtins/jobs.ts";
import type { Co } from "../co.ts";
import { Parser } from "../parser/parser.ts";
import { ShellSyntaxError } from "../parser/syntax-error.ts";
import { expandPrompt } from "../prompt.ts";
import { runPendingTraps } from "../run/run-traps.ts";
import { parserOptions, reportSyntaxError, runText, runTop } from "../run/source.ts";
import { reapChildren } from "../run/wait.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { expandHistory } from "./history-expansion.ts";
import { addHistory, loadHistory, saveHistory } from "./history-file.ts";
import { InputLines } from "./input-lines.ts";
import { type EditResult, editLine } from "./line-editor.ts";

const INTERRUPTED = 130;
const DEFAULT_IGNORED_EOFS = 10;

/** Runs until the input ends or `exit`; the exit status. */
export function* runInteractive(shell: Shell): Co<number> {
  const session = new InteractiveSession(shell);
  session.setUp();
  yield* loadHistory(shell);
  const status = yield* session.run();
  yield* saveHistory(shell);
  session.hangUpJobs();
  return status;
}

class InteractiveSession {
  readonly #shell: Shell;
  readonly #terminal: boolean;
  readonly #parser: Parser;
  readonly #lines: InputLines;
  /** Source lines of the command that is being entered. */
  #entered: string[] = [];
  #running = false;
  #interrupted = false;
  #eofs = 0;
  #warnedOfJobs = false;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#terminal = shell.proc.isatty(0);
    this.#parser = new Parser("", { ...parserOptions(shell), complete: false });
    this.#lines = new InputLines(shell);
  }

  setUp(): void {
    const { vars } = this.#shell;
    const defaults = {
      PS1: "\\s-\\v\\$ ",
      PS2: "> ",
      HISTFILE: `${vars.get("HOME") ?? ""}/.bash_history`,
      HISTSIZE: "500",
      HISTFILESIZE: "500",
    };
    for (const [name, value] of Object.entries(defaults))
      if (vars.get(name) === undefined) vars.set(name, value);
    this.#setUpSignals();
    this.#setUpJobControl();
  }

  #setUpSignals(): void {
    const { proc, traps } = this.#shell;
    const interrupt = () => {
      if (!this.#running) return;
      this.#interrupted = true;
      this.#shell.unwinding = UNWIND.DISCARD;
    };
    this.#shell.restoreInteractiveSignals = () => {
      proc.sigaction(SIGNALS.SIGINT, { handler: interrupt });
    };
    if (!traps.commands.has(SIGNALS.SIGINT)) this.#shell.restoreInteractiveSignals();
    for (const signal of [SIGNALS.SIGTERM, SIGNALS.SIGQUIT]) proc.sigaction(signal, "ignore");
  }

  /** The shell leads a process group of its own, which has the terminal. */
  #setUpJobControl(): void {
    const shell = this.#shell;
    const { proc } = shell;
    if (!this.#terminal) {
      shell.set.monitor = false;
      return;
    }
    try {
      for (const signal of [SIGNALS.SIGTSTP, SIGNALS.SIGTTIN, SIGNALS.SIGTTOU])
        proc.sigaction(signal, "ignore");
      if (proc.pgid !== proc.pid && proc.sid !== proc.pid) proc.setpgid(0, 0);
      proc.tcsetpgrp(0, proc.pgid);
    } catch (error) {
      if (!isSysError(error)) throw error;
      shell.set.monitor = false;
      shell.report(
        `${shell.errorName()}: cannot set terminal process group (${proc.pgid}): ${error.message}\n`,
      );
      shell.report(`${shell.errorName()}: no job control in this shell\n`);
    }
  }

  *run(): Co<number> {
    const shell = this.#shell;
    for (;;) {
      const continues = this.#entered.length > 0;
      if (!continues) yield* this.#beforePrompt();
      const result = yield* this.#readLine(continues);
      if ("line" in result) {
        this.#eofs = 0;
        yield* this.#enter(result.line, continues);
      } else if (result.ended === "interrupt") this.#abandon(INTERRUPTED);
      else if (continues) this.#endWithinCommand();
      else if (this.#endsAt()) return shell.status;
      if (shell.unwinding === UNWIND.EXIT) return shell.status;
      shell.unwinding = UNWIND.NONE;
    }
  }

  // ── before and at the prompt ─────────────────────────────────────────

  *#beforePrompt(): Co<void> {
    const shell = this.#shell;
    if (shell.traps.hasPending) yield* runPendingTraps(shell);
    yield* reapChildren(shell);
    this.#notifyJobs();
    this.#noteWindowSize();
    const { status, lastArgument } = shell;
    const hook = shell.vars.find("PROMPT_COMMAND");
    const commands = hook?.indexed ? hook.indexed.values() : hook?.value ? [hook.value] : [];
    for (const command of commands) yield* runText(shell, command);
    shell.status = status;
    shell.lastArgument = lastArgument;
  }

  #notifyJobs(): void {
    const { jobs } = this.#shell;
    for (const job of jobs.all()) {
      if (job.notified) continue;
      job.notified = true;
      this.#shell.report(jobLine(this.#shell, job));
      if (job.state === "done") jobs.remove(job);
    }
  }

  #noteWindowSize(): void {
    const { proc, shopt, vars } = this.#shell;
    if (!this.#terminal || !shopt.checkwinsize) return;
    const { rows, cols } = proc.getWindowSize(0);
    if (rows > 0) vars.set("LINES", String(rows));
    if (cols > 0) vars.set("COLUMNS", String(cols));
  }

  *#readLine(continues: boolean): Co<EditResult> {
    const shell = this.#shell;
    const prompt = yield* expandPrompt(shell, shell.vars.get(continues ? "PS2" : "PS1") ?? "");
    if (this.#terminal) return yield* editLine(shell, { fd: 0, prompt, commands: true });
    shell.report(prompt.replace(/[\x01\x02]/g, ""));
    const line = yield* this.#lines.next();
    return line === undefined ? { ended: "eof" } : { line: line.replace(/\n$/, "") };
  }

  // ── a line ───────────────────────────────────────────────────────────

  *#enter(typed: string, continues: boolean): Co<void> {
    const shell = this.#shell;
    let line = typed;
    if (shell.set.histexpand) {
      const expansion = expandHistory(typed, shell.history);
      if (expansion.error !== undefined) {
        shell.report(`${shell.errorName()}: ${expansion.error}\n`);
        this.#abandon(1);
        return;
      }
      if (expansion.changed) shell.report(`${expansion.text}\n`);
      line = expansion.text;
      if (expansion.printOnly) {
        addHistory(shell, line);
        return;
      }
    }
    this.#entered.push(line);
    if (!continues) this.#warnedOfJobs = this.#warnedOfJobs && /^\s*(exit|logout|jobs)\b/.test(line);
    this.#parser.feed(`${line}\n`);
    yield* this.#runComplete();
  }

  /** Runs the commands that are complete; the rest waits for more lines. */
  *#runComplete(): Co<void> {
    const shell = this.#shell;
    for (;;) {
      let list: ReturnType<Parser["nextCommand"]>;
      try {
        list = this.#parser.nextCommand();
      } catch (error) {
        if (!(error instanceof ShellSyntaxError)) throw error;
        this.#remember();
        reportSyntaxError(shell, error);
        this.#abandon(2);
        return;
      }
      if (list === "incomplete" || list === "end") {
        if (this.#parser.isBlank) this.#remember();
        return;
      }
      this.#remember();
      const ps0 = shell.vars.get("PS0");
      if (ps0) shell.report((yield* expandPrompt(shell, ps0)).replace(/[\x01\x02]/g, ""));
      this.#running = true;
      yield* runTop(shell, list, false);
      this.#running = false;
      if (this.#interrupted) {
        shell.report("\n");
        shell.status = INTERRUPTED;
        this.#interrupted = false;
      }
      if (shell.unwinding !== UNWIND.NONE) {
        if (shell.unwinding !== UNWIND.EXIT) this.#parser.discard();
        return;
      }
    }
  }

  /** Puts the command that has been entered into the history, as one entry. */
  #remember(): void {
    if (this.#entered.length > 0 && this.#shell.set.history)
      addHistory(this.#shell, this.#entered.join("\n"));
    this.#entered = [];
  }

  #abandon(status: number): void {
    this.#remember();
    this.#parser.discard();
    this.#shell.status = status;
  }

  // ── the end ──────────────────────────────────────────────────────────

  #endWithinCommand(): void {
    this.#shell.report(`${this.#shell.errorName()}: syntax error: unexpected end of file\n`);
    this.#abandon(2);
  }

  /** Whether the end of the input ends the shell now. */
  #endsAt(): boolean {
    const shell = this.#shell;
    const ignored = shell.vars.get("IGNOREEOF");
    const limit = shell.set.ignoreeof && ignored === undefined ? DEFAULT_IGNORED_EOFS : Number(ignored ?? 0);
    if (this.#terminal && ignored !== undefined && this.#eofs++ < (limit || DEFAULT_IGNORED_EOFS)) {
      shell.report(`Use "${shell.loginShell ? "logout" : "exit"}" to leave the shell.\n`);
      return false;
    }
    if (this.#terminal) shell.report(shell.loginShell ? "logout\n" : "exit\n");
    const stopped = shell.jobs.all().some((job) => job.state === "stopped");
    if (stopped && !this.#warnedOfJobs) {
      this.#warnedOfJobs = true;
      shell.report("There are stopped jobs.\n");
      return false;
    }
    return true;
  }

  /** Stopped jobs cannot outlive the shell; with huponexit a login shell ends the others too. */
  hangUpJobs(): void {
    const { jobs, loginShell, proc, shopt } = this.#shell;
    for (const job of jobs.all()) {
      const ends = job.state === "stopped" || (shopt.huponexit && loginShell && job.state === "running");
      if (!ends || job.noHangup || job.pgid <= 0) continue;
      try {
        proc.kill(-job.pgid, SIGNALS.SIGHUP);
        proc.kill(-job.pgid, SIGNALS.SIGCONT);
      } catch (error) {
        if (!isSysError(error)) throw error;
      }
    }
  }
}
