// Expressions become closures, one kind for each form their value is wanted in, so that sums touch no strings and
// texts no numbers. Parts that may wait are awaited first and leave their values in holes of the frame.

import type { MaybePromise } from "@agentos/kernel/abi";
import type { Pause, Regex } from "@agentos/posix";
import { type ArrayName, AwkError, type Expression, type Lvalue } from "./ast.ts";
import { builtins } from "./builtins.ts";
import { compileStore, compileUpdate, type Store, scalarContext } from "./compile-lvalue.ts";
import { arithmetic, comparisonTest } from "./operators.ts";
import { type MatchingEnvironment, regexBuiltins } from "./regex-builtins.ts";
import type { Frame, Runtime } from "./runtime.ts";
import { type AwkArray, compareValues, isTrue, numberOf, toNumber, type Value } from "./values.ts";

export type Eval<T> = (frame: Frame) => T;
type Numeric = Extract<Expression, { type: "binary" }>["operator"];

const MAX_DEPTH = 1500;

export interface CallTarget {
  parameters: number;
  arrays: readonly boolean[];
  /** Runs the body; the signal it ends with. */
  run: (frame: Frame) => MaybePromise<number>;
}

export class ExpressionCompiler {
  readonly rt: Runtime;
  readonly functions: ReadonlyMap<string, CallTarget>;

  constructor(rt: Runtime, functions: ReadonlyMap<string, CallTarget>) {
    this.rt = rt;
    this.functions = functions;
  }

  // ── forms ───────────────────────────────────────────────────────────

  number(node: Expression): Eval<number> {
    const { rt } = this;
    switch (node.type) {
      case "number": {
        const { value } = node;
        return () => value;
      }
      case "field":
        return this.#fieldNumber(node.index);
      case "group":
        return this.number(node.body);
      case "unary":
        return this.#unary(node.operator, node.operand);
      case "binary":
        if (node.operator === "concat") break;
        return this.#binary(node.operator, node.left, node.right);
      case "and":
      case "or":
      case "match":
      case "in":
      case "regex": {
        const test = this.condition(node);
        return (frame) => (test(frame) ? 1 : 0);
      }
      case "increment":
        return this.#increment(node.target, node.by, node.prefix);
      case "variable":
        if (node.slot.scope === "special" && node.name === "NR") return () => rt.nr;
        if (node.slot.scope === "special" && node.name === "NF") return () => rt.record.count;
        break;
      case "assign":
        if (node.operator !== undefined) return this.#assignNumber(node.target, node.operator, node.value);
        break;
      default:
    }
    const value = this.value(node);
    return (frame) => numberOf(value(frame));
  }

  #fieldNumber(index: Expression): Eval<number> {
    const { record } = this.rt;
    if (index.type === "number") {
      const at = Math.trunc(index.value);
      return () => toNumber(record.fieldText(at));
    }
    const at = this.number(index);
    return (frame) => toNumber(record.fieldText(Math.trunc(at(frame))));
  }

  text(node: Expression): Eval<string> {
    const { rt } = this;
    switch (node.type) {
      case "string": {
        const { value } = node;
        return () => value;
      }
      case "field": {
        const { record } = rt;
        if (node.index.type === "number") {
          const at = Math.trunc(node.index.value);
          return () => record.fieldText(at);
        }
        const at = this.number(node.index);
        return (frame) => record.fieldText(Math.trunc(at(frame)));
      }
      case "group":
        return this.text(node.body);
      case "binary":
        if (node.operator === "concat") return this.#concat(node.left, node.right);
        break;
      default:
    }
    const value = this.value(node);
    return (frame) => rt.text(value(frame));
  }

  #concat(left: Expression, right: Expression): Eval<string> {
    const a = this.text(left);
    const b = this.text(right);
    return (frame) => {
      const text = a(frame);
      const out = text + b(frame);
      if (out.length > 2 ** 28) throw new AwkError("fatal: string is too long");
      return out;
    };
  }

  condition(node: Expression): Eval<boolean> {
    switch (node.type) {
      case "regex": {
        const match = this.#matcher(node);
        const { record } = this.rt;
        return (frame) => match(frame, record.text);
      }
      case "match": {
        const match = this.#matcher(node.right);
        const text = this.text(node.left);
        const { negated } = node;
        return (frame) => match(frame, text(frame)) !== negated;
      }
      case "and": {
        const [a, b] = [this.condition(node.left), this.condition(node.right)];
        return (frame) => a(frame) && b(frame);
      }
      case "or": {
        const [a, b] = [this.condition(node.left), this.condition(node.right)];
        return (frame) => a(frame) || b(frame);
      }
      case "unary":
        if (node.operator === "!") {
          const test = this.condition(node.operand);
          return (frame) => !test(frame);
        }
        break;
      case "group":
        return this.condition(node.body);
      case "in": {
        const array = this.array(node.array);
        const key = this.subscript(node.subscripts);
        return (frame) => array(frame).has(key(frame));
      }
      case "binary":
        if (/^[<>=!]/.test(node.operator)) return this.#comparison(node.operator, node.left, node.right);
        break;
      default:
    }
    const value = this.value(node);
    return (frame) => isTrue(value(frame));
  }

  #matcher(node: Expression): (frame: Frame, text: string) => boolean {
    const pattern = this.pattern(node);
    return (frame, text) => pattern(frame).test(text);
  }

  /** The regular expression that an operand of ~ or a function's argument means. */
  pattern(node: Expression): Eval<Regex> {
    const { regexes } = this.rt;
    if (node.type === "group") return this.pattern(node.body);
    if (node.type === "regex") {
      const { source } = node;
      return () => regexes.get(source);
    }
    const source = this.text(node);
    return (frame) => regexes.get(source(frame));
  }

  #comparison(operator: string, left: Expression, right: Expression): Eval<boolean> {
    const { rt } = this;
    const [a, b] = [this.value(left), this.value(right)];
    const holds = comparisonTest(operator);
    return (frame) => {
      const x = a(frame);
      const y = b(frame);
      return holds(compareValues(x, y, rt.convfmt));
    };
  }

  value(node: Expression): Eval<Value> {
    const { rt } = this;
    switch (node.type) {
      case "number":
      case "string": {
        const { value } = node;
        return () => value;
      }
      case "variable":
        return this.#variable(node);
      case "index": {
        const array = this.array(node.array);
        const key = this.subscript(node.subscripts);
        return (frame) => {
          const map = array(frame);
          const at = key(frame);
          const value = map.get(at);
          if (value === undefined && !map.has(at)) map.set(at, undefined);
          return value;
        };
      }
      case "field": {
        const index = this.number(node.index);
        return (frame) => rt.record.field(Math.trunc(index(frame)));
      }
      case "group":
        return this.value(node.body);
      case "binary":
        return node.operator === "concat" ? this.text(node) : this.number(node);
      case "conditional": {
        const [test, yes, no] = [this.condition(node.test), this.value(node.yes), this.value(node.no)];
        return (frame) => (test(frame) ? yes(frame) : no(frame));
      }
      case "assign":
        return this.#assign(node);
      case "builtin":
        return this.#builtin(node.name, node.args);
      case "call":
        return this.#call(node.name, node.args);
      case "hole": {
        const { at } = node;
        return (frame) => frame.holes[at];
      }
      case "getline":
        throw new AwkError("getline outside of its place");
      default:
        return this.number(node);
    }
  }

  #variable(node: Extract<Expression, { type: "variable" }>): Eval<Value> {
    const { rt } = this;
    const { slot, name } = node;
    if (slot.scope === "special") return () => rt.special(name);
    const { at } = slot;
    if (slot.scope === "local") {
      return (frame) => {
        const cell = frame.locals[at];
        if (cell instanceof Map) throw scalarContext(name);
        return cell;
      };
    }
    const { globals } = rt;
    if (globals[at] instanceof Map) throw scalarContext(name);
    return () => globals[at] as Value;
  }

  array({ name, slot }: ArrayName): Eval<AwkArray> {
    if (slot.scope === "special") throw new AwkError(`fatal: attempt to use scalar \`${name}' as an array`);
    const { at } = slot;
    if (slot.scope === "local") {
      return (frame) => {
        const cell = frame.locals[at];
        if (cell instanceof Map) return cell;
        if (cell !== undefined)
          throw new AwkError(`fatal: attempt to use scalar parameter \`${name}' as an array`);
        const created: AwkArray = new Map();
        frame.locals[at] = created;
        return created;
      };
    }
    const array = this.rt.globals[at];
    if (!(array instanceof Map)) throw new AwkError(`fatal: attempt to use scalar \`${name}' as an array`);
    return () => array;
  }

  subscript(nodes: readonly Expression[]): Eval<string> {
    const parts = nodes.map((node) => this.text(node));
    if (parts.length === 1) return parts[0]!;
    return (frame) => parts.map((part) => part(frame)).join(this.rt.subsep);
  }

  // ── arithmetic ──────────────────────────────────────────────────────

  #unary(operator: "-" | "+" | "!", operand: Expression): Eval<number> {
    if (operator === "!") {
      const test = this.condition(operand);
      return (frame) => (test(frame) ? 0 : 1);
    }
    const value = this.number(operand);
    return operator === "-" ? (frame) => -value(frame) : value;
  }

  #binary(operator: Numeric, left: Expression, right: Expression): Eval<number> {
    if (/^[<>=!]/.test(operator)) {
      const test = this.#comparison(operator, left, right);
      return (frame) => (test(frame) ? 1 : 0);
    }
    const [a, b] = [this.number(left), this.number(right)];
    switch (operator) {
      case "+":
        return (frame) => a(frame) + b(frame);
      case "-":
        return (frame) => a(frame) - b(frame);
      case "*":
        return (frame) => a(frame) * b(frame);
      default: {
        const apply = arithmetic(operator);
        return (frame) => apply(a(frame), b(frame));
      }
    }
  }

  // ── assignment ──────────────────────────────────────────────────────

  store(target: Lvalue): Store {
    return compileStore(this, target);
  }

  #assign(node: Extract<Expression, { type: "assign" }>): Eval<Value> {
    if (node.operator !== undefined) return this.#assignNumber(node.target, node.operator, node.value);
    const value = this.value(node.value);
    const store = this.store(node.target);
    return (frame) => {
      const result = value(frame);
      store(frame, result);
      return result;
    };
  }

  #assignNumber(target: Lvalue, operator: string, node: Expression): Eval<number> {
    const operand = this.number(node);
    const apply = arithmetic(operator);
    return compileUpdate(this, target, (old, frame) => apply(old, operand(frame)), false);
  }

  #increment(target: Lvalue, by: number, prefix: boolean): Eval<number> {
    return compileUpdate(this, target, (old) => old + by, !prefix);
  }

  // ── calls ───────────────────────────────────────────────────────────

  #builtin(name: string, args: readonly Expression[]): Eval<Value> {
    const environment = this.environment();
    // Without a pause they answer at once.
    const make = builtins[name] ?? (regexBuiltins[name] as (typeof builtins)[string] | undefined);
    if (make === undefined) throw new AwkError(`fatal: function \`${name}' is not defined`);
    return make(environment, args);
  }

  /** What a builtin makes its closure with. */
  environment(pause?: Pause): MatchingEnvironment {
    return {
      rt: this.rt,
      number: (node) => this.number(node),
      text: (node) => this.text(node),
      value: (node) => this.value(node),
      array: (node) => {
        if (node.type !== "variable") throw new AwkError("fatal: argument is not an array");
        return this.array(node);
      },
      isArray: (node) => node.type === "variable" && this.isArray(node),
      store: (target) => this.store(target),
      pattern: (node) => this.pattern(node),
      pause,
    };
  }

  isArray({ name, slot }: Extract<Expression, { type: "variable" }>): boolean | Eval<boolean> {
    if (slot.scope === "global") return this.rt.program.arrays.has(name);
    if (slot.scope === "special") return false;
    return (frame) => frame.locals[slot.at] instanceof Map;
  }

  #call(name: string, args: readonly Expression[]): Eval<Value> {
    const { prepare, target } = this.call(name, args);
    const { rt } = this;
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
  call(name: string, args: readonly Expression[]): { prepare: Eval<Frame>; target: () => CallTarget } {
    const { rt, functions } = this;
    const definition = rt.program.functions.get(name);
    if (definition === undefined) throw new AwkError(`fatal: function \`${name}' not defined`);
    if (args.length > definition.parameters.length) {
      throw new AwkError(`fatal: function \`${name}' called with more arguments than declared`);
    }
    const makers = args.map((arg, i) => this.#argument(arg, definition.arrays[i] ?? false));
    const count = definition.parameters.length;
    const prepare = (frame: Frame): Frame => {
      if (rt.depth > MAX_DEPTH) throw new AwkError("fatal: function call nesting is too deep");
      const locals = new Array(count);
      for (let i = 0; i < makers.length; i++) locals[i] = makers[i]!(frame);
      return { locals, holes: [], result: undefined };
    };
    return { prepare, target: () => functions.get(name)! };
  }

  #argument(arg: Expression, isArray: boolean): Eval<Value | AwkArray> {
    if (arg.type !== "variable") return this.value(arg);
    if (isArray) return this.array(arg);
    if (arg.slot.scope === "global" && this.rt.program.arrays.has(arg.name)) return this.array(arg);
    if (arg.slot.scope !== "local") return this.value(arg);
    const { at } = arg.slot;
    return (frame) => frame.locals[at];
  }
}
