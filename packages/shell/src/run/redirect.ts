// Redirections: all words are expanded first, then the redirections are made in order, in this process or in a child.

import { isSysError } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import type { Redirect } from "../ast.ts";
import { type Co, wait } from "../co.ts";
import { ShellError } from "../errors.ts";
import { expandQuotedText, expandString, expandWords } from "../expand/word.ts";
import type { Shell } from "../shell.ts";
import { openHereDocument, openRedirectFile } from "./redirect-file.ts";

/** A redirection whose words are expanded. */
export type Step =
  | { type: "open"; fd: number; variable?: string; operator: string; path: string }
  | { type: "both"; operator: string; path: string }
  | { type: "duplicate"; fd: number; variable?: string; from: number; move: boolean; text: string }
  | { type: "close"; fd: number; variable?: string }
  | { type: "text"; fd: number; variable?: string; text: string };

/** How descriptors were before: undone in reverse. */
export type Undo = { fd: number; saved: number | undefined }[];

/** From this number on, descriptors do not get in the way of scripts. */
const FIRST_PRIVATE_FD = 10;

/** Expands the words of redirections. @throws ShellError */
export function* expandRedirects(shell: Shell, redirects: readonly Redirect[]): Co<Step[]> {
  const steps: Step[] = [];
  for (const redirect of redirects) steps.push(yield* expandRedirect(shell, redirect));
  return steps;
}

function* expandRedirect(shell: Shell, redirect: Redirect): Co<Step> {
  const { operator } = redirect;
  shell.line = redirect.line;
  const variable = typeof redirect.fd === "object" ? redirect.fd.variable : undefined;
  const fd = typeof redirect.fd === "number" ? redirect.fd : operator.startsWith("<") ? 0 : 1;
  switch (operator) {
    case "<<":
    case "<<-":
      return {
        type: "text",
        fd,
        variable,
        text: redirect.heredoc ? yield* expandQuotedText(shell, redirect.heredoc) : "",
      };
    case "<<<":
      return { type: "text", fd, variable, text: `${yield* expandString(shell, redirect.target)}\n` };
    case "<&":
    case ">&":
      return yield* expandDuplicate(shell, redirect, fd, variable);
    case "&>":
    case "&>>":
      return { type: "both", operator, path: yield* targetPath(shell, redirect) };
    default:
      return { type: "open", fd, variable, operator, path: yield* targetPath(shell, redirect) };
  }
}

function* targetPath(shell: Shell, redirect: Redirect): Co<string> {
  const fields = yield* expandWords(shell, [redirect.target]);
  if (fields.length !== 1) throw new ShellError(`${redirect.target.text}: ambiguous redirect`, 1, "command");
  return fields[0]!;
}

function* expandDuplicate(
  shell: Shell,
  redirect: Redirect,
  fd: number,
  variable: string | undefined,
): Co<Step> {
  if (variable !== undefined && redirect.target.text === "-") return { type: "close", fd, variable };
  const path = yield* targetPath(shell, redirect);
  if (path === "-") return { type: "close", fd, variable };
  const { text } = redirect.target;
  const match = /^(\d+)(-?)$/.exec(path);
  if (match) return { type: "duplicate", fd, variable, from: Number(match[1]), move: match[2] === "-", text };
  if (redirect.operator === ">&" && redirect.fd === undefined) return { type: "both", operator: ">&", path };
  throw new ShellError(`${redirect.target.text}: ambiguous redirect`, 1, "command");
}

/**
 * Makes redirections in `proc`, which is the shell's own process or a child of it; false when one failed, which has
 * then been reported. `undo` collects what restores the descriptors.
 */
export function* makeRedirects(shell: Shell, steps: readonly Step[], proc: Proc, undo?: Undo): Co<boolean> {
  for (const step of steps) {
    try {
      yield* makeStep(shell, step, proc, undo);
    } catch (error) {
      if (error instanceof ShellError) shell.complain(error.message, proc);
      else if (isSysError(error)) shell.complain(`${subjectOf(step)}: ${error.message}`, proc);
      else throw error;
      return false;
    }
  }
  return true;
}

function subjectOf(step: Step): string {
  if (step.type === "open" || step.type === "both") return step.path;
  if (step.type === "duplicate") return step.text.replace(/-$/, "");
  return step.type === "close"
    ? (step.variable ?? String(step.fd))
    : "cannot create temp file for here-document";
}

function* makeStep(shell: Shell, step: Step, proc: Proc, undo: Undo | undefined): Co<void> {
  switch (step.type) {
    case "open": {
      const opened = yield* openRedirectFile(shell, step.path, step.operator, proc);
      return yield* place(shell, proc, opened, step, undo);
    }
    case "text": {
      const opened = yield* openHereDocument(proc, step.text);
      return yield* place(shell, proc, opened, step, undo);
    }
    case "both": {
      const opened = yield* openRedirectFile(shell, step.path, step.operator, proc);
      yield* place(shell, proc, opened, { fd: 1 }, undo);
      save(proc, 2, undo);
      yield* wait(proc.dup2(1, 2));
      return;
    }
    case "duplicate": {
      if (step.variable !== undefined) {
        assignDescriptor(shell, step.variable, proc.dup(step.from, FIRST_PRIVATE_FD));
      } else {
        if (step.from === step.fd) return;
        proc.getCloexec(step.from);
        save(proc, step.fd, undo);
        yield* wait(proc.dup2(step.from, step.fd));
      }
      if (step.move) {
        save(proc, step.from, undo);
        yield* wait(proc.close(step.from));
      }
      return;
    }
    case "close":
      return yield* closeDescriptor(shell, step, proc, undo);
  }
}

function assignDescriptor(shell: Shell, variable: string, fd: number): void {
  const bracket = variable.indexOf("[");
  if (bracket < 0) shell.vars.set(variable, String(fd));
  else shell.vars.setElement(variable.slice(0, bracket), variable.slice(bracket + 1, -1), String(fd));
}

function* place(
  shell: Shell,
  proc: Proc,
  opened: number,
  step: { fd: number; variable?: string },
  undo: Undo | undefined,
): Co<void> {
  if (step.variable !== undefined) {
    assignDescriptor(shell, step.variable, proc.dup(opened, FIRST_PRIVATE_FD));
    yield* wait(proc.close(opened));
    return;
  }
  if (opened === step.fd) {
    undo?.push({ fd: step.fd, saved: undefined });
    return;
  }
  save(proc, step.fd, undo);
  yield* wait(proc.dup2(opened, step.fd));
  yield* wait(proc.close(opened));
}

function* closeDescriptor(
  shell: Shell,
  step: { fd: number; variable?: string },
  proc: Proc,
  undo: Undo | undefined,
): Co<void> {
  let { fd } = step;
  if (step.variable !== undefined) {
    fd = Number(shell.vars.get(step.variable) ?? Number.NaN);
    if (!Number.isInteger(fd)) throw new ShellError(`${step.variable}: Bad file descriptor`, 1, "command");
  }
  save(proc, fd, undo);
  try {
    yield* wait(proc.close(fd));
  } catch (error) {
    if (!isSysError(error, "EBADF")) throw error;
  }
}

function save(proc: Proc, fd: number, undo: Undo | undefined): void {
  if (!undo) return;
  try {
    undo.push({ fd, saved: proc.dup(fd, FIRST_PRIVATE_FD, true) });
  } catch (error) {
    if (!isSysError(error, "EBADF")) throw error;
    undo.push({ fd, saved: undefined });
  }
}

export function* undoRedirects(shell: Shell, undo: Undo): Co<void> {
  if (shell.replaced) return;
  const { proc } = shell;
  for (let last = undo.pop(); last; last = undo.pop()) {
    if (last.saved !== undefined) {
      yield* wait(proc.dup2(last.saved, last.fd));
      yield* wait(proc.close(last.saved));
      continue;
    }
    try {
      yield* wait(proc.close(last.fd));
    } catch (error) {
      if (!isSysError(error, "EBADF")) throw error;
    }
  }
}
