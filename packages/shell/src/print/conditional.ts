import type { Conditional } from "../ast.ts";

const BINDING = { or: 1, and: 2, not: 3, unary: 4, binary: 4, word: 4 } as const;

/** The inside of [[ … ]]. */
export function printConditional(expression: Conditional): string {
  switch (expression.type) {
    case "word":
      return expression.word.text;
    case "unary":
      return `${expression.operator} ${expression.operand.text}`;
    case "binary":
      return `${expression.left.text} ${expression.operator} ${expression.right.text}`;
    case "not":
      return `! ${nested(expression.operand, 3)}`;
    case "and":
      return `${nested(expression.left, 3)} && ${nested(expression.right, 2)}`;
    case "or":
      return `${nested(expression.left, 2)} || ${nested(expression.right, 1)}`;
  }
}

/** In parentheses where it binds less than its place asks. */
function nested(expression: Conditional, level: number): string {
  const text = printConditional(expression);
  return BINDING[expression.type] < level ? `( ${text} )` : text;
}
