// set and shift. Source: POSIX XCU 2.14; bash(1).

import { evaluateText } from "../arith/evaluate.ts";
import type { Co } from "../co.ts";
import { isSetOption, optionOfLetter, SET_OPTIONS, type SetOption } from "../options.ts";
import { printFunction } from "../print/printer.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { tooManyArguments } from "./control.ts";
import { assignmentText } from "./declaration-text.ts";
import { usageError } from "./options.ts";

function* runSet(shell: Shell, args: string[]): Co<number> {
  if (args.length === 0) return yield* shell.print("set", listVariables(shell));
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--" || word === "-") {
      if (word === "-") {
        shell.set.xtrace = false;
        shell.set.verbose = false;
        if (at + 1 === args.length) return 0;
      }
      shell.positional = args.slice(at + 1);
      return 0;
    }
    if (!/^[-+]./.test(word)) break;
    const on = word[0] === "-";
    for (const letter of word.slice(1)) {
      if (letter === "o") {
        const name = args[at + 1];
        if (name === undefined) return yield* shell.print("set", listOptions(shell, on));
        at++;
        if (!setOption(shell, name, on)) return shell.fail("set", `${name}: invalid option name`, 2);
        continue;
      }
      const option = optionOfLetter(letter);
      if (!option) return usageError(shell, "set", `${word[0]}${letter}: invalid option`);
      setOption(shell, option, on);
    }
  }
  if (at < args.length) shell.positional = args.slice(at);
  return 0;
}

/** Switches an option of `set -o`; false if there is none of that name. */
function setOption(shell: Shell, name: string, on: boolean): boolean {
  if (!isSetOption(name)) return false;
  shell.set[name] = on;
  if (on && name === "vi") shell.set.emacs = false;
  if (on && name === "emacs") shell.set.vi = false;
  if (name === "posix" && on) shell.shopt.expand_aliases = true;
  return true;
}

function listOptions(shell: Shell, table: boolean): string {
  return (Object.keys(SET_OPTIONS) as SetOption[])
    .map((name) =>
      table
        ? `${name.padEnd(15)}\t${shell.set[name] ? "on" : "off"}\n`
        : `set ${shell.set[name] ? "-" : "+"}o ${name}\n`,
    )
    .join("");
}

function listVariables(shell: Shell): string {
  let text = "";
  for (const name of [...shell.vars.names()].sort()) {
    const variable = shell.vars.lookup(name)!;
    const line = assignmentText(shell, variable);
    if (line !== undefined && name !== "_") text += `${line}\n`;
    else if (name === "_") text += `_=${shell.lastArgument}\n`;
  }
  if (shell.set.posix) return text;
  for (const name of [...shell.functions.keys()].sort()) {
    text += `${printFunction(shell.functions.get(name)!.definition)}\n`;
  }
  return text;
}

export const set: Builtin = { name: "set", special: true, run: runSet };

export const shift: Builtin = {
  name: "shift",
  special: true,
  run: (shell, args) => {
    const text = args[0] === "--" ? args[1] : args[0];
    if (args.length > 1 && args[0] !== "--") return tooManyArguments(shell, "shift");
    if (text !== undefined && !/^[+-]?\d+$/.test(text)) {
      return shell.fail("shift", `${text}: numeric argument required`);
    }
    const count = text === undefined ? 1 : Number(evaluateText(shell, text));
    if (count < 0) return shell.fail("shift", `${text}: shift count out of range`);
    if (count > shell.positional.length) {
      return shell.shopt.shift_verbose ? shell.fail("shift", `${text}: shift count out of range`) : 1;
    }
    shell.positional = shell.positional.slice(count);
    return 0;
  },
};
