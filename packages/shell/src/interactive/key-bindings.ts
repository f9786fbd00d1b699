// Which key sequence does what: the emacs keys of GNU Readline, and what `bind` changes.

import { unescapeAnsiC } from "../lexer/ansi-c.ts";
import type { Shell } from "../shell.ts";
import { READLINE_FUNCTIONS, READLINE_VARIABLES } from "./readline-names.ts";

const EDITOR_FUNCTIONS = [
  "abort",
  "accept-line",
  "backward-char",
  "backward-delete-char",
  "backward-kill-word",
  "backward-word",
  "beginning-of-history",
  "beginning-of-line",
  "capitalize-word",
  "clear-screen",
  "complete",
  "delete-char",
  "downcase-word",
  "end-of-history",
  "end-of-line",
  "forward-char",
  "forward-search-history",
  "forward-word",
  "insert-comment",
  "kill-line",
  "kill-word",
  "next-history",
  "possible-completions",
  "previous-history",
  "quoted-insert",
  "reverse-search-history",
  "transpose-chars",
  "undo",
  "unix-line-discard",
  "unix-word-rubout",
  "upcase-word",
  "yank",
  "yank-last-arg",
  "yank-pop",
] as const;

export type EditorFunction = (typeof EDITOR_FUNCTIONS)[number];

const DEFAULTS: Readonly<Record<string, EditorFunction>> = {
  "\x01": "beginning-of-line",
  "\x02": "backward-char",
  "\x04": "delete-char",
  "\x05": "end-of-line",
  "\x06": "forward-char",
  "\x07": "abort",
  "\x08": "backward-delete-char",
  "\x09": "complete",
  "\x0a": "accept-line",
  "\x0b": "kill-line",
  "\x0c": "clear-screen",
  "\x0d": "accept-line",
  "\x0e": "next-history",
  "\x10": "previous-history",
  "\x12": "reverse-search-history",
  "\x13": "forward-search-history",
  "\x14": "transpose-chars",
  "\x15": "unix-line-discard",
  "\x16": "quoted-insert",
  "\x17": "unix-word-rubout",
  "\x18\x15": "undo",
  "\x19": "yank",
  "\x1f": "undo",
  "\x7f": "backward-delete-char",
  "\x1b.": "yank-last-arg",
  "\x1b_": "yank-last-arg",
  "\x1b#": "insert-comment",
  "\x1b<": "beginning-of-history",
  "\x1b>": "end-of-history",
  "\x1b?": "possible-completions",
  "\x1b\x7f": "backward-kill-word",
  "\x1bb": "backward-word",
  "\x1bc": "capitalize-word",
  "\x1bd": "kill-word",
  "\x1bf": "forward-word",
  "\x1bl": "downcase-word",
  "\x1bu": "upcase-word",
  "\x1by": "yank-pop",
  "\x1b[A": "previous-history",
  "\x1b[B": "next-history",
  "\x1b[C": "forward-char",
  "\x1b[D": "backward-char",
  "\x1b[F": "end-of-line",
  "\x1b[H": "beginning-of-line",
  "\x1bOA": "previous-history",
  "\x1bOB": "next-history",
  "\x1bOC": "forward-char",
  "\x1bOD": "backward-char",
  "\x1bOF": "end-of-line",
  "\x1bOH": "beginning-of-line",
  "\x1b[1~": "beginning-of-line",
  "\x1b[3~": "delete-char",
  "\x1b[4~": "end-of-line",
  "\x1b[7~": "beginning-of-line",
  "\x1b[8~": "end-of-line",
  "\x1b[1;5C": "forward-word",
  "\x1b[1;5D": "backward-word",
  "\x1b[1;3C": "forward-word",
  "\x1b[1;3D": "backward-word",
};

function isEditorFunction(name: string): name is EditorFunction {
  return (EDITOR_FUNCTIONS as readonly string[]).includes(name);
}

export class KeyBindings {
  /** `bind -x`: keys with the commands they run, by keymap. */
  readonly commands = new Map<string, Map<string, string>>();
  readonly variables: Record<string, string> = { ...READLINE_VARIABLES };
  readonly #functions = new Map<string, string>(Object.entries(DEFAULTS));

  static of(shell: Shell): KeyBindings {
    shell.keyBindings ??= new KeyBindings();
    return shell.keyBindings;
  }

  copy(): KeyBindings {
    const copy = new KeyBindings();
    for (const [keys, name] of this.#functions) copy.#functions.set(keys, name);
    for (const [keymap, commands] of this.commands) copy.commands.set(keymap, new Map(commands));
    Object.assign(copy.variables, this.variables);
    return copy;
  }

  /** What the editor does at these keys. */
  get(keys: string): EditorFunction | undefined {
    const name = this.#functions.get(keys);
    return name !== undefined && isEditorFunction(name) ? name : undefined;
  }

  /** Whether longer sequences begin with these keys. */
  isPrefix(keys: string): boolean {
    for (const bound of this.#functions.keys())
      if (bound.length > keys.length && bound.startsWith(keys)) return true;
    return false;
  }

  /** Takes in `"keys": function-name`; false if it is no binding of a function there is. */
  parse(text: string): boolean {
    const match = /^\s*"((?:\\.|[^"\\])*)"\s*:\s*([a-z-]+)\s*$/.exec(text);
    const name = match?.[2];
    if (match === null || name === undefined || !READLINE_FUNCTIONS.includes(name)) return false;
    this.#functions.set(keySequence(match[1]!), name);
    return true;
  }

  /** Takes in `"keys": command` of `bind -x`; false if it is not of that form. */
  parseCommand(keymap: string, text: string): boolean {
    const match = /^\s*"((?:\\.|[^"\\])*)"\s*:\s*(.*)$/s.exec(text);
    if (match === null) return false;
    const map = this.commands.get(keymap) ?? new Map<string, string>();
    map.set(match[1]!, match[2]!);
    this.commands.set(keymap, map);
    return true;
  }

  remove(keys: string): void {
    this.#functions.delete(keySequence(keys));
    for (const map of this.commands.values()) map.delete(keys);
  }

  /** The keys of a function, as they are written. */
  keysOf(name: string): string[] {
    return [...this.#functions].filter(([, bound]) => bound === name).map(([keys]) => shown(keys));
  }
}

/** \C-x, \M-x and \e as Readline's own notation has them. */
function keySequence(text: string): string {
  const plain = text
    .replace(/\\C-(.)/g, (_, char: string) => String.fromCharCode(char.charCodeAt(0) & 0x1f))
    .replace(/\\M-/g, "\x1b");
  return unescapeAnsiC(plain);
}

function shown(keys: string): string {
  return [...keys]
    .map((char) => {
      const code = char.charCodeAt(0);
      if (code === 27) return "\\e";
      if (code === 127) return "\\C-?";
      return code < 32 ? `\\C-${String.fromCharCode(code + 96)}` : char;
    })
    .join("");
}
