import { expandEscapes } from "@agentos/posix";

/** The text that $'text' stands for; a NUL ends it. @see bash(1) QUOTING */
export function unescapeAnsiC(source: string): string {
  const { text } = expandEscapes(source, { style: "ansi" });
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}
