// The line being edited: text, cursor, what was killed, what can be undone. Knows nothing of keys and screens.

const WORD = /[\p{L}\p{N}_]/u;
const MAX_UNDO = 500;
const MAX_KILLS = 10;

interface State {
  chars: string[];
  cursor: number;
}

export class EditBuffer {
  /** One character each. */
  chars: string[] = [];
  cursor = 0;
  readonly kills: string[] = [];
  #undo: State[] = [];
  /** The kind of the last change: runs of typing and of kills hang together. */
  #last = "";
  #yanked: { start: number; index: number } | undefined;

  get text(): string {
    return this.chars.join("");
  }

  /** Replaces everything; the cursor is at the end. */
  reset(text: string): void {
    this.chars = [...text];
    this.cursor = this.chars.length;
    this.#last = "";
  }

  // ── moving ───────────────────────────────────────────────────────────

  move(by: number): void {
    this.cursor = Math.max(0, Math.min(this.chars.length, this.cursor + by));
    this.#last = "";
  }

  home(): void {
    this.move(-this.cursor);
  }

  end(): void {
    this.move(this.chars.length - this.cursor);
  }

  /** Where the word before the cursor begins. */
  wordStart(isWord: (char: string) => boolean = isWordChar): number {
    let at = this.cursor;
    while (at > 0 && !isWord(this.chars[at - 1]!)) at--;
    while (at > 0 && isWord(this.chars[at - 1]!)) at--;
    return at;
  }

  /** Where the word after the cursor ends. */
  wordEnd(): number {
    let at = this.cursor;
    while (at < this.chars.length && !isWordChar(this.chars[at]!)) at++;
    while (at < this.chars.length && isWordChar(this.chars[at]!)) at++;
    return at;
  }

  // ── changing ─────────────────────────────────────────────────────────

  insert(text: string): void {
    this.#change("insert");
    const added = [...text];
    this.chars.splice(this.cursor, 0, ...added);
    this.cursor += added.length;
  }

  /** Removes a range and puts the cursor there. */
  remove(start: number, end: number): void {
    if (start >= end) return;
    this.#change("remove");
    this.chars.splice(start, end - start);
    this.cursor = start;
  }

  /** Removes a range into the kill ring; kills in a row make one entry. */
  kill(start: number, end: number): void {
    if (start >= end) return;
    const text = this.chars.slice(start, end).join("");
    const continues = this.#last === "kill";
    const backwards = end === this.cursor;
    this.#change("kill");
    this.chars.splice(start, end - start);
    this.cursor = start;
    if (continues && this.kills.length > 0) {
      const entry = this.kills.pop()!;
      this.kills.push(backwards ? text + entry : entry + text);
    } else this.kills.push(text);
    if (this.kills.length > MAX_KILLS) this.kills.shift();
  }

  yank(): void {
    const text = this.kills.at(-1);
    if (text === undefined) return;
    const start = this.cursor;
    this.insert(text);
    this.#last = "yank";
    this.#yanked = { start, index: this.kills.length - 1 };
  }

  /** Replaces what has just been yanked by the kill before it. */
  yankPop(): void {
    if (this.#last !== "yank" || this.#yanked === undefined) return;
    const { start, index } = this.#yanked;
    const next = (index + this.kills.length - 1) % this.kills.length;
    this.remove(start, this.cursor);
    this.insert(this.kills[next]!);
    this.#last = "yank";
    this.#yanked = { start, index: next };
  }

  transpose(): void {
    if (this.cursor === 0 || this.chars.length < 2) return;
    this.#change("transpose");
    const at = Math.min(this.cursor, this.chars.length - 1);
    const [before, after] = [this.chars[at - 1]!, this.chars[at]!];
    this.chars.splice(at - 1, 2, after, before);
    this.cursor = at + 1;
  }

  /** Changes the rest of the word by `convert`. */
  convertWord(convert: (word: string) => string): void {
    const end = this.wordEnd();
    this.#change("convert");
    const word = this.chars.slice(this.cursor, end).join("");
    this.chars.splice(this.cursor, end - this.cursor, ...convert(word));
    this.cursor = end;
  }

  undo(): void {
    const state = this.#undo.pop();
    if (state === undefined) return;
    this.chars = state.chars;
    this.cursor = state.cursor;
    this.#last = "";
  }

  #change(kind: string): void {
    const joins = kind === "insert" && this.#last === "insert";
    if (!joins) {
      this.#undo.push({ chars: this.chars.slice(), cursor: this.cursor });
      if (this.#undo.length > MAX_UNDO) this.#undo.shift();
    }
    this.#last = kind;
  }
}

function isWordChar(char: string): boolean {
  return WORD.test(char);
}
