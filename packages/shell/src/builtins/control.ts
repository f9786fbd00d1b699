// break, continue, return, exit. Source: POSIX XCU 2.14.

import { evaluateText } from "../arith/evaluate.ts";
import { type Shell, UNWIND } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

/** Too many arguments: drops everything up to the next top-level command. */
export function tooManyArguments(shell: Shell, name: string): number {
  shell.status = shell.fail(name, "too many arguments");
  shell.backToTop();
  return shell.status;
}

/** The status argument of exit and return: undefined without one, "bad" if it is not a number. */
function statusArgument(args: string[]): number | "bad" | undefined {
  const text = args[0] === "--" ? args[1] : args[0];
  if (text === undefined) return undefined;
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(BigInt.asUintN(8, BigInt(text))) : "bad";
}

function runExit(shell: Shell, args: string[], name: string): number {
  if (args[0] === "--help") return 2;
  const wanted = statusArgument(args);
  if (wanted === "bad") {
    shell.fail(name, `${args[0]}: numeric argument required`);
    shell.status = 2;
  } else if (args.length > 1) {
    return tooManyArguments(shell, name);
  } else if (wanted !== undefined) shell.status = wanted;
  shell.unwinding = UNWIND.EXIT;
  return shell.status;
}

export const exit: Builtin = { name: "exit", special: true, run: runExit };

export const returnBuiltin: Builtin = {
  name: "return",
  special: true,
  run: (shell, args) => {
    if (shell.frames.length === 0 || (shell.subshellLevel > 0 && shell.frames.length === 0)) {
      return shell.fail("return", "can only `return' from a function or sourced script", 2);
    }
    const wanted = statusArgument(args);
    if (wanted === "bad") {
      shell.fail("return", `${args[0]}: numeric argument required`);
      shell.status = 2;
    } else if (args.length > 1) {
      return tooManyArguments(shell, "return");
    } else if (wanted !== undefined) shell.status = wanted;
    shell.unwinding = UNWIND.RETURN;
    return shell.status;
  },
};

function leaveLoop(shell: Shell, args: string[], name: string): number {
  if (shell.loopDepth === 0) {
    shell.fail(name, "only meaningful in a `for', `while', or `until' loop");
    return 0;
  }
  let count = 1;
  const text = args[0] === "--" ? args[1] : args[0];
  if (text !== undefined) {
    if (!/^[+-]?\d+$/.test(text)) {
      shell.fail(name, `${text}: numeric argument required`);
      shell.status = 128;
      shell.unwinding = UNWIND.EXIT;
      return 128;
    }
    if (args.length > (args[0] === "--" ? 2 : 1)) {
      return tooManyArguments(shell, name);
    }
    count = Number(evaluateText(shell, text));
    if (count < 1) {
      shell.status = shell.fail(name, `${text}: loop count out of range`);
      shell.unwindLoops = shell.loopDepth;
      shell.unwinding = UNWIND.BREAK;
      return 1;
    }
  }
  shell.unwindLoops = Math.min(count, shell.loopDepth);
  shell.unwinding = name === "break" ? UNWIND.BREAK : UNWIND.CONTINUE;
  return 0;
}

export const breakBuiltin: Builtin = { name: "break", special: true, run: leaveLoop };
export const continueBuiltin: Builtin = { name: "continue", special: true, run: leaveLoop };
