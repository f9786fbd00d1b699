// eval, source, exec, builtin.

import { isSysError, S_IFMT, S_IFREG } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import { replace } from "../run/external.ts";
import { onFreshStack } from "../run/fresh-stack.ts";
import { findCommand } from "../run/lookup.ts";
import { runReturnTrap } from "../run/run-traps.ts";
import { runBuiltin } from "../run/simple.ts";
import { looksBinary, readSource, runText } from "../run/source.ts";
import { type Shell, UNWIND } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usage } from "./options.ts";
import { findBuiltin } from "./table.ts";

/** Deeper nesting of eval, source and traps is an error, since they use the host's stack. */
const MAX_NESTING = 500;
/** After this many nestings, execution continues on a fresh stack of the host. */
const NESTINGS_PER_STACK = 16;

function* nested(shell: Shell, name: string, run: () => Co<number>): Co<number> {
  if (shell.traceDepth >= MAX_NESTING) {
    return shell.fail(name, `maximum ${name} nesting level exceeded (${MAX_NESTING})`);
  }
  shell.traceDepth++;
  try {
    if (shell.traceDepth % NESTINGS_PER_STACK !== 0) return yield* run();
    return (yield onFreshStack(run())) as number;
  } finally {
    shell.traceDepth--;
  }
}

export const evalBuiltin: Builtin = {
  name: "eval",
  special: true,
  *run(shell, args) {
    const words = args[0] === "--" ? args.slice(1) : args;
    const text = words.join(" ");
    if (text.trim() === "") return 0;
    const status = yield* nested(shell, "eval", () =>
      runText(shell, text, { line: shell.line, origin: "eval" }),
    );
    shell.lastArgument = args[args.length - 1]!;
    return status;
  },
};

function* runSource(shell: Shell, args: string[], name: string): Co<number> {
  const operands = args[0] === "--" ? args.slice(1) : args;
  const [file, ...rest] = operands;
  if (file === undefined) {
    shell.fail(name, "filename argument required");
    return usage(shell, name);
  }
  const path = yield* sourcePath(shell, file);
  let text: string;
  try {
    text = yield* readSource(shell, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const reason = error.code === "EISDIR" ? "is a directory" : error.message;
    if (error.code === "EISDIR") shell.fail(name, `${file}: ${reason}`);
    else shell.complain(`${file}: ${reason}`);
    if (shell.set.posix && !shell.interactive) shell.unwinding = UNWIND.EXIT;
    return 1;
  }
  if (looksBinary(text)) return shell.fail(name, `${file}: cannot execute binary file`, 126);
  return yield* nested(shell, name, () => runSourced(shell, path, text, rest));
}

function* sourcePath(shell: Shell, file: string): Co<string> {
  if (file.includes("/") || !shell.shopt.sourcepath) return file;
  for (const directory of (shell.vars.get("PATH") ?? "").split(":")) {
    const candidate = directory === "" ? file : `${directory}/${file}`;
    const stat = yield* wait(shell.proc.statIfExists(candidate));
    if (stat && (stat.mode & S_IFMT) === S_IFREG) return candidate;
  }
  return file;
}

function* runSourced(shell: Shell, path: string, text: string, args: readonly string[]): Co<number> {
  const { positional, loopDepth } = shell;
  shell.frames.push({ name: "source", source: path, callLine: shell.line, args, savedOptions: undefined });
  if (args.length > 0) shell.positional = args;
  const replaced = shell.positional;
  shell.loopDepth = 0;
  try {
    let status = yield* runText(shell, text);
    if (shell.unwinding === UNWIND.RETURN) {
      shell.unwinding = UNWIND.NONE;
      status = shell.status;
    }
    if (shell.traps.commands.has("RETURN")) yield* runReturnTrap(shell);
    return status;
  } finally {
    shell.loopDepth = loopDepth;
    const frame = shell.frames.pop()!;
    shell.line = frame.callLine;
    shell.lastArgument = args[args.length - 1] ?? path;
    // `set -- …` in the file remains in effect, unless the file was given arguments of its own.
    if (args.length > 0 && shell.positional === replaced) shell.positional = positional;
  }
}

export const source: Builtin = { name: "source", run: runSource };
export const dot: Builtin = { name: ".", special: true, run: runSource };

export const exec: Builtin = {
  name: "exec",
  special: true,
  *run(shell, args) {
    const options = parseOptions(shell, "exec", args, "cla:");
    if (typeof options === "number") return options;
    const [name, ...rest] = options.operands;
    if (name === undefined) return 0;
    const path = name.includes("/") ? name : yield* findCommand(shell, name);
    let status = 127;
    if (path === undefined) shell.fail("exec", `${name}: not found`);
    else {
      const zero = options.values.get("a") ?? name;
      const env = options.flags.has("c") ? new Map<string, string>() : shell.vars.environment();
      shell.forgetInteractive();
      status = yield* replace(
        shell,
        shell.proc,
        path,
        [options.flags.has("l") ? `-${zero}` : zero, ...rest],
        env,
      );
    }
    shell.status = status;
    if (!shell.interactive && !shell.shopt.execfail) shell.unwinding = UNWIND.EXIT;
    return status;
  },
};

export const builtin: Builtin = {
  name: "builtin",
  *run(shell, args) {
    const [name, ...rest] = args[0] === "--" ? args.slice(1) : args;
    if (name === undefined) return 0;
    const found = shell.disabledBuiltins.has(name) ? undefined : findBuiltin(name);
    if (!found) return shell.fail("builtin", `${name}: not a shell builtin`);
    return yield* runBuiltin(shell, found, name, rest);
  },
};
