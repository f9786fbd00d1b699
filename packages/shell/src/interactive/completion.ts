// Tab: what the word at the cursor can become, by programmable completion or as a command, variable, user or file.

import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import { charWidth } from "./char-width.ts";
import {
  type CompletionContext,
  type CompletionSpec,
  commandNames,
  fileNames,
  generate,
  isDirectory,
} from "./completion-spec.ts";
import type { EditSession } from "./line-editor.ts";

interface Found {
  /** Where in the line the completed text begins. */
  start: number;
  /** The candidates, unquoted; all of the word. */
  candidates: string[];
  /** They are paths: listed by their last part, directories end in a slash. */
  files: boolean;
  /** No blank after the only candidate. */
  noSpace: boolean;
  /** The quote the word begins with. */
  quote: string;
}

/** Completes as far as the candidates agree; `list`: shows them all. */
export function* complete(session: EditSession, list: boolean): Co<void> {
  const { buffer, shell } = session;
  const before = buffer.chars.slice(0, buffer.cursor).join("");
  const found = session.commands
    ? yield* findCandidates(shell, buffer.text, before)
    : yield* plainFiles(shell, before);
  if (found.candidates.length === 0) return yield* session.beep();
  const common = commonPrefix(found.candidates);
  const typed = unquote(before.slice(found.start));
  const only = found.candidates.length === 1;
  if (common.length > typed.length || only)
    yield* replace(session, found, before, only ? found.candidates[0]! : common, only);
  else if (list) yield* show(session, found);
  else yield* session.beep();
}

function* replace(session: EditSession, found: Found, before: string, text: string, only: boolean): Co<void> {
  const { buffer, shell } = session;
  let inserted = found.quote === "" ? quoteWord(text) : found.quote + text;
  if (only) {
    const directory = found.files && (yield* isDirectory(shell, text));
    if (directory) inserted += text.endsWith("/") ? "" : "/";
    else {
      inserted += found.quote;
      if (!found.noSpace) inserted += " ";
    }
  }
  buffer.remove([...before.slice(0, found.start)].length, buffer.cursor);
  buffer.insert(inserted);
}

/** Lists the candidates below the line, in columns. */
function* show(session: EditSession, { candidates, files }: Found): Co<void> {
  const names = candidates.map((candidate) => (files ? candidate.replace(/.*\/(?=.)/s, "") : candidate));
  const sizes = names.map((name) => [...name].reduce((sum, char) => sum + charWidth(char), 0));
  const width = Math.max(...sizes) + 2;
  const columns = Math.max(1, Math.floor(session.screen.columns / width));
  const rows = Math.ceil(names.length / columns);
  let out = "";
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = column * rows + row;
      if (at >= names.length) break;
      const last = at + rows >= names.length;
      out += names[at] + (last ? "" : " ".repeat(width - sizes[at]!));
    }
    out += "\r\n";
  }
  yield* session.screen.leave(session.prompt, session.buffer.chars);
  yield* session.screen.write(out);
}

// ── candidates ─────────────────────────────────────────────────────────

function* plainFiles(shell: Shell, before: string): Co<Found> {
  const start = wordStart(before);
  const candidates = yield* fileNames(shell, unquote(before.slice(start)), false);
  return { start, candidates, files: true, noSpace: false, quote: "" };
}

function* findCandidates(shell: Shell, line: string, before: string): Co<Found> {
  const start = wordStart(before);
  const raw = before.slice(start);
  const quote = raw[0] === '"' || raw[0] === "'" ? raw[0] : "";
  const word = unquote(raw);
  const command = commandWords(before.slice(0, start));
  const found: Found = { start, candidates: [], files: false, noSpace: false, quote };
  const variable = /^\$(\{?)([A-Za-z0-9_]*)$/.exec(word);
  if (variable && quote !== "'") {
    const [, brace, prefix] = variable as unknown as [string, string, string];
    found.candidates = shell.vars.namesWithPrefix(prefix).map((name) => `$${brace}${name}${brace && "}"}`);
    return found;
  }
  if (command.length === 0) {
    found.candidates = yield* commandNames(shell, word);
    found.files = word.includes("/");
    return found;
  }
  const spec =
    shell.completions.get(command[0]!) ??
    shell.completions.get(command[0]!.replace(/.*\//s, "")) ??
    shell.completions.get("-D");
  if (spec !== undefined && shell.shopt.progcomp) {
    yield* bySpec(shell, spec, found, {
      line,
      point: before.length,
      words: [...command, word],
      current: command.length,
      word,
    });
    return found;
  }
  found.candidates = yield* fileNames(shell, word, command[0] === "cd" || command[0] === "rmdir");
  found.files = true;
  return found;
}

function* bySpec(shell: Shell, spec: CompletionSpec, found: Found, context: CompletionContext): Co<void> {
  const running = { ...spec, options: new Set(spec.options) };
  shell.completing = running;
  const candidates = yield* generate(shell, running, context);
  shell.completing = undefined;
  found.candidates = [...new Set(candidates.filter((candidate) => candidate.startsWith(context.word)))];
  if (!running.options.has("nosort")) found.candidates.sort();
  found.files =
    running.options.has("filenames") || running.actions.has("file") || running.actions.has("directory");
  found.noSpace = running.options.has("nospace");
}

/** The words of the command that the word at the end belongs to; none: that word is the command. */
function commandWords(before: string): string[] {
  const command = /(?:^|[;&|(`\n]|\$\()\s*([^;&|(`\n]*)$/.exec(before)?.[1] ?? "";
  const words = command.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"\\])+/gs) ?? [];
  let first = 0;
  while (
    first < words.length &&
    /^[A-Za-z_]\w*=|^(?:then|do|else|elif|if|while|until|!|time|\{)$/.test(words[first]!)
  )
    first++;
  return words.slice(first).map(unquote);
}

/** Where the word that ends at the end of the text begins. */
function wordStart(before: string): number {
  let start = 0;
  let quote = "";
  for (let i = 0; i < before.length; i++) {
    const char = before[i]!;
    if (char === "\\" && quote !== "'") i++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (/[\s;&|<>()=`]/.test(char)) start = i + 1;
  }
  return start;
}

function unquote(word: string): string {
  return word.replace(/\\(.)|['"]/gs, "$1");
}

/** Backslashes where a file's name would not stand for itself; ~ and $ keep their meaning. */
function quoteWord(text: string): string {
  return text.replace(/[\s"'\\|&;()<>`*?[\]{}!]/g, "\\$&");
}

function commonPrefix(candidates: readonly string[]): string {
  let prefix = candidates[0]!;
  for (const candidate of candidates) {
    let length = 0;
    while (length < prefix.length && prefix[length] === candidate[length]) length++;
    prefix = prefix.slice(0, length);
  }
  return prefix;
}
