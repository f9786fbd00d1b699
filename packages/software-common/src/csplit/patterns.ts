import { fail, osStringToLatin1, type Proc } from "@agentos/kernel/program";
import { compileRegex, type Regex, RegexError } from "@agentos/posix";
import { quote } from "../shared/quote.ts";

/** Where a piece ends. */
export type SplitPattern = {
  text: string;
  /** How many times more; Infinity for {*}. */
  repeat: number;
} & ({ kind: "line"; line: number } | { kind: "match"; regex: Regex; skip: boolean; offset: number });

/** A mistake in the patterns: reported without the hint at --help. */
export class SplitError extends Error {}

/** @throws SplitError */
export async function parsePatterns(proc: Proc, words: readonly string[]): Promise<SplitPattern[]> {
  const patterns: SplitPattern[] = [];
  let last = 0;
  for (const word of words) {
    const previous = patterns.at(-1);
    if (previous && /^\{/.test(word)) {
      previous.repeat = repeatOf(proc, word);
      continue;
    }
    const pattern = patternOf(proc, word);
    if (pattern.kind === "line") {
      if (pattern.line < last) {
        const numbers = `line number ${quote(proc, word)} is smaller than preceding line number, ${last}`;
        throw new SplitError(numbers);
      }
      if (pattern.line === last)
        await fail(proc, `warning: line number ${quote(proc, word)} is the same as preceding line number`);
      last = pattern.line;
    }
    patterns.push(pattern);
  }
  return patterns;
}

function patternOf(proc: Proc, text: string): SplitPattern {
  const delimiter = text[0];
  if (delimiter === "/" || delimiter === "%") return matchPattern(proc, text, delimiter);
  if (!/^\d{1,15}$/.test(text)) throw new SplitError(`${quote(proc, text)}: invalid pattern`);
  if (Number(text) === 0) throw new SplitError(`${text}: line number must be greater than zero`);
  return { kind: "line", text, line: Number(text), repeat: 0 };
}

function matchPattern(proc: Proc, text: string, delimiter: string): SplitPattern {
  const end = text.lastIndexOf(delimiter);
  if (end === 0) throw new SplitError(`${text}: closing delimiter '${delimiter}' missing`);
  const offset = text.slice(end + 1);
  if (!/^([-+]?\d{1,15})?$/.test(offset))
    throw new SplitError(`${quote(proc, text)}: integer expected after delimiter`);
  try {
    const regex = compileRegex(osStringToLatin1(text.slice(1, end)), { syntax: "bre", encoding: "utf8" });
    return { kind: "match", text, regex, skip: delimiter === "%", offset: Number(offset), repeat: 0 };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new SplitError(`${quote(proc, text)}: invalid regular expression: ${error.message}`);
  }
}

function repeatOf(proc: Proc, word: string): number {
  if (!word.endsWith("}")) throw new SplitError(`${word}: '}' is required in repeat count`);
  const count = word.slice(1, -1);
  if (count === "*") return Number.POSITIVE_INFINITY;
  if (!/^\d{1,15}$/.test(count))
    throw new SplitError(`${quote(proc, word.slice(0, -1))}}: integer required between '{' and '}'`);
  return Number(count);
}
