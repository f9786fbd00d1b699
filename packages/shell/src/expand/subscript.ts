// Subscripts that come as text, not as words of the source: they are expanded when they are used.

import { evaluateSubscript } from "../arith/evaluate.ts";
import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Variable } from "../variable.ts";
import { wordOfText } from "./text-word.ts";
import { expandQuotedText } from "./word.ts";

/** The key that the text of a subscript means: for an indexed array a number's text. */
export function* subscriptText(shell: Shell, variable: Variable | undefined, text: string): Co<string> {
  const expanded = yield* expandedSubscript(shell, text);
  return variable?.assoc ? expanded : String(evaluateSubscript(shell, expanded));
}

export function* expandedSubscript(shell: Shell, text: string): Co<string> {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text);
  if (quoted?.[1] === "'") return quoted[2]!;
  const inner = quoted ? quoted[2]! : text;
  return /[$`\\]/.test(inner) ? yield* expandQuotedText(shell, wordOfText(inner)) : inner;
}
