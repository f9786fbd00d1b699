// Trap commands and pending signals. A handler only notes that its signal came; traps run between commands.

import { defaultAction, SIGNALS } from "@agentos/kernel/abi";
import type { Shell } from "../shell.ts";

/** Keys: a signal's number, or one of bash's pseudo-signals. */
export type TrapKey = number | "EXIT" | "ERR" | "DEBUG" | "RETURN";

/** Signals that end a process and can be caught: bash's list of terminating signals. */
const FATAL: ReadonlySet<number> = new Set(
  Object.values(SIGNALS).filter(
    (signal) =>
      signal !== SIGNALS.SIGKILL &&
      signal !== SIGNALS.SIGPIPE &&
      (defaultAction(signal) === "terminate" || defaultAction(signal) === "core"),
  ),
);

export class Traps {
  readonly #shell: Shell;
  /** Command texts; "" ignores the signal. */
  readonly commands: Map<TrapKey, string>;
  /** Signals the shell was started with as ignored: they cannot be trapped. */
  readonly ignoredAtStart: Set<number>;
  /** A subshell forgets its parent's traps at the first change, but can list them until then. */
  inherited: ReadonlyMap<TrapKey, string> | undefined;
  #pending: number[] = [];
  hasPending = false;
  /** A DEBUG trap is set. */
  debugging = false;
  /** A signal that is about to end the shell, once its EXIT trap has run. */
  fatal: number | undefined;
  /** Which traps are running: none runs inside itself. */
  readonly running = new Set<TrapKey>();
  /** How many trap commands are running inside each other. */
  nesting = 0;

  constructor(shell: Shell, from?: Traps) {
    this.#shell = shell;
    this.commands = new Map();
    this.ignoredAtStart = new Set(from?.ignoredAtStart);
    if (!from) return;
    for (const [key, command] of from.commands) {
      if (command === "" || this.#survivesFork(key)) this.commands.set(key, command);
    }
    this.debugging = this.commands.has("DEBUG");
    if (from.commands.size > 0) this.inherited = from.inherited ?? new Map(from.commands);
  }

  #survivesFork(key: TrapKey): boolean {
    const { set } = this.#shell;
    if (key === "ERR") return set.errtrace;
    return (key === "DEBUG" || key === "RETURN") && set.functrace;
  }

  /** Sets a trap: a command, "" to ignore, undefined for the default. */
  assign(key: TrapKey, command: string | undefined): void {
    if (typeof key === "number" && this.ignoredAtStart.has(key)) return;
    this.inherited = undefined;
    if (command === undefined) this.commands.delete(key);
    else this.commands.set(key, command);
    this.debugging = this.commands.has("DEBUG");
    if (typeof key === "number") this.#setAction(key, command);
    else if (key === "EXIT") this.#guardExit();
  }

  /** While an EXIT trap is set, signals that would end the shell wait until it has run. */
  #guardExit(): void {
    if (this.#shell.interactive) return;
    for (const signal of FATAL) {
      if (!this.commands.has(signal) && !this.ignoredAtStart.has(signal)) this.#setAction(signal, undefined);
    }
  }

  #setAction(signal: number, command: string | undefined): void {
    const { proc } = this.#shell;
    if (command === "") proc.sigaction(signal, "ignore");
    else if (command !== undefined) proc.sigaction(signal, { handler: this.#note });
    else if (signal === SIGNALS.SIGINT && this.#shell.interactive) this.#shell.restoreInteractiveSignals();
    else if (this.commands.has("EXIT") && FATAL.has(signal) && !this.#shell.interactive)
      proc.sigaction(signal, { handler: this.#noteFatal });
    else proc.sigaction(signal, "default");
  }

  readonly #note = (signal: number): void => {
    this.#pending.push(signal);
    this.hasPending = true;
  };

  readonly #noteFatal = (signal: number): void => {
    this.fatal ??= signal;
    this.hasPending = true;
  };

  /** Ends the shell as the fatal signal would have. */
  dieOfSignal(): void {
    const { proc } = this.#shell;
    if (this.fatal === undefined) return;
    proc.sigaction(this.fatal, "default");
    proc.kill(proc.pid, this.fatal);
  }

  /** Signals that came since, in order; afterwards none is pending. */
  takePending(): number[] {
    const pending = this.#pending;
    this.#pending = [];
    this.hasPending = false;
    return pending;
  }

  /** The first pending signal, for `wait` to answer 128 + it. */
  get firstPending(): number | undefined {
    return this.fatal ?? this.#pending[0];
  }

  /** What `trap -p` lists: in a new subshell its parent's. */
  listed(): ReadonlyMap<TrapKey, string> {
    return this.inherited ?? this.commands;
  }
}
