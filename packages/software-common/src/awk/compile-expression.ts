// Compiles expressions to closures, of one kind for each form in which a value is wanted, so that sums do not deal
// with strings nor texts with numbers. Parts that may wait are awaited first and leave their values in holes of the
// frame.

import type { Regex } from "@agentos/posix";
import { type ArrayName, AwkError, type Expression, type Lvalue } from "./ast.ts";
import { type CallTarget, compileBuiltin, compileCall } from "./compile-call.ts";
import { compileStore, compileUpdate, type Store, scalarContext } from "./compile-lvalue.ts";
import { arithmetic, comparisonTest } from "./operators.ts";
import type { Frame, Runtime } from "./runtime.ts";
import { type AwkArray, compareValues, isTrue, numberOf, toNumber, type Value } from "./values.ts";

export type Eval<T> = (frame: Frame) => T;
type Numeric = Extract<Expression, { type: "binary" }>["operator"];

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

  /** The regular expression that an operand of ~ or an argument of a function stands for. */
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
        return compileBuiltin(this, node.name, node.args);
      case "call":
        return compileCall(this, node.name, node.args);
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

  /** Whether a name is that of an array; of a parameter only its call knows. */
  isArray({ name, slot }: Extract<Expression, { type: "variable" }>): boolean | Eval<boolean> {
    if (slot.scope === "global") return this.rt.program.arrays.has(name);
    if (slot.scope === "special") return false;
    return (frame) => frame.locals[slot.at] instanceof Map;
  }
}
