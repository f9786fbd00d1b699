// What the named functions of the line editor do. @see bash(1) Commands for Moving, … for Killing, … History

import type { Co } from "../co.ts";
import { complete } from "./completion.ts";
import { splitWords } from "./history-expansion.ts";
import { searchHistory } from "./history-search.ts";
import type { EditorFunction } from "./key-bindings.ts";
import type { EditSession } from "./line-editor.ts";

type Action = (session: EditSession) => void | Co<void>;

const ACTIONS: Readonly<Record<EditorFunction, Action>> = {
  abort: (session) => session.beep(),
  "accept-line": (session) => {
    session.result = { line: session.buffer.text };
  },
  "backward-char": ({ buffer }) => buffer.move(-1),
  "backward-delete-char": ({ buffer }) => buffer.remove(buffer.cursor - 1, buffer.cursor),
  "backward-kill-word": ({ buffer }) => buffer.kill(buffer.wordStart(), buffer.cursor),
  "backward-word": ({ buffer }) => buffer.move(buffer.wordStart() - buffer.cursor),
  "beginning-of-history": (session) => goTo(session, 0),
  "beginning-of-line": ({ buffer }) => buffer.home(),
  "capitalize-word": ({ buffer }) =>
    buffer.convertWord((word) => word.toLowerCase().replace(/[\p{L}\p{N}]/u, (char) => char.toUpperCase())),
  "clear-screen": (session) => session.screen.clear(),
  complete: (session) => complete(session, session.previous === "complete"),
  "delete-char": deleteChar,
  "downcase-word": ({ buffer }) => buffer.convertWord((word) => word.toLowerCase()),
  "end-of-history": (session) => goTo(session, session.shell.history.length),
  "end-of-line": ({ buffer }) => buffer.end(),
  "forward-char": ({ buffer }) => buffer.move(1),
  "forward-search-history": (session) => searchHistory(session, "forward"),
  "forward-word": ({ buffer }) => buffer.move(buffer.wordEnd() - buffer.cursor),
  "insert-comment": (session) => {
    session.buffer.home();
    session.buffer.insert("#");
    session.result = { line: session.buffer.text };
  },
  "kill-line": ({ buffer }) => buffer.kill(buffer.cursor, buffer.chars.length),
  "kill-word": ({ buffer }) => buffer.kill(buffer.cursor, buffer.wordEnd()),
  "next-history": (session) => goTo(session, session.historyIndex + 1),
  "possible-completions": (session) => complete(session, true),
  "previous-history": (session) => goTo(session, session.historyIndex - 1),
  "quoted-insert": quotedInsert,
  "reverse-search-history": (session) => searchHistory(session, "backward"),
  "transpose-chars": ({ buffer }) => buffer.transpose(),
  undo: ({ buffer }) => buffer.undo(),
  "unix-line-discard": ({ buffer }) => buffer.kill(0, buffer.cursor),
  "unix-word-rubout": ({ buffer }) =>
    buffer.kill(
      buffer.wordStart((char) => !/\s/.test(char)),
      buffer.cursor,
    ),
  "upcase-word": ({ buffer }) => buffer.convertWord((word) => word.toUpperCase()),
  yank: ({ buffer }) => buffer.yank(),
  "yank-last-arg": yankLastArg,
  "yank-pop": ({ buffer }) => buffer.yankPop(),
};

export function* perform(session: EditSession, name: EditorFunction): Co<void> {
  const waiting = ACTIONS[name](session);
  if (waiting !== undefined) yield* waiting;
}

/** Ctrl-D: on an empty line the end of the input. */
function deleteChar(session: EditSession): void {
  const { buffer } = session;
  if (buffer.chars.length === 0) session.result = { ended: "eof" };
  else buffer.remove(buffer.cursor, Math.min(buffer.cursor + 1, buffer.chars.length));
}

/** Moves to another line of the history, keeping what was changed in this one. */
function* goTo(session: EditSession, index: number): Co<void> {
  const { history } = session.shell;
  if (index < 0 || index > history.length || index === session.historyIndex) return yield* session.beep();
  session.edited.set(session.historyIndex, session.buffer.text);
  session.historyIndex = index;
  session.buffer.reset(session.edited.get(index) ?? history[index] ?? "");
}

function* quotedInsert(session: EditSession): Co<void> {
  const key = yield* session.keys.next();
  if (key !== undefined) session.buffer.insert(key);
}

/** Inserts the last word of the line before; again: of the one before that. */
function yankLastArg(session: EditSession): void {
  const { history } = session.shell;
  const again = session.previous === "yank-last-arg";
  session.argumentIndex = (again ? session.argumentIndex : history.length) - 1;
  const line = history[session.argumentIndex];
  if (line === undefined) return;
  if (again) session.buffer.undo();
  session.buffer.move(0);
  session.buffer.insert(splitWords(line).at(-1) ?? "");
}
