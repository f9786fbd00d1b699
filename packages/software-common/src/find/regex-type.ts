// -regextype: the syntaxes of -regex.

import type { Proc } from "@agentos/kernel/program";
import { compileRegex, type Regex } from "@agentos/posix";
import { quote } from "../shared/quote.ts";
import { FindError } from "./builder.ts";

const SYNTAXES: Readonly<Record<string, "emacs" | "bre" | "ere">> = {
  "findutils-default": "emacs",
  ed: "bre",
  emacs: "emacs",
  "gnu-awk": "ere",
  grep: "bre",
  "posix-awk": "ere",
  awk: "ere",
  "posix-basic": "bre",
  "posix-egrep": "ere",
  egrep: "ere",
  "posix-extended": "ere",
  "posix-minimal-basic": "bre",
  sed: "bre",
};

export const DEFAULT_REGEX_TYPE = "findutils-default";

/** @throws FindError unknown */
export function regexType(proc: Proc, name: string): string {
  if (name in SYNTAXES) return name;
  const valid = Object.keys(SYNTAXES).map((known) => quote(proc, known));
  throw new FindError(
    `Unknown regular expression type ${quote(proc, name)}; valid types are ${valid.join(", ")}.`,
  );
}

/** A regular expression that must match a whole path. */
export function compilePathRegex(source: string, type: string, icase: boolean): Regex {
  const syntax = SYNTAXES[type] ?? "emacs";
  const options = { icase, within: "line", captures: false, danglingRepeat: "ignore" } as const;
  if (syntax === "emacs") return compileRegex(emacsToExtended(source), { ...options, syntax: "ere" });
  return compileRegex(source, { ...options, syntax });
}

/** In Emacs syntax + and ? repeat, while groups and alternatives need a backslash and braces are plain. */
function emacsToExtended(source: string): string {
  return source.replace(/\\[\s\S]|\[\^?\]?[^\]]*\]|[(){}|]/g, (token) => {
    if (/^\\[()|]$/.test(token)) return token[1]!;
    return /^[(){}|]$/.test(token) ? `\\${token}` : token;
  });
}
