// The history list between sessions: $HISTFILE, $HISTSIZE and $HISTFILESIZE, and what enters the list at all.

import { isSysError, O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import { compileCached } from "../expand/pattern.ts";
import { readSource } from "../run/source.ts";
import type { Shell } from "../shell.ts";

/** How many entries of the list are in the file already. */
const saved = new WeakMap<Shell, number>();

export function historyFile(shell: Shell): string | undefined {
  return shell.vars.get("HISTFILE") || undefined;
}

/** Adds the lines of a file to the list. @throws SyscallError */
export function* readHistoryFile(shell: Shell, path: string): Co<void> {
  const text = yield* readSource(shell, path);
  for (const line of text.split("\n")) if (line !== "") shell.history.push(line);
  trim(shell);
  saved.set(shell, shell.history.length);
}

/** Writes the list. @throws SyscallError */
export function* writeHistoryFile(shell: Shell, path: string): Co<void> {
  const limit = sizeOf(shell.vars.get("HISTFILESIZE"));
  const lines =
    limit === undefined ? shell.history : shell.history.slice(Math.max(0, shell.history.length - limit));
  yield* store(shell, path, lines, O_WRONLY | O_CREAT | O_TRUNC);
  saved.set(shell, shell.history.length);
}

/** Adds what this session has entered since to the file. @throws SyscallError */
export function* appendHistoryFile(shell: Shell, path: string): Co<void> {
  yield* store(shell, path, shell.history.slice(saved.get(shell) ?? 0), O_WRONLY | O_CREAT | O_APPEND);
  saved.set(shell, shell.history.length);
}

function* store(shell: Shell, path: string, lines: readonly string[], flags: number): Co<void> {
  const fd = yield* wait(shell.proc.open(path, flags, 0o600));
  try {
    yield* wait(shell.write(fd, lines.map((line) => `${line}\n`).join("")));
  } finally {
    yield* wait(shell.proc.close(fd));
  }
}

/** At the end of a session; a file that cannot be written is passed over, as bash does. */
export function* saveHistory(shell: Shell): Co<void> {
  const path = historyFile(shell);
  if (path === undefined) return;
  try {
    if (shell.shopt.histappend) yield* appendHistoryFile(shell, path);
    else yield* writeHistoryFile(shell, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

/** At the beginning of a session. */
export function* loadHistory(shell: Shell): Co<void> {
  const path = historyFile(shell);
  if (path === undefined) return;
  try {
    yield* readHistoryFile(shell, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

/** Adds a line, if HISTCONTROL and HISTIGNORE let it. */
export function addHistory(shell: Shell, line: string): void {
  if (line.trim() === "") return;
  const control = (shell.vars.get("HISTCONTROL") ?? "").split(":");
  const both = control.includes("ignoreboth");
  if ((both || control.includes("ignorespace")) && line.startsWith(" ")) return;
  const last = shell.history[shell.history.length - 1];
  if ((both || control.includes("ignoredups")) && line === last) return;
  for (const pattern of (shell.vars.get("HISTIGNORE") ?? "").split(":")) {
    if (pattern !== "" && compileCached(pattern.replaceAll("&", last ?? "&"), true, false).matches(line))
      return;
  }
  if (control.includes("erasedups")) shell.history = shell.history.filter((entry) => entry !== line);
  shell.history.push(line);
  trim(shell);
}

function trim(shell: Shell): void {
  const limit = sizeOf(shell.vars.get("HISTSIZE"));
  if (limit === undefined || shell.history.length <= limit) return;
  const extra = shell.history.length - limit;
  shell.history.splice(0, extra);
  saved.set(shell, Math.max(0, (saved.get(shell) ?? 0) - extra));
}

function sizeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
