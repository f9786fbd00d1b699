// Parameters that are not variables. Source: POSIX XCU 2.5.2.

import { optionLetters } from "../options.ts";
import type { Shell } from "../shell.ts";

/** The value of $name for a name, digits or one of # ? - $ !; undefined when unset. */
export function parameterValue(shell: Shell, name: string): string | undefined {
  const code = name.charCodeAt(0);
  if (code > 63) return shell.vars.get(name);
  if (code >= 48 && code <= 57)
    return code === 48 && name.length === 1 ? shell.name : shell.positional[Number(name) - 1];
  switch (name) {
    case "#":
      return String(shell.positional.length);
    case "?":
      return String(shell.status);
    case "$":
      return String(shell.mainPid);
    case "!":
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case "-":
      return flags(shell);
    default:
      return undefined;
  }
}

function flags(shell: Shell): string {
  const letters = optionLetters(shell.set);
  return (shell.interactive ? letters.replace(/^([a-hB]*)/, "$1i") : letters) + shell.invocation;
}
