// Files read at the start. Source: bash(1) "INVOCATION".

import { isSysError } from "@agentos/kernel/abi";
import type { Co } from "./co.ts";
import type { Invocation } from "./invocation.ts";
import { expandPrompt } from "./prompt.ts";
import { readSource, runText } from "./run/source.ts";
import { type Shell, UNWIND } from "./shell.ts";

export function* runStartupFiles(shell: Shell, invocation: Invocation): Co<void> {
  const home = shell.vars.get("HOME") ?? "";
  if (invocation.login && invocation.profile) {
    yield* runIfThere(shell, "/etc/profile");
    if (invocation.posix) return void (yield* runIfThere(shell, `${home}/.profile`));
    for (const name of [".bash_profile", ".bash_login", ".profile"]) {
      if (yield* runIfThere(shell, `${home}/${name}`)) break;
    }
  } else if (shell.interactive) {
    if (invocation.posix) yield* runNamed(shell, "ENV");
    else if (invocation.startupFiles) {
      if (invocation.rcFile === undefined) yield* runIfThere(shell, "/etc/bash.bashrc");
      yield* runIfThere(shell, invocation.rcFile ?? `${home}/.bashrc`);
    }
  } else if (!invocation.posix) yield* runNamed(shell, "BASH_ENV");
}

function* runNamed(shell: Shell, variable: string): Co<void> {
  const value = shell.vars.get(variable);
  if (value) yield* runIfThere(shell, yield* expandPrompt(shell, value));
}

/** Whether the file was there. */
function* runIfThere(shell: Shell, path: string): Co<boolean> {
  if (shell.unwinding !== UNWIND.NONE) return true;
  let text: string;
  try {
    text = yield* readSource(shell, path);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
  shell.frames.push({ name: "source", source: path, callLine: 0, args: [], savedOptions: undefined });
  yield* runText(shell, text);
  shell.frames.pop();
  return true;
}
