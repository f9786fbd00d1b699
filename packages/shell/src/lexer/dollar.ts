// $name, ${ … } in all its forms, and everything else that begins with a dollar.

import type { ParameterOperation, ParameterPart, Subscript, Word, WordPart } from "../ast.ts";
import { classOf, DIGIT, joined, NAME_START, nameEnd, pastContinued, SPECIAL_PARAMETER } from "./chars.ts";
import type { Lexer } from "./lexer.ts";
import { readAnsiC, readDouble } from "./quoting.ts";
import { readOldArithmetic, readParenthesized } from "./substitution.ts";
import { readUntil } from "./text.ts";
import { readParameterSubscript } from "./word.ts";

export function readDollar(lexer: Lexer, inDouble: boolean): WordPart {
  const { source } = lexer;
  // A line may be continued between the dollar and what it begins.
  while (source.startsWith("\\\n", lexer.position + 1)) lexer.position += 2;
  const { position } = lexer;
  const next = source.charCodeAt(position + 1);
  const flags = classOf(next);
  if ((flags & NAME_START) !== 0) {
    return simpleParameter(lexer, nameEnd(source, position + 1));
  }
  if ((flags & (DIGIT | SPECIAL_PARAMETER)) !== 0) return simpleParameter(lexer, position + 2);
  switch (next) {
    case 123:
      return readBraced(lexer, inDouble);
    case 40:
      return readParenthesized(lexer);
    case 91:
      return readOldArithmetic(lexer);
    case 39:
      if (!inDouble) return readAnsiC(lexer);
      break;
    case 34:
      if (!inDouble) {
        const line = lexer.line;
        lexer.position += 2;
        return { type: "double", parts: readDouble(lexer, line), locale: true };
      }
      break;
  }
  if (Number.isNaN(next) && !lexer.complete) lexer.unclosed("newline", lexer.line);
  lexer.position++;
  return { type: "literal", text: "$" };
}

function simpleParameter(lexer: Lexer, end: number): ParameterPart {
  const name = joined(lexer.source.slice(lexer.position + 1, end));
  lexer.position = end;
  return { type: "parameter", name, indirect: false, braced: false, text: `$${name}` };
}

// ── ${ … } ─────────────────────────────────────────────────────────────

const NAME = /[A-Za-z_](?:[A-Za-z0-9_]|\\\n)*|[0-9](?:[0-9]|\\\n)*|[@*#?$!-]/y;

/** The name at an offset as it is written: lines may be continued within it and after it. */
function nameAt(source: string, offset: number): string {
  NAME.lastIndex = offset;
  return NAME.exec(source)?.[0] ?? "";
}

function skipContinued(lexer: Lexer): void {
  lexer.position = pastContinued(lexer.source, lexer.position);
}

interface Braced {
  name: string;
  subscript?: Subscript;
  indirect: boolean;
  operation?: ParameterOperation;
}

function readBraced(lexer: Lexer, inDouble: boolean): ParameterPart {
  const start = lexer.position;
  const line = lexer.line;
  lexer.position += 2;
  skipContinued(lexer);
  lexer.enter();
  let braced = readContent(lexer, inDouble);
  if (lexer.source.charCodeAt(lexer.position) !== 125) {
    // Not a form that we know: for now only its end matters, as it is an error only when it is expanded.
    lexer.position = start + 2;
    readUntil(lexer, { stop: "}", quoted: inDouble });
    if (lexer.position >= lexer.source.length) lexer.unclosed("}", line);
    braced = { name: braced.name, indirect: false, operation: { type: "bad" } };
  }
  lexer.position++;
  lexer.leave();
  return { type: "parameter", ...braced, braced: true, text: lexer.source.slice(start, lexer.position) };
}

function readContent(lexer: Lexer, inDouble: boolean): Braced {
  const { source, position } = lexer;
  const first = source.charCodeAt(position);
  const after = pastContinued(source, position + 1);
  const second = source.charCodeAt(after);
  if (first === 35 && second !== 125 && isLength(source, after)) {
    lexer.position++;
    const { name, subscript } = readName(lexer);
    return { name, subscript, indirect: false, operation: { type: "length" } };
  }
  if (first === 33 && second !== 125 && nameAt(source, after) !== "") {
    const special = classOf(second) & SPECIAL_PARAMETER;
    // ${!-word}, ${!?word} and the like are operations on $!.
    if (
      special === 0 ||
      second === 64 ||
      second === 42 ||
      second === 35 ||
      source.charCodeAt(after + 1) === 125
    ) {
      return readIndirect(lexer, inDouble);
    }
  }
  const { name, subscript } = readName(lexer);
  if (name === "") return { name, indirect: false };
  return { name, subscript, indirect: false, operation: readOperation(lexer, inDouble) };
}

/** After "${#": whether a complete name follows, so that this is a length and not an operation on $#. */
function isLength(source: string, offset: number): boolean {
  const name = nameAt(source, offset);
  if (name === "") return false;
  const after = source.charAt(pastContinued(source, offset + name.length));
  return after === "}" || (after === "[" && (classOf(name.charCodeAt(0)) & NAME_START) !== 0);
}

function readName(lexer: Lexer): { name: string; subscript?: Subscript } {
  skipContinued(lexer);
  const written = nameAt(lexer.source, lexer.position);
  const name = joined(written);
  lexer.position += written.length;
  skipContinued(lexer);
  if (lexer.source.charCodeAt(lexer.position) !== 91 || (classOf(name.charCodeAt(0)) & NAME_START) === 0) {
    return { name };
  }
  lexer.position++;
  const subscript = readParameterSubscript(lexer);
  skipContinued(lexer);
  return { name, subscript };
}

function readIndirect(lexer: Lexer, inDouble: boolean): Braced {
  lexer.position++;
  const { name, subscript } = readName(lexer);
  const { source, position } = lexer;
  const form = source.charAt(position) as "@" | "*";
  const ends = source.charCodeAt(position + 1) === 125;
  if (subscript === undefined && ends && (form === "@" || form === "*")) {
    lexer.position++;
    return { name, indirect: true, operation: { type: "names", form } };
  }
  if (subscript?.type === "all" && source.charCodeAt(position) === 125) {
    return { name, indirect: true, operation: { type: "keys", form: subscript.form } };
  }
  return { name, subscript, indirect: true, operation: readOperation(lexer, inDouble) };
}

// ── operations ─────────────────────────────────────────────────────────

const WORD_OPERATIONS = { "-": "default", "=": "assign", "?": "error", "+": "alternate" } as const;
const CASES = { "^": "upper", ",": "lower", "~": "toggle" } as const;

/** What follows the name; undefined at "}" and for what is no operation. */
function readOperation(lexer: Lexer, inDouble: boolean): ParameterOperation | undefined {
  const { source, position } = lexer;
  const char = source.charAt(position);
  const second = pastContinued(source, position + 1);
  const next = source.charAt(second);
  const doubled = next === char;
  switch (char) {
    case ":":
      if (next !== "" && next in WORD_OPERATIONS) {
        lexer.position = second;
        return readWordOperation(lexer, next, true, inDouble);
      }
      lexer.position++;
      return readSlice(lexer, inDouble);
    case "-":
    case "=":
    case "?":
    case "+":
      return readWordOperation(lexer, char, false, inDouble);
    case "#":
    case "%": {
      lexer.position = (doubled ? second : position) + 1;
      const from = char === "#" ? "prefix" : "suffix";
      return { type: "strip", from, longest: doubled, pattern: readPattern(lexer, "}", inDouble) };
    }
    case "/":
      return readReplace(lexer, inDouble);
    case "^":
    case ",":
    case "~": {
      lexer.position = (doubled ? second : position) + 1;
      const pattern = readPattern(lexer, "}", inDouble);
      const operation = { type: "case", to: CASES[char], all: doubled } as const;
      return pattern.parts.length === 0 ? operation : { ...operation, pattern };
    }
    case "@":
      if (source.charCodeAt(second + 1) !== 125 || next === "}") return undefined;
      lexer.position = second + 1;
      return { type: "transform", operator: next };
    default:
      return undefined;
  }
}

function readWordOperation(
  lexer: Lexer,
  char: string,
  colon: boolean,
  inDouble: boolean,
): ParameterOperation {
  lexer.position++;
  const type = WORD_OPERATIONS[char as "-"];
  return {
    type,
    colon,
    word: readUntil(lexer, {
      stop: "}",
      quoted: inDouble,
      tilde: !inDouble,
      tildeList: lexer.inValue && char !== "=",
    }),
  };
}

/** A pattern: quotes keep their meaning in it even within double quotes. */
function readPattern(lexer: Lexer, stop: string, inDouble: boolean): Word {
  return readUntil(lexer, { stop, quoted: inDouble, singleQuotes: true, tilde: !inDouble });
}

function readReplace(lexer: Lexer, inDouble: boolean): ParameterOperation {
  const kinds = { "/": "all", "#": "prefix", "%": "suffix" } as const;
  lexer.position++;
  skipContinued(lexer);
  const kind = lexer.source.charAt(lexer.position);
  const which = kind in kinds ? kinds[kind as "/"] : "first";
  if (which !== "first") lexer.position++;
  // A slash directly after the operator belongs to the pattern: ${x////y}.
  const empty = which !== "first" && which !== "all" && lexer.source.charAt(lexer.position) === "/";
  const pattern = empty ? { parts: [], text: "", line: lexer.line } : readReplacePattern(lexer, inDouble);
  const { line } = pattern;
  if (lexer.source.charCodeAt(lexer.position) !== 47) {
    return { type: "replace", which, pattern, replacement: { parts: [], text: "", line } };
  }
  lexer.position++;
  const replacement = readUntil(lexer, { stop: "}", quoted: inDouble, singleQuotes: true, tilde: !inDouble });
  return { type: "replace", which, pattern, replacement };
}

function readReplacePattern(lexer: Lexer, inDouble: boolean): Word {
  const start = lexer.position;
  if (lexer.source.charCodeAt(start) !== 47) return readPattern(lexer, "/}", inDouble);
  lexer.position++;
  const rest = readPattern(lexer, "/}", inDouble);
  const text = lexer.source.slice(start, lexer.position);
  return { parts: [{ type: "literal", text: "/" }, ...rest.parts], text, line: rest.line };
}

/** ${name:offset:length}: the separating colon is the one outside of any ternary operator or parentheses. */
function readSlice(lexer: Lexer, inDouble: boolean): ParameterOperation {
  let questions = 0;
  let parentheses = 0;
  const ends = (code: number): boolean => {
    if (code === 40) parentheses++;
    else if (code === 41) parentheses--;
    else if (code === 63) questions++;
    else if (code === 58 && parentheses === 0) {
      if (questions === 0) return true;
      questions--;
    }
    return false;
  };
  const offset = readUntil(lexer, { stop: "}", quoted: inDouble, ends });
  if (lexer.source.charCodeAt(lexer.position) !== 58) return { type: "slice", offset };
  lexer.position++;
  return { type: "slice", offset, length: readUntil(lexer, { stop: "}", quoted: inDouble }) };
}
