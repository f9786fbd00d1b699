// ~, ~user, ~+, ~-, ~N. Source: POSIX XCU 2.6.1, bash(1) "Tilde Expansion".

import { decode, isSysError, O_RDONLY } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";

/** The directory a tilde prefix stands for; undefined leaves the text as it is. */
export function* expandTilde(shell: Shell, user: string): Co<string | undefined> {
  if (user === "")
    return shell.vars.get("HOME") ?? (yield* homeOf(shell, (fields) => fields[2] === String(shell.proc.uid)));
  if (user === "+") return shell.vars.get("PWD");
  if (user === "-") return shell.vars.get("OLDPWD");
  if (/^[+-]?\d+$/.test(user)) return fromStack(shell, user);
  return yield* homeOf(shell, (fields) => fields[0] === user);
}

function fromStack(shell: Shell, spec: string): string | undefined {
  const stack = [shell.cwd, ...shell.dirStack];
  const index = Number(spec.replace(/^[+-]/, ""));
  return spec.startsWith("-") ? stack[stack.length - 1 - index] : stack[index];
}

function* homeOf(shell: Shell, wanted: (fields: string[]) => boolean): Co<string | undefined> {
  const lines = yield* readLines(shell, "/etc/passwd");
  return lines.map((line) => line.split(":")).find((fields) => fields.length >= 6 && wanted(fields))?.[5];
}

function* readLines(shell: Shell, path: string): Co<string[]> {
  try {
    const fd = yield* wait(shell.proc.open(path, O_RDONLY));
    const chunk = new Uint8Array(65536);
    let text = "";
    for (
      let count = yield* wait(shell.proc.read(fd, chunk));
      count > 0;
      count = yield* wait(shell.proc.read(fd, chunk))
    ) {
      text += decode(chunk, 0, count);
    }
    yield* wait(shell.proc.close(fd));
    return text.split("\n");
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}
