// Which expressions and functions may have to wait: for input, for a command, or, in a loop, for their turn.

import type { AwkProgram, Expression, Statement } from "./ast.ts";

const WAITING = new Set(["system", "close", "fflush"]);

/** The direct parts of an expression. */
function partsOf(node: Expression): Expression[] {
  switch (node.type) {
    case "index":
    case "in":
      return node.subscripts;
    case "field":
      return [node.index];
    case "group":
      return [node.body];
    case "unary":
      return [node.operand];
    case "binary":
    case "match":
    case "and":
    case "or":
      return [node.left, node.right];
    case "conditional":
      return [node.test, node.yes, node.no];
    case "assign":
      return [node.target, node.value];
    case "increment":
      return [node.target];
    case "builtin":
    case "call":
      return node.args;
    case "getline":
      return [node.source, node.target].filter((part) => part !== undefined);
    default:
      return [];
  }
}

/** Whether evaluating it itself, apart from its parts, may wait. */
export function waitsItself(node: Expression, program: AwkProgram): boolean {
  if (node.type === "getline") return true;
  if (node.type === "builtin") return WAITING.has(node.name);
  return node.type === "call" && (program.functions.get(node.name)?.waits ?? false);
}

export function expressionWaits(node: Expression, program: AwkProgram): boolean {
  return waitsItself(node, program) || partsOf(node).some((part) => expressionWaits(part, program));
}

/** Marks the functions whose calls may wait. Loops count: they give up their turn now and then. */
export function markWaitingFunctions(program: AwkProgram): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const definition of program.functions.values()) {
      if (definition.waits || !statementWaits(definition.body, program)) continue;
      definition.waits = true;
      changed = true;
    }
  }
}

function statementWaits(node: Statement | undefined, program: AwkProgram): boolean {
  if (node === undefined) return false;
  const waits = (expression: Expression | undefined): boolean =>
    expression !== undefined && expressionWaits(expression, program);
  switch (node.type) {
    case "while":
    case "for":
    case "forIn":
    case "print":
    case "printf":
    case "next":
    case "nextfile":
      return true;
    case "expression":
      return waits(node.expression);
    case "block":
      return node.body.some((item) => statementWaits(item, program));
    case "if":
      return waits(node.test) || statementWaits(node.yes, program) || statementWaits(node.no, program);
    case "switch":
      return (
        waits(node.value) || node.cases.some(({ body }) => body.some((item) => statementWaits(item, program)))
      );
    case "delete":
      return node.subscripts?.some(waits) ?? false;
    case "exit":
    case "return":
      return waits(node.value);
    default:
      return false;
  }
}
