// Expressions that wait: getline, system, close, fflush, and calls of functions that use them. The parts that wait run
// first and leave their values in holes of the rest, which then is an ordinary expression.

import type { Expression, Lvalue } from "./ast.ts";
import { type Eval, ExpressionCompiler } from "./compile-expression.ts";
import type { Frame } from "./runtime.ts";
import { isTrue, type Value } from "./values.ts";
import { expressionWaits, waitsItself } from "./waits.ts";

export class WaitingExpressionCompiler extends ExpressionCompiler {
  #holes = 0;

  waits(node: Expression): boolean {
    return expressionWaits(node, this.rt.program);
  }

  /** An expression whose value may have to be waited for. */
  async(node: Expression): Eval<Promise<Value>> {
    if (node.type === "and" || node.type === "or") return this.#asyncLogic(node.type, node.left, node.right);
    if (node.type === "conditional") {
      const test = this.async(node.test);
      const [yes, no] = [this.async(node.yes), this.async(node.no)];
      return async (frame) => (isTrue(await test(frame)) ? yes(frame) : no(frame));
    }
    const waiting: { at: number; run: Eval<Promise<Value>> }[] = [];
    const rest = this.#withHoles(node, waiting);
    if (waiting.length === 0) {
      const value = this.value(rest);
      return async (frame) => value(frame);
    }
    if (rest.type === "hole") return waiting[0]!.run;
    const value = this.value(rest);
    return async (frame) => {
      for (const { at, run } of waiting) frame.holes[at] = await run(frame);
      return value(frame);
    };
  }

  #asyncLogic(type: "and" | "or", left: Expression, right: Expression): Eval<Promise<Value>> {
    const [a, b] = [this.async(left), this.async(right)];
    return async (frame) => {
      if (isTrue(await a(frame)) === (type === "or")) return type === "or" ? 1 : 0;
      return isTrue(await b(frame)) ? 1 : 0;
    };
  }

  /** The expression with each outermost part that waits replaced by a hole. */
  #withHoles(node: Expression, waiting: { at: number; run: Eval<Promise<Value>> }[]): Expression {
    if (!this.waits(node)) return node;
    const logical = node.type === "and" || node.type === "or" || node.type === "conditional";
    if (waitsItself(node, this.rt.program) || logical) {
      const at = this.#holes++;
      waiting.push({ at, run: logical ? this.async(node) : this.#waitFor(node) });
      return { type: "hole", at };
    }
    const replace = (part: Expression): Expression => this.#withHoles(part, waiting);
    switch (node.type) {
      case "index":
      case "in":
        return { ...node, subscripts: node.subscripts.map(replace) };
      case "field":
        return { ...node, index: replace(node.index) };
      case "group":
        return { ...node, body: replace(node.body) };
      case "unary":
        return { ...node, operand: replace(node.operand) };
      case "binary":
      case "match":
        return { ...node, left: replace(node.left), right: replace(node.right) };
      case "assign":
        return { ...node, target: replace(node.target) as Lvalue, value: replace(node.value) };
      case "increment":
        return { ...node, target: replace(node.target) as Lvalue };
      case "builtin":
      case "call":
        return { ...node, args: node.args.map(replace) };
      default:
        return node;
    }
  }

  #waitFor(node: Expression): Eval<Promise<Value>> {
    switch (node.type) {
      case "getline":
        return this.#getline(node);
      case "builtin":
        return this.#waitingBuiltin(node.name, node.args);
      case "call":
        return this.#waitingCall(node.name, node.args);
      default:
        return this.async(node);
    }
  }

  #waitingCall(name: string, args: readonly Expression[]): Eval<Promise<Value>> {
    const waiting: { at: number; run: Eval<Promise<Value>> }[] = [];
    const filled = args.map((arg) => this.#withHoles(arg, waiting));
    const { prepare, target } = this.call(name, filled);
    const { rt } = this;
    return async (frame) => {
      for (const { at, run } of waiting) frame.holes[at] = await run(frame);
      const inner = prepare(frame);
      rt.depth++;
      await target().run(inner);
      rt.depth--;
      return inner.result;
    };
  }

  #waitingBuiltin(name: string, args: readonly Expression[]): Eval<Promise<Value>> {
    const { io } = this.rt;
    const first = args[0] === undefined ? undefined : this.async(args[0]);
    const text = async (frame: Frame): Promise<string> => this.rt.text(await first?.(frame));
    if (name === "system") return async (frame) => io.system(await text(frame));
    if (name === "close") return async (frame) => io.close(await text(frame));
    return async (frame) => {
      const target = first === undefined ? "" : await text(frame);
      if (target !== "") return io.flush(target);
      await io.flushAll();
      return 0;
    };
  }

  #getline(node: Extract<Expression, { type: "getline" }>): Eval<Promise<Value>> {
    const source = node.source === undefined ? undefined : this.async(node.source);
    const store = node.target === undefined ? undefined : this.store(node.target);
    const { rt } = this;
    return async (frame) => {
      const name = rt.text(await source?.(frame));
      return rt.getline(node.from, name, store && ((value) => store(frame, value)));
    };
  }
}
