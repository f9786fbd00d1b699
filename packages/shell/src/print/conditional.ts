import type { Conditional } from "../ast.ts";

/** The inside of [[ … ]]. */
export function printConditional(expression: Conditional): string {
  switch (expression.type) {
    case "word":
      return `-n ${expression.word.text}`;
    case "unary":
      return `${expression.operator} ${expression.operand.text}`;
    case "binary":
      return `${expression.left.text} ${expression.operator} ${expression.right.text}`;
    case "not":
      return `! ${printConditional(expression.operand)}`;
    case "group":
      return `( ${printConditional(expression.operand)} )`;
    case "and":
      return `${printConditional(expression.left)} && ${printConditional(expression.right)}`;
    case "or":
      return `${printConditional(expression.left)} || ${printConditional(expression.right)}`;
  }
}
