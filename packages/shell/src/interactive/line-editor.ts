// Reads one line from a terminal with editing. Raw mode lasts only while the line is edited.

import { ECHO, ECHONL, ICANON, ICRNL, IEXTEN, INLCR, ISIG, IXON, VMIN, VTIME } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import { EditBuffer } from "./edit-buffer.ts";
import { perform } from "./editor-functions.ts";
import { KeyBindings } from "./key-bindings.ts";
import { KeyReader } from "./key-reader.ts";
import { Screen } from "./screen.ts";

export interface EditRequest {
  /** A terminal. */
  fd: number;
  prompt: string;
  /** Text to begin with. */
  initial?: string;
  /** Commands are completed, and the history is at hand. */
  commands?: boolean;
}

export type EditResult = { line: string } | { ended: "eof" | "interrupt" };

const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** The state of one line being edited. */
export class EditSession {
  readonly shell: Shell;
  readonly buffer = new EditBuffer();
  readonly keys: KeyReader;
  readonly screen: Screen;
  readonly bindings: KeyBindings;
  readonly commands: boolean;
  /** The part of the prompt on the row of the text. */
  readonly prompt: string;
  /** Where in the history we are; its length: the new line. */
  historyIndex: number;
  /** Edited lines of the history, and the new line, by index. */
  readonly edited = new Map<number, string>();
  result: EditResult | undefined;
  /** The history line yank-last-arg took its word from. */
  argumentIndex = 0;
  /** The function before: two Tabs list, repeated yank-last-arg goes back. */
  previous: string | undefined;

  constructor(shell: Shell, request: EditRequest) {
    this.shell = shell;
    this.keys = new KeyReader(shell, request.fd);
    this.screen = new Screen(shell, request.fd);
    this.bindings = KeyBindings.of(shell);
    this.commands = request.commands ?? false;
    this.prompt = request.prompt.slice(request.prompt.lastIndexOf("\n") + 1);
    this.historyIndex = shell.history.length;
    this.buffer.reset(request.initial ?? "");
  }

  *draw(): Co<void> {
    yield* this.screen.draw(this.prompt, this.buffer.chars, this.buffer.cursor);
  }

  *beep(): Co<void> {
    yield* this.screen.write("\x07");
  }
}

/** Edits a line; the terminal is as before afterwards. */
export function* editLine(shell: Shell, request: EditRequest): Co<EditResult> {
  const session = new EditSession(shell, request);
  const saved = shell.proc.tcgetattr(request.fd);
  const raw = { ...saved, cc: saved.cc.slice() };
  raw.lflag &= ~(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
  raw.iflag &= ~(ICRNL | INLCR | IXON);
  raw.cc[VMIN] = 1;
  raw.cc[VTIME] = 0;
  shell.proc.tcsetattr(request.fd, raw);
  try {
    const above = request.prompt.slice(0, request.prompt.length - session.prompt.length);
    yield* session.screen.write(`${above.replace(/[\x01\x02]/g, "")}\x1b[?2004h`);
    yield* session.draw();
    while (session.result === undefined) yield* step(session);
    const mark = "ended" in session.result && session.result.ended === "interrupt" ? "^C" : "";
    yield* session.screen.leave(session.prompt, session.buffer.chars, mark);
    yield* session.screen.write("\x1b[?2004l\r");
    return session.result;
  } finally {
    shell.proc.tcsetattr(request.fd, saved);
  }
}

function* step(session: EditSession): Co<void> {
  let keys = yield* session.keys.next();
  if (keys === undefined) {
    session.result = { ended: "eof" };
    return;
  }
  while (session.bindings.get(keys) === undefined && keys !== "\x1b" && session.bindings.isPrefix(keys)) {
    const more = yield* session.keys.next();
    if (more === undefined) break;
    keys += more;
  }
  yield* handle(session, keys);
  if (session.result === undefined && !session.keys.hasMore) yield* session.draw();
}

/** Does what a key sequence means. */
export function* handle(session: EditSession, keys: string): Co<void> {
  if (keys === "\x03") {
    session.result = { ended: "interrupt" };
    return;
  }
  if (keys === PASTE_BEGIN) return yield* paste(session);
  const name = session.bindings.get(keys);
  if (name !== undefined) {
    yield* perform(session, name);
    session.previous = name;
    return;
  }
  session.previous = undefined;
  if (!keys.startsWith("\x1b") && keys.charCodeAt(0) >= 32) session.buffer.insert(keys);
}

/** Pasted text is text, whatever keys it would be. */
function* paste(session: EditSession): Co<void> {
  let text = "";
  for (;;) {
    const key = yield* session.keys.next();
    if (key === undefined || key === PASTE_END) break;
    text += key === "\r" ? "\n" : key;
  }
  session.buffer.insert(text);
}
