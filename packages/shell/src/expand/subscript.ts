// Subscripts that come as text, not as words of the source.

import { evaluateText } from "../arith/evaluate.ts";
import type { Shell } from "../shell.ts";
import type { Variable } from "../variable.ts";

/** The key that the text of a subscript means. */
export function subscriptText(shell: Shell, variable: Variable, text: string): string {
  if (!variable.assoc) return String(evaluateText(shell, text));
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text);
  return quoted ? quoted[2]! : text;
}
