// Calls: of the built-in functions and of those that the program defines.

import type { MaybePromise } from "@agentos/kernel/abi";
import type { Pause } from "@agentos/posix";
import { AwkError, type Expression } from "./ast.ts";
import { builtins } from "./builtins.ts";
import type { Eval, ExpressionCompiler } from "./compile-expression.ts";
import { type MatchingEnvironment, regexBuiltins } from "./regex-builtins.ts";
import type { Frame } from "./runtime.ts";
import type { AwkArray, Value } from "./values.ts";

const MAX_DEPTH = 1500;

/** A function of the program. */
export interface CallTarget {
  parameters: number;
  arrays: readonly boolean[];
  /** Runs the body; the signal it ends with. */
  run: (frame: Frame) => MaybePromise<number>;
}

export function compileBuiltin(
  compiler: ExpressionCompiler,
  name: string,
  args: readonly Expression[],
): Eval<Value> {
  // Without a pause those that match answer at once.
  const make = builtins[name] ?? (regexBuiltins[name] as (typeof builtins)[string] | undefined);
  if (make === undefined) throw new AwkError(`fatal: function \`${name}' is not defined`);
  return make(environmentOf(compiler), args);
}

/** What a builtin makes its closure with. */
export function environmentOf(compiler: ExpressionCompiler, pause?: Pause): MatchingEnvironment {
  return {
    rt: compiler.rt,
    number: (node) => compiler.number(node),
    text: (node) => compiler.text(node),
    value: (node) => compiler.value(node),
    array: (node) => {
      if (node.type !== "variable") throw new AwkError("fatal: argument is not an array");
      return compiler.array(node);
    },
    isArray: (node) => node.type === "variable" && compiler.isArray(node),
    store: (target) => compiler.store(target),
    pattern: (node) => compiler.pattern(node),
    pause,
  };
}

/** A call that does not wait. */
export function compileCall(
  compiler: ExpressionCompiler,
  name: string,
  args: readonly Expression[],
): Eval<Value> {
  const { prepare, target } = prepareCall(compiler, name, args);
  const { rt } = compiler;
  return (frame) => {
    const inner = prepare(frame);
    rt.depth++;
    const signal = target().run(inner);
    if (signal instanceof Promise) throw new AwkError("fatal: call that waits");
    rt.depth--;
    return inner.result;
  };
}

/** How to make the frame of a call, and what it runs. */
export function prepareCall(
  compiler: ExpressionCompiler,
  name: string,
  args: readonly Expression[],
): { prepare: Eval<Frame>; target: () => CallTarget } {
  const { rt, functions } = compiler;
  const definition = rt.program.functions.get(name);
  if (definition === undefined) throw new AwkError(`fatal: function \`${name}' not defined`);
  if (args.length > definition.parameters.length) {
    throw new AwkError(`fatal: function \`${name}' called with more arguments than declared`);
  }
  const makers = args.map((arg, i) => compileArgument(compiler, arg, definition.arrays[i] ?? false));
  const count = definition.parameters.length;
  const prepare = (frame: Frame): Frame => {
    if (rt.depth > MAX_DEPTH) throw new AwkError("fatal: function call nesting is too deep");
    const locals = new Array(count);
    for (let i = 0; i < makers.length; i++) locals[i] = makers[i]!(frame);
    return { locals, holes: [], result: undefined };
  };
  return { prepare, target: () => functions.get(name)! };
}

function compileArgument(
  compiler: ExpressionCompiler,
  arg: Expression,
  isArray: boolean,
): Eval<Value | AwkArray> {
  if (arg.type !== "variable") return compiler.value(arg);
  if (isArray) return compiler.array(arg);
  if (arg.slot.scope === "global" && compiler.rt.program.arrays.has(arg.name)) return compiler.array(arg);
  if (arg.slot.scope !== "local") return compiler.value(arg);
  const { at } = arg.slot;
  return (frame) => frame.locals[at];
}
