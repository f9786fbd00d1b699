import { evaluateText } from "../arith/evaluate.ts";
import { endsCommand } from "../errors.ts";
import type { Builtin } from "./builtin.ts";

export const letBuiltin: Builtin = {
  name: "let",
  run: (shell, args) => {
    const expressions = args[0] === "--" ? args.slice(1) : args;
    if (expressions.length === 0) return shell.fail("let", "expression expected");
    let value: number | bigint = 0;
    try {
      for (const expression of expressions) value = evaluateText(shell, expression);
    } catch (error) {
      if (!endsCommand(error)) throw error;
      return shell.fail("let", error.message);
    }
    return value === 0 || value === 0n ? 1 : 0;
  },
};
