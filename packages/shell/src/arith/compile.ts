// Arithmetic trees → closures, made once per expression: the fastest form to run many times.

import type { ArithNode } from "../ast.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import {
  add,
  and,
  complement,
  divide,
  type Int,
  multiply,
  or,
  power,
  remainder,
  shiftLeft,
  shiftRight,
  subtract,
  wrap,
  xor,
} from "./int64.ts";
import { type Place, placeOf, readVariable } from "./place.ts";

export type Compiled = (shell: Shell) => Int;

type Operation = (a: Int, b: Int) => Int;

const truth = (value: boolean): Int => (value ? 1 : 0);

function divisor(b: Int): void {
  if (b === 0) throw new ShellError(`division by 0 (error token is "0")`);
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": (a, b) => {
    divisor(b);
    return divide(a, b);
  },
  "%": (a, b) => {
    divisor(b);
    return remainder(a, b);
  },
  "**": (a, b) => {
    if (b < 0) throw new ShellError(`exponent less than 0 (error token is "${b}")`);
    return power(a, b);
  },
  "<<": shiftLeft,
  ">>": shiftRight,
  "&": and,
  "|": or,
  "^": xor,
  "<": (a, b) => truth(a < b),
  ">": (a, b) => truth(a > b),
  "<=": (a, b) => truth(a <= b),
  ">=": (a, b) => truth(a >= b),
  // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint may meet
  "==": (a, b) => truth(a == b),
  // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint may meet
  "!=": (a, b) => truth(a != b),
};

const isZero = (value: Int): boolean => value === 0;

export function compile(node: ArithNode): Compiled {
  switch (node.type) {
    case "number": {
      const value = wrap(node.value);
      return () => value;
    }
    case "variable": {
      if (node.subscript === undefined) {
        const { name } = node;
        return (shell) => readVariable(shell, name);
      }
      const place = placeOf(node);
      return (shell) => place.read(shell);
    }
    case "unary":
      return compileUnary(node.operator, compile(node.operand));
    case "update":
      return compileUpdate(node.operator === "++" ? 1 : -1, node.prefix, placeOf(node.target));
    case "binary":
      return compileBinary(OPERATIONS[node.operator]!, node.left, node.right);
    case "logical": {
      const left = compile(node.left);
      const right = compile(node.right);
      return node.operator === "&&"
        ? (shell) => truth(!isZero(left(shell)) && !isZero(right(shell)))
        : (shell) => truth(!isZero(left(shell)) || !isZero(right(shell)));
    }
    case "ternary": {
      const condition = compile(node.condition);
      const yes = compile(node.then);
      const no = compile(node.otherwise);
      return (shell) => (isZero(condition(shell)) ? no(shell) : yes(shell));
    }
    case "assign":
      return compileAssignment(node.operator, placeOf(node.target), compile(node.value));
    case "comma": {
      const left = compile(node.left);
      const right = compile(node.right);
      return (shell) => {
        left(shell);
        return right(shell);
      };
    }
  }
}

function compileUnary(operator: "+" | "-" | "!" | "~", operand: Compiled): Compiled {
  switch (operator) {
    case "+":
      return operand;
    case "-":
      return (shell) => subtract(0, operand(shell));
    case "!":
      return (shell) => truth(isZero(operand(shell)));
    case "~":
      return (shell) => complement(operand(shell));
  }
}

function compileBinary(operation: Operation, leftNode: ArithNode, rightNode: ArithNode): Compiled {
  const left = compile(leftNode);
  if (rightNode.type === "number" && leftNode.type === "variable" && leftNode.subscript === undefined) {
    const { name } = leftNode;
    const right = wrap(rightNode.value);
    return (shell) => operation(readVariable(shell, name), right);
  }
  const right = compile(rightNode);
  return (shell) => operation(left(shell), right(shell));
}

function compileUpdate(step: number, prefix: boolean, place: Place): Compiled {
  return (shell) => {
    const reference = place.refer(shell);
    const before = reference.get();
    const after = add(before, step);
    reference.set(after);
    return prefix ? after : before;
  };
}

function compileAssignment(operator: string, place: Place, value: Compiled): Compiled {
  if (operator === "=") {
    return (shell) => {
      const result = value(shell);
      place.refer(shell).set(result);
      return result;
    };
  }
  const operation = OPERATIONS[operator.slice(0, -1)]!;
  return (shell) => {
    const reference = place.refer(shell);
    const result = operation(reference.get(), value(shell));
    reference.set(result);
    return result;
  };
}
