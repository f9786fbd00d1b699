import { compileRegex, type Regex, RegexError } from "@agentos/posix";
import { expandPattern, sedEscape } from "./escapes.ts";
import type { ReplacementPart, SedRegex, Substitute } from "./script.ts";
import type { ScriptSource } from "./script-source.ts";

export interface RegexSettings {
  extended: boolean;
  utf8: boolean;
  /** Converts the script's latin1 to what the expression is compiled from. */
  toPattern: (latin1: string) => string;
}

/**
 * Text up to `delimiter`; a backslash before it makes it ordinary, and in an expression \n is a newline. undefined
 * when it does not end.
 */
export function readDelimited(source: ScriptSource, delimiter: string, isRegex: boolean): string | undefined {
  let out = "";
  for (let char = source.next(); char !== delimiter; char = source.next()) {
    if (char === "" || (char === "\n" && isRegex)) return undefined;
    if (char === "[" && isRegex) {
      out += readBracket(source);
      continue;
    }
    if (char !== "\\") {
      out += char;
      continue;
    }
    const next = source.next();
    if (next === "") return undefined;
    if (next === delimiter && !(next === "&" && !isRegex)) out += literalDelimiter(next, isRegex);
    else if (next === "n" && isRegex) out += "\n";
    else out += `\\${next}`;
  }
  return out;
}

/** A bracket expression, in which the delimiter is ordinary; "[" alone when it is not closed on this line. */
function readBracket(source: ScriptSource): string {
  const rest = source.restOfPiece();
  const match = /^\^?\]?(?:\[:[a-z]*:\]|\[\.[^\n]*?\.\]|\[=[^\n]*?=\]|[^\]\n])*\]/.exec(rest);
  if (match === null) return "[";
  for (let i = 0; i < match[0].length; i++) source.next();
  return `[${match[0].replaceAll("\\n", "\n")}`;
}

/** An escaped delimiter stands for itself, even where it would be special in an expression. */
function literalDelimiter(char: string, isRegex: boolean): string {
  return isRegex && /[.*^$[\]]/.test(char) ? `\\${char}` : char;
}

export function compileSedRegex(
  source: ScriptSource,
  text: string,
  flags: string,
  settings: RegexSettings,
): SedRegex {
  if (text === "") return undefined;
  try {
    return compileRegex(settings.toPattern(expandPattern(text)), {
      syntax: settings.extended ? "ere" : "bre",
      icase: /[iI]/.test(flags),
      multiline: /[mM]/.test(flags),
      dotExcludesNewline: /[mM]/.test(flags),
      encoding: settings.utf8 ? "utf8" : "latin1",
    });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw source.error(error.message);
  }
}

/** What follows `s`. */
export function parseSubstitute(source: ScriptSource, settings: RegexSettings): Substitute {
  const delimiter = source.next();
  const unterminated = () => source.error("unterminated `s' command");
  if (delimiter === "" || delimiter === "\n" || delimiter === "\\") throw unterminated();
  const pattern = readDelimited(source, delimiter, true);
  const replacement = pattern === undefined ? undefined : readDelimited(source, delimiter, false);
  if (pattern === undefined || replacement === undefined) throw unterminated();
  const { flags, ...rest } = parseFlags(source);
  const regex = compileSedRegex(source, pattern, flags, settings);
  const parts = parseReplacement(replacement);
  checkGroups(source, parts, regex);
  return { regex, replacement: parts, ...rest };
}

type Flags = Omit<Substitute, "regex" | "replacement"> & { flags: string };

function parseFlags(source: ScriptSource): Flags {
  const out: Flags = {
    global: false,
    print: 0,
    occurrence: 0,
    evaluate: false,
    writeTo: undefined,
    flags: "",
  };
  for (;;) {
    const char = source.peek();
    if (/^\d$/.test(char)) {
      if (out.occurrence > 0) throw source.error("multiple number options to `s' command", -1);
      out.occurrence = source.number();
      if (out.occurrence === 0) throw source.error("number option to `s' command may not be zero");
      continue;
    }
    switch (char) {
      case "g":
        if (out.global) throw source.error("multiple `g' options to `s' command", -1);
        out.global = true;
        break;
      case "p":
        if (out.print > 0) throw source.error("multiple `p' options to `s' command", -1);
        out.print++;
        break;
      case "i":
      case "I":
      case "m":
      case "M":
        out.flags += char;
        break;
      case "e":
        out.evaluate = true;
        break;
      case "w":
        source.next();
        source.skipBlanks();
        out.writeTo = source.restOfLine();
        if (out.writeTo === "") throw source.error("missing filename in r/R/w/W commands");
        return out;
      default:
        if (!/^[ \t\n;}#]?$/.test(char)) throw source.error("unknown option to `s'", -1);
        return out;
    }
    source.next();
  }
}

function parseReplacement(text: string): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let literal = "";
  const push = (part: ReplacementPart): void => {
    if (literal !== "") parts.push(literal);
    literal = "";
    parts.push(part);
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "&") push(0);
    else if (char !== "\\") literal += char;
    else {
      const next = text[++i] ?? "\\";
      if (/^\d$/.test(next)) push(Number(next));
      else if (/^[ULulE]$/.test(next)) push({ case: next as "U" });
      else {
        const escaped = sedEscape(text, i);
        literal += escaped?.char ?? next;
        if (escaped !== undefined) i += escaped.length - 1;
      }
    }
  }
  if (literal !== "") parts.push(literal);
  return parts;
}

function checkGroups(
  source: ScriptSource,
  parts: readonly ReplacementPart[],
  regex: Regex | undefined,
): void {
  if (regex === undefined) return;
  const highest = Math.max(0, ...parts.filter((part) => typeof part === "number"));
  if (highest > regex.groups) throw source.error(`invalid reference \\${highest} on \`s' command's RHS`);
}
