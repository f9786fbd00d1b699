// env -S. Source: GNU coreutils manual, "-S/--split-string syntax".

import { UsageError } from "@agentos/kernel/program";

const ESCAPES: Readonly<Record<string, string>> = {
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "#": "#",
  $: "$",
  '"': '"',
  "'": "'",
  "\\": "\\",
};

class Splitter {
  readonly #text: string;
  readonly #env: ReadonlyMap<string, string>;
  readonly #words: string[] = [];
  #word: string | undefined;
  #quote: "" | "'" | '"' = "";
  #at = 0;

  constructor(text: string, env: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#env = env;
  }

  split(): string[] {
    while (this.#at < this.#text.length) if (!this.#step(this.#text[this.#at]!)) break;
    if (this.#quote !== "") throw new UsageError("no terminating quote in -S string");
    this.#endWord();
    return this.#words;
  }

  /** False at the end of what counts. */
  #step(char: string): boolean {
    if (char === "\\" && this.#text[this.#at + 1] !== undefined)
      return this.#escape(this.#text[this.#at + 1]!);
    if (char === "\\") throw new UsageError("invalid backslash at end of string in -S");
    this.#at++;
    if ((char === "'" || char === '"') && (this.#quote === "" || this.#quote === char)) {
      this.#quote = this.#quote === "" ? char : "";
      this.#word ??= "";
    } else if (this.#quote === "" && /[ \t\n\v\f\r]/.test(char)) this.#endWord();
    else if (char === "#" && this.#quote === "" && this.#word === undefined) return false;
    else if (char === "$" && this.#quote !== "'") this.#variable();
    else this.#add(char);
    return true;
  }

  #escape(next: string): boolean {
    this.#at += 2;
    if (this.#quote === "'" && next !== "'" && next !== "\\") this.#add(`\\${next}`);
    else if (next === "_") {
      if (this.#quote === '"') this.#add(" ");
      else this.#endWord();
    } else if (next === "c") {
      if (this.#quote === '"') throw new UsageError("'\\c' must not appear in double-quoted -S string");
      return false;
    } else {
      const char = ESCAPES[next];
      if (char === undefined) throw new UsageError(`invalid sequence '\\${next}' in -S`);
      this.#add(char);
    }
    return true;
  }

  #variable(): void {
    const name = /^\{([A-Za-z_]\w*)\}/.exec(this.#text.slice(this.#at));
    if (name === null)
      throw new UsageError(
        `only \${VARNAME} expansion is supported, error at: ${this.#text.slice(this.#at - 1)}`,
      );
    this.#at += name[0].length;
    const value = this.#env.get(name[1]!);
    if (value !== undefined) this.#add(value);
  }

  #add(text: string): void {
    this.#word = (this.#word ?? "") + text;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
}

/** @throws UsageError */
export const splitString = (text: string, env: ReadonlyMap<string, string>): string[] =>
  new Splitter(text, env).split();
