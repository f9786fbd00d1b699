// $(…) and <(…): child processes whose output becomes text, or which are used as files.

import { isSysError } from "@agentos/kernel/abi";
import type { List, Redirect } from "../ast.ts";
import { type Co, wait } from "../co.ts";
import { ShellError } from "../errors.ts";
import { openRedirectFile } from "../run/redirect-file.ts";
import { runSubshellBody } from "../run/subshell.ts";
import { waitFor } from "../run/wait.ts";
import type { Shell } from "../shell.ts";
import { OutputText } from "./output-text.ts";
import { expandString } from "./word.ts";

const CHUNK = 65536;
/** More output than this is refused, as a real shell runs out of memory for it. */
const MAX_OUTPUT = 1 << 25;

/** The output of a command list without its trailing newlines; $? becomes its status. */
export function* substituteCommand(shell: Shell, body: List): Co<string> {
  const file = inputFile(body);
  if (file) return yield* readWholeFile(shell, file);
  if (body.items.length === 0) {
    shell.status = 0;
    shell.substitutionStatus = 0;
    return "";
  }
  const [reader, writer] = shell.proc.pipe(true);
  let pid: number;
  try {
    pid = shell.fork(function* (child) {
      yield* wait(child.proc.close(reader));
      yield* moveTo(child, writer, 1);
      child.subshellTraceDepth++;
      if (!child.shopt.inherit_errexit && !child.set.posix) child.set.errexit = false;
      return yield* runSubshellBody(child, body);
    });
  } finally {
    yield* wait(shell.proc.close(writer));
  }
  const output = yield* drain(shell, reader);
  shell.status = yield* waitFor(shell, pid);
  shell.substitutionStatus = shell.status;
  return output;
}

/** Moves a descriptor to the number at which commands expect it. */
export function* moveTo(shell: Shell, from: number, to: number): Co<void> {
  if (from === to) return shell.proc.setCloexec(to, false);
  yield* wait(shell.proc.dup2(from, to));
  yield* wait(shell.proc.close(from));
}

/** Reads a descriptor to its end and closes it. Drops NULs and trailing newlines. */
function* drain(shell: Shell, fd: number): Co<string> {
  const text = new OutputText();
  try {
    for (;;) {
      const chunk = new Uint8Array(text.length === 0 ? 4096 : CHUNK);
      const count = yield* readRetrying(shell, fd, chunk);
      if (count === 0) break;
      text.add(chunk.subarray(0, count));
      if (text.length > MAX_OUTPUT) throw new ShellError(`cannot allocate ${text.length} bytes`, 2, "exit");
    }
  } finally {
    yield* wait(shell.proc.close(fd));
  }
  const output = text.finish();
  if (text.hadNul) shell.complain("warning: command substitution: ignored null byte in input");
  return output;
}

/** read(2), repeated after signals; their traps run later. */
function* readRetrying(shell: Shell, fd: number, into: Uint8Array): Co<number> {
  for (;;) {
    try {
      return yield* wait(shell.proc.read(fd, into));
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}

/** The redirect of $(< file). */
function inputFile(body: List): Redirect | undefined {
  const item = body.items[0];
  if (body.items.length !== 1 || !item || item.background || item.command.rest.length > 0) return undefined;
  const { first } = item.command;
  const command = first.commands[0]!;
  if (first.commands.length !== 1 || first.negated || first.timed || command.type !== "simple")
    return undefined;
  if (command.words.length > 0 || command.assignments.length > 0 || command.redirects.length !== 1)
    return undefined;
  const redirect = command.redirects[0]!;
  return redirect.operator === "<" && redirect.fd === undefined ? redirect : undefined;
}

function* readWholeFile(shell: Shell, redirect: Redirect): Co<string> {
  const path = yield* expandString(shell, redirect.target);
  try {
    const fd = yield* openRedirectFile(shell, path, "<");
    const text = yield* drain(shell, fd);
    shell.status = 0;
    shell.substitutionStatus = 0;
    return text;
  } catch (error) {
    if (!isSysError(error)) throw error;
    shell.complain(`${path}: ${error.message}`);
    shell.status = 1;
    shell.substitutionStatus = 1;
    return "";
  }
}

/** <(…) and >(…): the name of a pipe to a child that runs the list. */
export function* substituteProcess(shell: Shell, direction: "<" | ">", body: List): Co<string> {
  const [reader, writer] = shell.proc.pipe();
  const ours = shell.proc.dup(direction === "<" ? reader : writer, 63);
  const theirs = direction === "<" ? writer : reader;
  yield* wait(shell.proc.close(direction === "<" ? reader : writer));
  const inherited = shell.openSubstitutions.slice();
  const pid = shell.fork(function* (child) {
    yield* wait(child.proc.close(ours));
    for (const fd of inherited) yield* closeQuietly(child, fd);
    child.openSubstitutions = [];
    yield* moveTo(child, theirs, direction === "<" ? 1 : 0);
    return yield* runSubshellBody(child, body);
  });
  yield* wait(shell.proc.close(theirs));
  shell.lastBackground = pid;
  shell.openSubstitutions.push(ours);
  return `/dev/fd/${ours}`;
}

/** Closes the pipes of all process substitutions except the first `keep`. */
export function* closeSubstitutions(shell: Shell, keep: number): Co<void> {
  if (shell.replaced) return;
  while (shell.openSubstitutions.length > keep) yield* closeQuietly(shell, shell.openSubstitutions.pop()!);
}

function* closeQuietly(shell: Shell, fd: number): Co<void> {
  try {
    yield* wait(shell.proc.close(fd));
  } catch (error) {
    if (!isSysError(error, "EBADF")) throw error;
  }
}
