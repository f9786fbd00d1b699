import type { Word } from "../ast.ts";
import { Parser } from "../parser/parser.ts";
import { ShellSyntaxError } from "../parser/syntax-error.ts";

/** Text as a word, to be expanded as within double quotes: like the content of a here-document. */
export function wordOfText(text: string): Word {
  let delimiter = "END";
  while (text.includes(delimiter)) delimiter += "_";
  const fallback: Word = { parts: [{ type: "quoted", text, style: "single" }], text, line: 1 };
  try {
    const list = new Parser(`: <<${delimiter}\n${text}\n${delimiter}\n`).nextCommand();
    if (typeof list === "string") return fallback;
    const command = list.items[0]?.command.first.commands[0];
    const word = command && "redirects" in command ? command.redirects[0]?.heredoc : undefined;
    return word ? withoutLastNewline(word) : fallback;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return fallback;
    throw error;
  }
}

function withoutLastNewline(word: Word): Word {
  const parts = word.parts.slice();
  const last = parts[parts.length - 1];
  if (last && (last.type === "literal" || last.type === "quoted") && last.text.endsWith("\n")) {
    parts[parts.length - 1] = { ...last, text: last.text.slice(0, -1) };
  }
  return { ...word, parts };
}
