// Compiles arithmetic trees to closures, once per expression: the fastest form for running them many times.

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

/** The operation of a node; the wrong right operands of some are complained of with the rest of the source. */
function operationOf(operator: string, rest = ""): Operation {
  const operation = OPERATIONS[operator]!;
  const problem = PROBLEMS[operator];
  if (problem === undefined) return operation;
  const [isWrong, message] = problem;
  return (a, b) => {
    if (isWrong(b)) throw new ShellError(`${message} (error token is "${rest}")`);
    return operation(a, b);
  };
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": remainder,
  "**": power,
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

const PROBLEMS: Readonly<Record<string, [isWrong: (right: Int) => boolean, message: string]>> = {
  "/": [isZero, "division by 0"],
  "%": [isZero, "division by 0"],
  "**": [(right) => right < 0, "exponent less than 0"],
};

export function compile(node: ArithNode): Compiled {
  if (isLong(node)) return compileChain(node);
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
      return compileBinary(operationOf(node.operator, node.rest), node.left, node.right);
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
      return compileAssignment(node);
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

/** Operations grouped from the left: a + b - c … */
type Link = ArithNode & { type: "binary" | "logical" | "comma" };

/** Longer chains are evaluated in a loop: recursion would use up the host's stack. */
const LONG_CHAIN = 64;

const isLink = (node: ArithNode): node is Link =>
  node.type === "binary" || node.type === "logical" || node.type === "comma";

function isLong(node: ArithNode): boolean {
  let at = node;
  for (let length = 0; length < LONG_CHAIN; length++) {
    if (!isLink(at)) return false;
    at = at.left;
  }
  return true;
}

function compileChain(node: ArithNode): Compiled {
  const steps: ((left: Int, shell: Shell) => Int)[] = [];
  let at: ArithNode = node;
  for (; isLink(at); at = at.left) steps.push(compileStep(at));
  steps.reverse();
  const first = compile(at);
  return (shell) => {
    let value = first(shell);
    for (const step of steps) value = step(value, shell);
    return value;
  };
}

function compileStep(node: Link): (left: Int, shell: Shell) => Int {
  if (node.type === "binary" && node.right.type === "number") {
    const operation = operationOf(node.operator, node.rest);
    const value = wrap(node.right.value);
    return (left) => operation(left, value);
  }
  const right = compile(node.right);
  if (node.type === "comma") return (_left, shell) => right(shell);
  if (node.type === "binary") {
    const operation = operationOf(node.operator, node.rest);
    return (left, shell) => operation(left, right(shell));
  }
  return node.operator === "&&"
    ? (left, shell) => truth(!isZero(left) && !isZero(right(shell)))
    : (left, shell) => truth(!isZero(left) || !isZero(right(shell)));
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

function compileAssignment(node: ArithNode & { type: "assign" }): Compiled {
  const place = placeOf(node.target);
  const value = compile(node.value);
  if (node.operator === "=") {
    return (shell) => {
      const result = value(shell);
      place.refer(shell).set(result);
      return result;
    };
  }
  const operation = operationOf(node.operator.slice(0, -1), node.rest);
  return (shell) => {
    const reference = place.refer(shell);
    const result = operation(reference.get(), value(shell));
    reference.set(result);
    return result;
  };
}
