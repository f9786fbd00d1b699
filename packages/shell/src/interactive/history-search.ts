// Incremental search: Ctrl-R and Ctrl-S.

import type { Co } from "../co.ts";
import { type EditSession, handle } from "./line-editor.ts";

type Direction = "backward" | "forward";

interface Search {
  pattern: string;
  direction: Direction;
  /** The history line shown. */
  index: number;
  failed: boolean;
}

/** Searches until a key that does something else; that key then acts on the line found. */
export function* searchHistory(session: EditSession, direction: Direction): Co<void> {
  const original = session.buffer.text;
  const search: Search = { pattern: "", direction, index: session.historyIndex, failed: false };
  for (;;) {
    yield* show(session, search);
    const key = yield* session.keys.next();
    if (key === undefined) {
      session.result = { ended: "eof" };
      return;
    }
    if (key === "\x07") {
      session.buffer.reset(original);
      return;
    }
    if (key === "\x12" || key === "\x13") {
      search.direction = key === "\x12" ? "backward" : "forward";
      find(session, search, true);
    } else if (key === "\x7f" || key === "\x08") {
      search.pattern = [...search.pattern].slice(0, -1).join("");
      search.index = session.shell.history.length;
      find(session, search, false);
    } else if (key.charCodeAt(0) >= 32 && key !== "\x7f") {
      search.pattern += key;
      find(session, search, false);
    } else {
      accept(session, search, original);
      if (key !== "\x1b") yield* handle(session, key);
      return;
    }
  }
}

/** Finds the next line with the pattern; `next`: not the one shown. */
function find(session: EditSession, search: Search, next: boolean): void {
  const { history } = session.shell;
  const step = search.direction === "backward" ? -1 : 1;
  let at = search.index + (next ? step : 0);
  if (at >= history.length && step === -1) at = history.length - 1;
  for (; at >= 0 && at < history.length; at += step) {
    if (!history[at]!.includes(search.pattern)) continue;
    search.index = at;
    search.failed = false;
    return;
  }
  search.failed = search.pattern !== "";
}

function accept(session: EditSession, search: Search, original: string): void {
  const line = session.shell.history[search.index];
  session.buffer.reset(line ?? original);
  if (line === undefined) return;
  session.historyIndex = search.index;
  const at = line.indexOf(search.pattern);
  session.buffer.cursor = at === -1 ? session.buffer.chars.length : [...line.slice(0, at)].length;
}

function* show(session: EditSession, search: Search): Co<void> {
  const reverse = search.direction === "backward" ? "reverse-" : "";
  const failed = search.failed ? "failed " : "";
  const prompt = `(${failed}${reverse}i-search)\`${search.pattern}': `;
  const line = session.shell.history[search.index] ?? session.buffer.text;
  const at = Math.max(0, line.indexOf(search.pattern));
  yield* session.screen.draw(prompt, [...line], [...line.slice(0, at)].length);
}
