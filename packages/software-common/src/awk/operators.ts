import { AwkError } from "./ast.ts";

/** A test of how two values compare. */
export function comparisonTest(operator: string): (order: number) => boolean {
  switch (operator) {
    case "<":
      return (order) => order < 0;
    case "<=":
      return (order) => order <= 0;
    case "==":
      return (order) => order === 0;
    case "!=":
      return (order) => order !== 0;
    case ">":
      return (order) => order > 0;
    default:
      return (order) => order >= 0;
  }
}

/** A binary operator on numbers. @throws AwkError on division by zero */
export function arithmetic(operator: string): (a: number, b: number) => number {
  switch (operator) {
    case "+":
      return (a, b) => a + b;
    case "-":
      return (a, b) => a - b;
    case "*":
      return (a, b) => a * b;
    case "/":
      return (a, b) => {
        if (b === 0) throw new AwkError("fatal: division by zero attempted");
        return a / b;
      };
    case "%":
      return (a, b) => {
        if (b === 0) throw new AwkError("fatal: division by zero attempted in `%'");
        return a % b;
      };
    default:
      return (a, b) => a ** b;
  }
}
