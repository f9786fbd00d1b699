// History expansion: !!, !$, !n, !string, ^old^new and their words and modifiers. @see bash(1) HISTORY EXPANSION

export interface HistoryExpansion {
  text: string;
  changed: boolean;
  /** :p was given: the line is shown, not run. */
  printOnly: boolean;
  /** What could not be found: the message without "bash: ". */
  error?: string;
}

class NotFound {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Expands a line against earlier ones, the last of which is !!. */
export function expandHistory(line: string, history: readonly string[]): HistoryExpansion {
  const source = quickSubstitution(line);
  if (!source.includes("!")) return { text: line, changed: false, printOnly: false };
  try {
    return new Expander(source, history).run();
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return { text: line, changed: false, printOnly: false, error: error.message };
  }
}

/** ^old^new^rest is !!:s^old^new^rest. */
function quickSubstitution(line: string): string {
  if (!line.startsWith("^")) return line;
  const match = /^\^([^^]*)\^([^^]*)(?:\^(.*))?$/s.exec(line);
  return match ? `!!:s^${match[1]}^${match[2]}^${match[3] ?? ""}` : line;
}

class Expander {
  private readonly line: string;
  private readonly history: readonly string[];
  private at = 0;
  private text = "";
  private changed = false;
  private printOnly = false;

  constructor(line: string, history: readonly string[]) {
    this.line = line;
    this.history = history;
  }

  run(): HistoryExpansion {
    let double = false;
    while (this.at < this.line.length) {
      const char = this.line[this.at]!;
      if (char === "\\") this.copy(2);
      else if (char === "'" && !double) this.copySingleQuoted();
      else if (char === "!" && this.beginsEvent(double)) this.expandEvent();
      else {
        if (char === '"') double = !double;
        this.copy(1);
      }
    }
    return { text: this.text, changed: this.changed, printOnly: this.printOnly };
  }

  private copy(count: number): void {
    this.text += this.line.slice(this.at, this.at + count);
    this.at += count;
  }

  private copySingleQuoted(): void {
    const end = this.line.indexOf("'", this.at + 1);
    this.copy(end === -1 ? this.line.length : end + 1 - this.at);
  }

  /** ! stands for itself before blanks, "=", "(" and a closing double quote, and in ${!x}, [!a] and $!. */
  private beginsEvent(double: boolean): boolean {
    const next = this.line[this.at + 1];
    if (next === undefined || " \t\n\r=(".includes(next) || (double && next === '"')) return false;
    const before = this.line.slice(0, this.at);
    return !/(\$\{|\[|\$)$/.test(before);
  }

  private expandEvent(): void {
    this.changed = true;
    const start = this.at;
    const event = this.event();
    const words = splitWords(event);
    let result = this.words(words, event, start);
    for (;;) {
      const next = this.modifier(result);
      if (next === undefined) break;
      result = next;
    }
    this.text += result;
  }

  private event(): string {
    const rest = this.line.slice(this.at + 1);
    const { history } = this;
    const last = history[history.length - 1];
    if (rest.startsWith("!")) return this.found(2, last, "!!");
    if (rest.startsWith("#")) {
      this.at += 2;
      return this.text;
    }
    if (/^[$^*:]/.test(rest)) return this.found(1, last, "!");
    const number = /^-?\d+/.exec(rest)?.[0];
    if (number !== undefined) {
      const index = Number(number) < 0 ? history.length + Number(number) : Number(number) - 1;
      return this.found(1 + number.length, history[index], `!${number}`);
    }
    const containing = /^\?([^?\n]*)\??/.exec(rest);
    if (containing) {
      const line = history.findLast((entry) => entry.includes(containing[1]!));
      return this.found(1 + containing[0].length, line, `!${containing[0]}`);
    }
    const prefix = /^[^\s:^$*;&()|<>"'`]+/.exec(rest)?.[0] ?? "";
    return this.found(
      1 + prefix.length,
      history.findLast((entry) => entry.startsWith(prefix)),
      `!${prefix}`,
    );
  }

  private found(length: number, event: string | undefined, text: string): string {
    this.at += length;
    if (event === undefined) throw new NotFound(`${text}: event not found`);
    return event;
  }

  /** The words a designator chooses; all of the event without one. */
  private words(words: string[], event: string, start: number): string {
    const match = /^(?::(\d+|[\^$*%-])|([\^$*]))(-(?:\d+|\$)?|\*)?/.exec(this.line.slice(this.at));
    if (match === null) return event;
    this.at += match[0].length;
    const last = words.length - 1;
    const first = match[1] ?? match[2]!;
    if (first === "*") return words.slice(1).join(" ");
    const index = (text: string): number =>
      text === "^" ? 1 : text === "$" ? last : text === "-" ? 0 : Number(text);
    const from = index(first);
    let to = from;
    const suffix = match[3];
    if (suffix === "*") to = last;
    else if (suffix === "-") to = last - 1;
    else if (suffix !== undefined) to = index(suffix.slice(1));
    if (from > last || to > last) {
      throw new NotFound(`${this.line.slice(start, this.at).replace(/^![^:]*/, "")}: bad word specifier`);
    }
    return words.slice(from, to + 1).join(" ");
  }

  /** Applies the modifier at the position; undefined if there is none. */
  private modifier(text: string): string | undefined {
    const match = /^:([htrepqx]|g?[s&])/.exec(this.line.slice(this.at));
    if (match === null) return undefined;
    this.at += match[0].length;
    switch (match[1]) {
      case "h":
        return text.includes("/") ? text.slice(0, text.lastIndexOf("/")) : text;
      case "t":
        return text.slice(text.lastIndexOf("/") + 1);
      case "r":
        return text.replace(/\.[^./]*$/, "");
      case "e":
        return /\.[^./]*$/.exec(text)?.[0] ?? "";
      case "p":
        this.printOnly = true;
        return text;
      case "q":
        return `'${text}'`;
      case "x":
        return text
          .split(" ")
          .map((word) => `'${word}'`)
          .join(" ");
      default:
        return this.substitute(text, match[1]!.startsWith("g"));
    }
  }

  /** s/old/new/ with any delimiter. */
  private substitute(text: string, all: boolean): string {
    const delimiter = this.line[this.at];
    if (delimiter === undefined) return text;
    const [old, replacement] = this.line.slice(this.at + 1).split(delimiter, 2);
    this.at += 1 + (old ?? "").length + 1 + (replacement ?? "").length;
    if (this.line[this.at] === delimiter) this.at++;
    if (old === undefined || !text.includes(old)) throw new NotFound(":s: substitution failed");
    const value = (replacement ?? "").replaceAll("&", () => old);
    return all ? text.replaceAll(old, () => value) : text.replace(old, () => value);
  }
}

/** The words of a line as history sees them: quotes hold together, operators stand alone. */
export function splitWords(line: string): string[] {
  const pattern = /(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s"'\\;&|<>()])+|&&|\|\||<<|>>|[;&|<>()]/gs;
  return line.match(pattern) ?? [];
}
