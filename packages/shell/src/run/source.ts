// Running source text: -c, eval, traps, sourced files, scripts and standard input.

import { decode, isSysError, O_RDONLY } from "@agentos/kernel/abi";
import type { List } from "../ast.ts";
import { type Co, wait } from "../co.ts";
import type { ParserOptions } from "../lexer/lexer.ts";
import { Parser } from "../parser/parser.ts";
import { ShellSyntaxError } from "../parser/syntax-error.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { runList } from "./list.ts";
import { lastSimpleCommand } from "./subshell.ts";

export interface TextOptions {
  /** The number of the text's first line. @default 1 */
  line?: number;
  /** The text is all that this process has to run, so its last command may replace the process. */
  whole?: boolean;
  /** The origin of the text in messages about its syntax: "eval", "-c". */
  origin?: string;
}

/** How the parser sees the shell's present options. */
export function parserOptions(shell: Shell): ParserOptions {
  return {
    alias: (name) => (shell.shopt.expand_aliases ? shell.aliases.get(name) : undefined),
    extglob: () => shell.shopt.extglob,
    posix: () => shell.set.posix,
    warn: (message, line) => shell.report(`${shell.errorName()}: line ${line}: warning: ${message}\n`),
  };
}

/** Reports a syntax error as bash does. */
export function reportSyntaxError(shell: Shell, error: ShellSyntaxError, origin?: string): void {
  const kind = origin === undefined ? "" : `${origin}: `;
  const prefix = shell.interactive
    ? `${shell.errorName()}: `
    : `${shell.errorName()}: ${kind}line ${error.line}: `;
  if (error.detail !== undefined) shell.report(`${prefix}${error.detail}\n`);
  shell.report(`${prefix}${error.message}\n`);
  if (error.sourceLine !== undefined) shell.report(`${prefix}\`${error.sourceLine}'\n`);
}

const MAX_CACHED = 128;
const MAX_CACHED_LENGTH = 2048;
const parsed = new Map<string, List>();

/** One-line texts parse to one tree, whoever runs them: shared between shells that have neither aliases nor extglob. */
function cachedLine(shell: Shell, text: string, line: number): List | undefined {
  if (line !== 1 || text.length > MAX_CACHED_LENGTH || text.includes("\n")) return undefined;
  if (shell.shopt.extglob || shell.set.posix || (shell.shopt.expand_aliases && shell.aliases.size > 0))
    return undefined;
  return parsed.get(text);
}

function remember(shell: Shell, text: string, line: number, list: List): void {
  if (line !== 1 || text.length > MAX_CACHED_LENGTH || text.includes("\n")) return;
  if (shell.shopt.extglob || shell.set.posix || (shell.shopt.expand_aliases && shell.aliases.size > 0))
    return;
  if (parsed.size >= MAX_CACHED) parsed.delete(parsed.keys().next().value!);
  parsed.set(text, list);
}

/** The parser's next command; a syntax error is reported and sets $?, and parsing can go on or has failed. */
function nextCommand(
  shell: Shell,
  parser: Parser,
  origin?: string,
): List | "end" | "incomplete" | "recovered" | "failed" {
  try {
    return parser.nextCommand();
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    reportSyntaxError(shell, error, origin);
    if (!error.keepsStatus || origin === "eval") shell.status = error.recoverable ? 1 : 2;
    return error.recoverable ? "recovered" : "failed";
  }
}

/** Runs text command by command; what one line sets holds for the parsing of the next. */
export function* runText(shell: Shell, text: string, options: TextOptions = {}): Co<number> {
  const line = options.line ?? 1;
  const cached = cachedLine(shell, text, line);
  if (cached) return yield* runTop(shell, cached, options.whole ?? false);
  if (shell.set.verbose && options.whole) shell.report(text.endsWith("\n") ? text : `${text}\n`);
  const parser = new Parser(text, { ...parserOptions(shell), firstLine: line });
  let status = 0;
  for (let count = 0; ; count++) {
    const list = nextCommand(shell, parser, options.origin);
    if (list === "recovered") {
      status = shell.status;
      continue;
    }
    if (list === "failed") return shell.status;
    if (list === "end" || list === "incomplete") {
      if (count === 0) shell.status = 0;
      return status;
    }
    const isWhole = parser.remaining === 0;
    if (count === 0 && isWhole) remember(shell, text, line, list);
    status = yield* runTop(shell, list, (options.whole ?? false) && isWhole);
    if (shell.unwinding !== UNWIND.NONE) return status;
  }
}

/** Runs a complete command of the source: the level to which errors are discarded. */
export function* runTop(shell: Shell, list: List, whole: boolean): Co<number> {
  if (whole) shell.tail = lastSimpleCommand(list);
  const status = yield* runList(shell, list);
  if (shell.unwinding === UNWIND.DISCARD) {
    shell.unwinding =
      shell.subshellLevel > 0 && shell.frames.length === shell.subshellDepth ? UNWIND.EXIT : UNWIND.NONE;
  }
  return status;
}

/** Reads all of a file. @throws SyscallError */
export function* readSource(shell: Shell, path: string): Co<string> {
  const fd = yield* wait(shell.proc.open(path, O_RDONLY));
  try {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = new Uint8Array(16384);
      const count = yield* wait(shell.proc.read(fd, chunk));
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
    }
    return decodeAll(chunks);
  } finally {
    yield* wait(shell.proc.close(fd));
  }
}

function decodeAll(chunks: readonly Uint8Array[]): string {
  if (chunks.length === 1) return decode(chunks[0]!);
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return decode(all);
}

const SNIFFED = 80;

/** Whether bytes at the beginning of a file show that it is no text. */
export function looksBinary(text: string): boolean {
  const line = text.slice(0, SNIFFED).split("\n", 1)[0]!;
  return line.includes("\0");
}

/** Runs a file as this shell's script. */
export function* runScriptFile(shell: Shell, path: string, args: readonly string[]): Co<number> {
  shell.name = path;
  shell.scriptFile = path;
  shell.positional = args;
  let text: string;
  try {
    text = yield* readSource(shell, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    shell.report(
      `${shell.invokedAs}: ${path}: ${error.code === "EISDIR" ? "Is a directory" : error.message}\n`,
    );
    return error.code === "ENOENT" ? 127 : 126;
  }
  if (looksBinary(text)) {
    shell.report(`${path}: ${path}: cannot execute binary file\n`);
    return 126;
  }
  return yield* runText(shell, text, { whole: true });
}

/** Runs standard input, line by line and read byte by byte, so that commands share it. */
export function* runInput(shell: Shell): Co<number> {
  const parser = new Parser("", { ...parserOptions(shell), complete: false });
  const lines = new InputLines(shell);
  let status = 0;
  let ended = false;
  for (;;) {
    const list = nextCommand(shell, parser);
    if (list === "recovered") {
      status = shell.status;
      continue;
    }
    if (list === "failed") return shell.status;
    if (list === "end") return status;
    if (list === "incomplete") {
      if (ended) return status;
      const line = yield* lines.next();
      if (line === undefined) {
        ended = true;
        parser.finish();
      } else {
        if (shell.set.verbose) shell.report(line);
        parser.feed(line);
      }
      continue;
    }
    status = yield* runTop(shell, list, false);
    if (shell.unwinding !== UNWIND.NONE) return status;
  }
}

/** Lines of standard input, leaving what follows them unread. */
class InputLines {
  readonly #shell: Shell;
  #seekable: boolean | undefined;
  readonly #chunk = new Uint8Array(4096);

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** With its newline; undefined at the end. */
  *next(): Co<string | undefined> {
    this.#seekable ??= yield* this.#canSeek();
    return this.#seekable ? yield* this.#nextBySeeking() : yield* this.#nextByByte();
  }

  *#canSeek(): Co<boolean> {
    try {
      yield* wait(this.#shell.proc.lseek(0, 0, SEEK_CUR));
      return true;
    } catch (error) {
      if (isSysError(error)) return false;
      throw error;
    }
  }

  *#nextBySeeking(): Co<string | undefined> {
    const { proc } = this.#shell;
    let text = "";
    for (;;) {
      const count = yield* wait(proc.read(0, this.#chunk));
      if (count === 0) return text === "" ? undefined : text;
      const newline = this.#chunk.indexOf(10);
      if (newline < 0 || newline >= count) {
        text += decode(this.#chunk, 0, count);
        continue;
      }
      yield* wait(proc.lseek(0, newline + 1 - count, SEEK_CUR));
      return text + decode(this.#chunk, 0, newline + 1);
    }
  }

  *#nextByByte(): Co<string | undefined> {
    const { proc } = this.#shell;
    const bytes: number[] = [];
    const byte = new Uint8Array(1);
    for (;;) {
      const count = yield* wait(proc.read(0, byte));
      if (count === 0) break;
      if (byte[0] !== 0) bytes.push(byte[0]!);
      if (byte[0] === 10) break;
    }
    return bytes.length === 0 ? undefined : decode(Uint8Array.from(bytes));
  }
}

const SEEK_CUR = 1;
