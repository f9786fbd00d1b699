// Assignment: the closures that store a value, or change a number, in a variable, an element or a field.

import { AwkError, type Lvalue } from "./ast.ts";
import type { Eval, ExpressionCompiler } from "./compile-expression.ts";
import type { Frame } from "./runtime.ts";
import { numberOf, type Value } from "./values.ts";

export type Store = (frame: Frame, value: Value) => void;
type Change = (old: number, frame: Frame) => number;

/** Stores a value. The place is evaluated only once. */
export function compileStore(compile: ExpressionCompiler, target: Lvalue): Store {
  const { rt } = compile;
  switch (target.type) {
    case "variable": {
      const { slot, name } = target;
      if (slot.scope === "special") return (_frame, value) => rt.setSpecial(name, value);
      const { at } = slot;
      if (slot.scope === "local") {
        return (frame, value) => {
          if (frame.locals[at] instanceof Map) throw scalarContext(name);
          frame.locals[at] = value;
        };
      }
      const { globals } = rt;
      if (globals[at] instanceof Map) throw scalarContext(name);
      return (_frame, value) => {
        globals[at] = value;
      };
    }
    case "index": {
      const array = compile.array(target.array);
      const key = compile.subscript(target.subscripts);
      return (frame, value) => {
        array(frame).set(key(frame), value);
      };
    }
    case "field": {
      const index = compile.number(target.index);
      return (frame, value) => rt.record.assign(Math.trunc(index(frame)), rt.text(value));
    }
  }
}

/** Replaces a number by one computed from it. @returns the new number or the old one */
export function compileUpdate(
  compile: ExpressionCompiler,
  target: Lvalue,
  change: Change,
  answerOld: boolean,
): Eval<number> {
  if (target.type === "variable" && target.slot.scope === "global") {
    const { globals } = compile.rt;
    const { at } = target.slot;
    if (globals[at] instanceof Map) throw scalarContext(target.name);
    return (frame) => {
      const cell = globals[at];
      const old = typeof cell === "number" ? cell : numberOf(cell as Value);
      const value = change(old, frame);
      globals[at] = value;
      return answerOld ? old : value;
    };
  }
  if (target.type === "index") return updateElement(compile, target, change, answerOld);
  const read = compile.number(target);
  const store = compile.store(target);
  return (frame) => {
    const old = read(frame);
    const value = change(old, frame);
    store(frame, value);
    return answerOld ? old : value;
  };
}

function updateElement(
  compile: ExpressionCompiler,
  target: Extract<Lvalue, { type: "index" }>,
  change: Change,
  answerOld: boolean,
): Eval<number> {
  const array = compile.array(target.array);
  const key = compile.subscript(target.subscripts);
  return (frame) => {
    const map = array(frame);
    const at = key(frame);
    const old = numberOf(map.get(at));
    const value = change(old, frame);
    map.set(at, value);
    return answerOld ? old : value;
  };
}

export function scalarContext(name: string): AwkError {
  return new AwkError(`fatal: attempt to use array \`${name}' in a scalar context`);
}
