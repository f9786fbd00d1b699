// Expressions that may wait: getline, system, close, fflush, matching slow regular expressions, and calls of functions
// that use any of these. The parts that wait run first and leave their values in holes of the rest, which then is an
// ordinary expression.

import { andThen, type MaybePromise } from "@agentos/kernel/abi";
import type { Expression, Lvalue } from "./ast.ts";
import { type CallTarget, environmentOf, prepareCall } from "./compile-call.ts";
import { type Eval, ExpressionCompiler } from "./compile-expression.ts";
import { regexBuiltins } from "./regex-builtins.ts";
import type { Frame, Runtime } from "./runtime.ts";
import { isTrue, type Value } from "./values.ts";
import { isConstantPattern, Waits } from "./waits.ts";

interface Part {
  at: number;
  run: Eval<MaybePromise<Value>>;
}

export class WaitingExpressionCompiler extends ExpressionCompiler {
  readonly #waits: Waits;
  #holes = 0;

  constructor(rt: Runtime, functions: ReadonlyMap<string, CallTarget>) {
    super(rt, functions);
    this.#waits = new Waits(rt.program, rt.regexes);
  }

  waits(node: Expression): boolean {
    return this.#waits.expression(node);
  }

  /** An expression whose value may be a promise. */
  waiting(node: Expression): Eval<MaybePromise<Value>> {
    if (!this.waits(node)) return this.value(node);
    switch (node.type) {
      case "and":
      case "or":
      case "match":
      case "regex": {
        const test = this.test(node);
        return (frame) => andThen(test(frame), Number);
      }
      case "conditional": {
        const test = this.test(node.test);
        const [yes, no] = [this.waiting(node.yes), this.waiting(node.no)];
        return (frame) => andThen(test(frame), (holds) => (holds ? yes(frame) : no(frame)));
      }
    }
    const parts: Part[] = [];
    const rest = this.#withHoles(node, parts);
    return rest.type === "hole" ? parts[0]!.run : this.#after(parts, this.value(rest));
  }

  /** A condition whose value may be a promise. */
  test(node: Expression): Eval<MaybePromise<boolean>> {
    if (!this.waits(node)) return this.condition(node);
    switch (node.type) {
      case "and":
      case "or": {
        const [a, b] = [this.test(node.left), this.test(node.right)];
        const decided = node.type === "or";
        return (frame) => andThen(a(frame), (holds) => (holds === decided ? holds : b(frame)));
      }
      case "group":
        return this.test(node.body);
      case "regex": {
        const { record, regexes, pause } = this.rt;
        return () => regexes.get(node.source).testPausing(record.text, pause);
      }
      case "match":
        return this.#match(node);
    }
    const value = this.waiting(node);
    return (frame) => andThen(value(frame), isTrue);
  }

  #match(node: Extract<Expression, { type: "match" }>): Eval<MaybePromise<boolean>> {
    const parts: Part[] = [];
    const [left, right] = this.#inOrder([node.left, node.right], parts);
    const text = this.text(left!);
    const pattern = this.pattern(right!);
    const { pause } = this.rt;
    const { negated } = node;
    return this.#after(parts, (frame) => {
      const subject = text(frame);
      return andThen(pattern(frame).testPausing(subject, pause), (matches) => matches !== negated);
    });
  }

  /** Runs `next` once the parts have left their values in their holes. */
  #after<T>(parts: readonly Part[], next: Eval<MaybePromise<T>>): Eval<MaybePromise<T>> {
    if (parts.length === 0) return next;
    const from = (frame: Frame, start: number): MaybePromise<T> => {
      for (let i = start; i < parts.length; i++) {
        const { at, run } = parts[i]!;
        const value = run(frame);
        if (value instanceof Promise) {
          return value.then((result) => {
            frame.holes[at] = result;
            return from(frame, i + 1);
          });
        }
        frame.holes[at] = value;
      }
      return next(frame);
    };
    return (frame) => from(frame, 0);
  }

  // ── holes ───────────────────────────────────────────────────────────

  /** The expression with each outermost part that waits replaced by a hole. */
  #withHoles(node: Expression, parts: Part[]): Expression {
    if (!this.waits(node)) return node;
    const logical = node.type === "and" || node.type === "or" || node.type === "conditional";
    if (logical) return this.#hole(this.waiting(node), parts);
    if (this.#waits.itself(node)) return this.#hole(this.#waitFor(node), parts);
    const replace = (part: Expression): Expression => this.#withHoles(part, parts);
    switch (node.type) {
      case "index":
      case "in":
        return { ...node, subscripts: this.#inOrder(node.subscripts, parts) };
      case "field":
        return { ...node, index: replace(node.index) };
      case "group":
        return { ...node, body: replace(node.body) };
      case "unary":
        return { ...node, operand: replace(node.operand) };
      case "binary":
      case "match": {
        const [left, right] = this.#inOrder([node.left, node.right], parts);
        return { ...node, left: left!, right: right! };
      }
      case "assign":
        return { ...node, target: replace(node.target) as Lvalue, value: replace(node.value) };
      case "increment":
        return { ...node, target: replace(node.target) as Lvalue };
      case "builtin":
      case "call":
        return { ...node, args: this.#inOrder(node.args, parts) };
      default:
        return node;
    }
  }

  #hole(run: Part["run"], parts: Part[]): Expression {
    const at = this.#holes++;
    parts.push({ at, run });
    return { type: "hole", at };
  }

  /**
   * What precedes a part that waits is evaluated before it. Bare names are left alone, as they may be those of arrays.
   */
  #inOrder(nodes: readonly Expression[], parts: Part[]): Expression[] {
    const last = nodes.findLastIndex((node) => !isConstantPattern(node) && this.waits(node));
    return nodes.map((node, at) => {
      if (at > last || isConstantPattern(node)) return node;
      if (this.waits(node)) return this.#withHoles(node, parts);
      const fixed = node.type === "variable" || node.type === "number" || node.type === "string";
      return fixed ? node : this.#hole(this.value(node), parts);
    });
  }

  // ── what waits itself ───────────────────────────────────────────────

  #waitFor(node: Expression): Eval<MaybePromise<Value>> {
    switch (node.type) {
      case "getline":
        return this.#getline(node);
      case "builtin":
        return this.#waits.matches(node)
          ? this.#matchingBuiltin(node)
          : this.#waitingBuiltin(node.name, node.args);
      case "call":
        return this.#waitingCall(node.name, node.args);
      default:
        return this.waiting(node);
    }
  }

  #matchingBuiltin({ name, args }: Extract<Expression, { type: "builtin" }>): Eval<MaybePromise<Value>> {
    const parts: Part[] = [];
    const filled = this.#inOrder(args, parts);
    return this.#after(parts, regexBuiltins[name]!(environmentOf(this, this.rt.pause), filled));
  }

  #waitingCall(name: string, args: readonly Expression[]): Eval<MaybePromise<Value>> {
    const parts: Part[] = [];
    const { prepare, target } = prepareCall(this, name, this.#inOrder(args, parts));
    const { rt } = this;
    return this.#after(parts, (frame) => {
      const inner = prepare(frame);
      rt.depth++;
      return andThen(target().run(inner), () => {
        rt.depth--;
        return inner.result;
      });
    });
  }

  #waitingBuiltin(name: string, args: readonly Expression[]): Eval<Promise<Value>> {
    const { io } = this.rt;
    const first = args[0] === undefined ? undefined : this.waiting(args[0]);
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
    const source = node.source === undefined ? undefined : this.waiting(node.source);
    const store = node.target === undefined ? undefined : this.store(node.target);
    const { rt } = this;
    return async (frame) => {
      const name = rt.text(await source?.(frame));
      return rt.getline(node.from, name, store && ((value) => store(frame, value)));
    };
  }
}
