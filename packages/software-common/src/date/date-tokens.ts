export type Token =
  | {
      kind: "number";
      value: number;
      digits: number;
      sign: "" | "+" | "-" /** As text of digits, for nanoseconds. */;
      fraction: string | undefined;
    }
  | { kind: "word"; text: string }
  | { kind: "mark"; text: string };

const TOKEN = /[\s]+|\([^()]*\)|([-+][-+\s]*)?(\d+)(?:[.,](\d+))?|([A-Za-z][A-Za-z.]*)|(.)/gs;
const LONGEST = 1000;

/** undefined: the text is no date at all. */
export function tokenize(text: string): Token[] | undefined {
  if (text.length > LONGEST) return undefined;
  const tokens: Token[] = [];
  for (const [, signs, digits, fraction, word, mark] of text.matchAll(TOKEN)) {
    if (digits !== undefined) tokens.push(...numberTokens(signs ?? "", digits, fraction));
    else if (word !== undefined) tokens.push({ kind: "word", text: word.toLowerCase().replaceAll(".", "") });
    else if (mark !== undefined && !/[-+]/.test(mark)) tokens.push({ kind: "mark", text: mark });
  }
  return tokens;
}

function numberTokens(signs: string, digits: string, fraction: string | undefined): Token[] {
  const sign = signs.replace(/\s/g, "").at(-1) ?? "";
  const value = Number(digits);
  return [
    {
      kind: "number",
      value: sign === "-" ? -value : value,
      digits: digits.length,
      sign: sign as "" | "+" | "-",
      fraction,
    },
  ];
}
