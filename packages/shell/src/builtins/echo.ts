import { expandEscapes } from "@agentos/posix";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

/** What it prints. @see bash(1) echo; POSIX leaves options to implementations */
function echoText(shell: Shell, args: readonly string[]): string {
  let newline = true;
  let escapes = shell.shopt.xpg_echo;
  let at = 0;
  const plain = shell.shopt.xpg_echo && shell.set.posix;
  for (; !plain && at < args.length && /^-[neE]+$/.test(args[at]!); at++) {
    for (const letter of args[at]!.slice(1)) {
      if (letter === "n") newline = false;
      else escapes = letter === "e";
    }
  }
  let text = at === 0 ? args.join(" ") : args.slice(at).join(" ");
  if (escapes) {
    const expanded = expandEscapes(text, { style: "echo" });
    if (expanded.stop) return expanded.text;
    text = expanded.text;
  }
  return newline ? `${text}\n` : text;
}

export const echo: Builtin = {
  name: "echo",
  run: (shell, args) => shell.print("echo", echoText(shell, args)),
};
