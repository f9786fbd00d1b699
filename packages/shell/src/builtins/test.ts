import { evaluateTest, type TestHost, TestSyntaxError } from "@agentos/posix";
import { type Co, drive, wait } from "../co.ts";
import type { Shell } from "../shell.ts";
import { testBinaryFiles, testUnary } from "../test-operators.ts";
import { isSet, NAMEREF } from "../variable.ts";
import type { Builtin } from "./builtin.ts";

function hostOf(shell: Shell): TestHost {
  return {
    file: (letter, path) => drive(testUnary(shell, `-${letter}`, path)),
    compareFiles: (operator, left, right) => drive(testBinaryFiles(shell, `-${operator}`, left, right)),
    isTerminal: (fd) => shell.proc.isatty(fd),
    option: (name) => drive(testUnary(shell, "-o", name)) === true,
    variable: (name) => drive(testUnary(shell, "-v", name)) === true,
    nameref: (name) => {
      const variable = shell.vars.lookup(name);
      return variable !== undefined && (variable.flags & NAMEREF) !== 0 && isSet(variable);
    },
  };
}

const hosts = new WeakMap<Shell, TestHost>();

function run(shell: Shell, args: string[], name: string): number | Co<number> {
  let operands = args;
  if (name === "[") {
    if (args.at(-1) !== "]") return shell.fail(name, "missing `]'", 2);
    operands = args.slice(0, -1);
  }
  let host = hosts.get(shell);
  if (host === undefined) {
    host = hostOf(shell);
    hosts.set(shell, host);
  }
  try {
    const result = evaluateTest(operands, host);
    if (typeof result === "boolean") return result ? 0 : 1;
    return pending(result);
  } catch (error) {
    if (!(error instanceof TestSyntaxError)) throw error;
    return shell.fail(name, error.message, 2);
  }
}

function* pending(result: Promise<boolean>): Co<number> {
  return (yield* wait(result)) ? 0 : 1;
}

export const test: Builtin = { name: "test", run };
export const bracket: Builtin = { name: "[", run };
