// Lists, and-or lists and pipelines. @see POSIX.1-2024 XCU 2.10.2 Shell Grammar Rules

import type { AndOr, Command, List, ListItem, Pipeline } from "../ast.ts";
import type { Lexer } from "../lexer/lexer.ts";
import { isPlainWord } from "../lexer/token.ts";
import { isRedirection, parseCommand } from "./command.ts";

/** Reserved words that end a list: no command begins with them. */
export const CLOSERS = new Set(["then", "elif", "else", "fi", "do", "done", "esac", "}", "in", "]]"]);

/** The commands up to the end of the line, going past its newline; "end" if there are none. */
export function parseLine(lexer: Lexer): List | "end" {
  for (;;) {
    const token = lexer.peek("command");
    if (token.kind === "end") return "end";
    if (token.kind !== "newline") break;
    lexer.take();
  }
  const items: ListItem[] = [];
  for (;;) {
    if (!startsCommand(lexer)) lexer.unexpected();
    const item: ListItem = { command: parseAndOr(lexer), background: false };
    items.push(item);
    if (lexer.isOperator("&")) item.background = true;
    else if (!lexer.isOperator(";")) break;
    lexer.take();
    const { kind } = lexer.peek("command");
    if (kind === "newline" || kind === "end") break;
  }
  if (lexer.token.kind !== "newline" && lexer.token.kind !== "end") lexer.unexpected();
  if (lexer.token.kind === "end") lexer.readPending();
  lexer.take();
  return { items };
}

/**
 * The commands within a compound command, up to a word or operator with which no command can begin. While source is
 * still coming in, finished commands are remembered by the offset of the list, so that starting a long compound
 * command over with each new line costs little.
 */
export function parseCompoundList(lexer: Lexer, mayBeEmpty = false): List {
  const start = lexer.token.kind === "none" ? lexer.position : lexer.token.start;
  const known = lexer.complete || lexer.spliced ? undefined : lexer.finished.get(start);
  const items = known?.items ?? [];
  if (known !== undefined) {
    // Items added later were lost when the source ran out.
    items.length = known.count;
    lexer.position = known.end;
    lexer.token.kind = "none";
  }
  skipNewlines(lexer);
  while (startsCommand(lexer)) {
    const item: ListItem = { command: parseAndOr(lexer), background: lexer.isOperator("&") };
    const { kind } = lexer.token;
    const separated = item.background || lexer.isOperator(";") || kind === "newline";
    if (separated) lexer.take();
    items.push(item);
    if (!separated) break;
    if (!lexer.complete && !lexer.spliced && lexer.pending.length === 0) {
      lexer.finished.set(start, { items, count: items.length, end: lexer.position });
    }
    skipNewlines(lexer);
  }
  if (items.length === 0 && !mayBeEmpty) lexer.unexpected();
  return { items };
}

export function skipNewlines(lexer: Lexer): void {
  while (lexer.peek("command").kind === "newline") lexer.take();
}

function startsCommand(lexer: Lexer): boolean {
  const token = lexer.peek("command");
  if (token.kind === "word") return !token.plain || !CLOSERS.has(token.text);
  if (token.kind === "operator") return token.text === "(" || isRedirection(token.text);
  return token.kind === "io-number" || token.kind === "io-variable";
}

function parseAndOr(lexer: Lexer): AndOr {
  const first = parsePipeline(lexer);
  const rest: AndOr["rest"] = [];
  while (lexer.isOperator("&&") || lexer.isOperator("||")) {
    const operator = lexer.token.text as "&&";
    lexer.take();
    skipNewlines(lexer);
    rest.push({ operator, pipeline: parsePipeline(lexer) });
  }
  return { first, rest };
}

function parsePipeline(lexer: Lexer): Pipeline {
  const commands: Command[] = [];
  const stageStderr: boolean[] = [];
  const { negated, timed } = parsePrefix(lexer);
  const pipeline: Pipeline = { commands, negated, timed, stageStderr };
  if ((negated || timed !== undefined) && endsPipeline(lexer)) return pipeline;
  for (;;) {
    if (!startsCommand(lexer)) lexer.unexpected();
    commands.push(parseCommand(lexer));
    const withStderr = lexer.isOperator("|&");
    stageStderr.push(withStderr);
    if (!withStderr && !lexer.isOperator("|")) return pipeline;
    lexer.take();
    skipNewlines(lexer);
  }
}

/** "!" and "time" may stand alone. */
function endsPipeline(lexer: Lexer): boolean {
  const token = lexer.peek("command");
  if (token.kind === "newline" || token.kind === "end") return true;
  return token.kind === "operator" && [";", "&", "&&", "||", ")"].includes(token.text);
}

/** The reserved words before a pipeline, in any order and number. */
function parsePrefix(lexer: Lexer): { negated: boolean; timed: Pipeline["timed"] } {
  let negated = false;
  let timed: Pipeline["timed"];
  for (;;) {
    const token = lexer.peek("command");
    if (token.kind !== "word" || !token.plain) break;
    if (token.text === "!") {
      negated = !negated;
      lexer.take();
    } else if (token.text === "time" && isTimeWord(lexer)) {
      lexer.take();
      timed = { posix: false };
      if (isPlainWord(lexer.peek("command"), "-p")) {
        timed.posix = true;
        lexer.take();
      }
      if (isPlainWord(lexer.peek("command"), "--")) lexer.take();
    } else break;
  }
  return { negated, timed };
}

/** In posix mode `time` before an option is the command of that name. */
function isTimeWord(lexer: Lexer): boolean {
  return (
    !lexer.options.posix?.() || !/^[ \t]*-/.test(lexer.source.slice(lexer.token.end, lexer.token.end + 32))
  );
}
