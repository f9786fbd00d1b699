import { andThen, type MaybePromise } from "@agentos/kernel/abi";
import { osStringToLatin1, type Proc, stdout, type Writer, warn } from "@agentos/kernel/program";
import type { Matcher } from "./matcher.ts";
import type { Settings } from "./settings.ts";

const COLORS = { name: "35", separator: "36", number: "32", match: "01;31" } as const;

/** Writes selected lines and their context, with the prefixes asked for. Lines are latin1 strings. */
export class Printer {
  readonly settings: Settings;
  readonly #matcher: Matcher;
  readonly #proc: Proc;
  readonly #out: Writer;
  readonly #end: string;
  /** The name printed last. */
  #name = "";
  #nameInLatin1 = "";

  constructor(proc: Proc, settings: Settings, matcher: Matcher) {
    this.settings = settings;
    this.#matcher = matcher;
    this.#proc = proc;
    this.#out = stdout(proc);
    this.#end = settings.nullData ? "\0" : "\n";
  }

  /** Nothing but lines goes out: no prefix, no color, no parts. */
  get plain(): boolean {
    const { withName, lineNumber, byteOffset, color, onlyMatching, initialTab, lineBuffered } = this.settings;
    return !(withName || lineNumber || byteOffset || color || onlyMatching || initialTab || lineBuffered);
  }

  line(name: string, text: string, number: number, offset: number, selected: boolean): MaybePromise<void> {
    const { onlyMatching, invert, color, lineBuffered } = this.settings;
    if (onlyMatching) {
      if (selected && !invert) return this.#parts(name, text, number, offset);
      return;
    }
    const marked = color && selected !== invert ? this.#marked(text) : text;
    const writing = this.#out.writeLatin1(this.#prefix(name, number, offset, selected) + marked + this.#end);
    return lineBuffered ? andThen(writing, () => this.#out.flush()) : writing;
  }

  async separator(): Promise<void> {
    const { groupSeparator, color } = this.settings;
    if (groupSeparator === undefined) return;
    await this.#out.write(`${color ? paint(COLORS.separator, groupSeparator) : groupSeparator}\n`);
  }

  /** A file's name alone, for -l and -L. */
  async name(name: string): Promise<void> {
    await this.#out.write(this.#painted(COLORS.name, name) + (this.settings.nullAfterName ? "\0" : "\n"));
  }

  async count(name: string, count: number): Promise<void> {
    const { withName, nullAfterName } = this.settings;
    if (withName) {
      const after = nullAfterName ? "\0" : this.#painted(COLORS.separator, ":");
      await this.#out.write(this.#painted(COLORS.name, name) + after);
    }
    await this.#out.write(`${count}\n`);
  }

  async binaryMatches(name: string): Promise<void> {
    await this.#out.flush();
    await warn(this.#proc, `${name}: binary file matches`);
  }

  /** What stands before a line, as a latin1 string. */
  #prefix(name: string, number: number, offset: number, selected: boolean): string {
    const { withName, lineNumber, byteOffset, nullAfterName, initialTab } = this.settings;
    const separator = this.#painted(COLORS.separator, selected ? ":" : "-");
    let prefix = "";
    if (withName) {
      prefix += this.#painted(COLORS.name, this.#latin1Name(name)) + (nullAfterName ? "\0" : separator);
    }
    if (lineNumber) {
      const digits = initialTab ? String(number).padStart(withName ? 4 : 2) : String(number);
      prefix += this.#painted(COLORS.number, digits) + separator;
    }
    if (byteOffset) prefix += this.#painted(COLORS.number, String(offset)) + separator;
    return initialTab && prefix !== "" ? `${prefix}\t` : prefix;
  }

  #latin1Name(name: string): string {
    if (name !== this.#name) {
      this.#name = name;
      this.#nameInLatin1 = osStringToLatin1(name);
    }
    return this.#nameInLatin1;
  }

  async #parts(name: string, text: string, number: number, offset: number): Promise<void> {
    for (let from = 0; from <= text.length; ) {
      const spans = this.#matcher.find(text, from);
      if (spans === undefined) break;
      const [start, end] = [spans[0]!, spans[1]!];
      from = end > start ? end : end + 1;
      if (end === start) continue;
      const part = this.#painted(COLORS.match, text.slice(start, end));
      const prefix = this.#prefix(name, number, offset + start, true);
      const writing = this.#out.writeLatin1(prefix + part + this.#end);
      if (writing) await writing;
    }
    if (this.settings.lineBuffered) await this.#out.flush();
  }

  #marked(text: string): string {
    let out = "";
    let done = 0;
    for (let from = 0; from <= text.length; ) {
      const spans = this.#matcher.find(text, from);
      if (spans === undefined) break;
      const [start, end] = [spans[0]!, spans[1]!];
      from = end > start ? end : end + 1;
      if (end === start) continue;
      out += text.slice(done, start) + paint(COLORS.match, text.slice(start, end));
      done = end;
    }
    return out + text.slice(done);
  }

  #painted(color: string, text: string): string {
    return this.settings.color ? paint(color, text) : text;
  }
}

function paint(color: string, text: string): string {
  return `\x1b[${color}m\x1b[K${text}\x1b[m\x1b[K`;
}
