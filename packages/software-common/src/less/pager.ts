import { isSysError } from "@agentos/kernel/abi";
import { errorText, openInput, type Proc } from "@agentos/kernel/program";
import { compileRegex, type Regex, RegexError, RegexLimitError } from "@agentos/posix";
import type { TerminalKeys } from "../shared/terminal-keys.ts";
import { PagedDocument } from "./document.ts";
import type { RowStyle } from "./rows.ts";
import { type Screen, standout } from "./screen.ts";
import { View } from "./view.ts";

export interface PagerSettings {
  style: RowStyle;
  numbers: boolean;
  squeeze: boolean;
  /** -i: lower case patterns match both cases; -I: all do. */
  ignoreCase: "never" | "lowercase" | "always";
  prompt: "short" | "medium" | "long";
  /** -e: the second, -E: the first command beyond the end leaves. */
  quitAtEnd: "never" | "second" | "first";
  quitOnInterrupt: boolean;
  /** Commands to begin each file with. */
  initial: readonly string[];
}

interface Search {
  regex: Regex;
  step: 1 | -1;
  inverse: boolean;
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  page: [" ", "f", "\x06", "\x16", "pagedown"],
  line: ["\r", "\n", "j", "e", "\x05", "\x0e", "down"],
  half: ["d", "\x04"],
  pageBack: ["b", "\x02", "pageup"],
  lineBack: ["k", "y", "\x19", "\x10", "up"],
  halfBack: ["u", "\x15"],
  first: ["g", "<", "home"],
  last: ["G", ">", "end"],
};
const ACTIONS = new Map(Object.entries(KEYS).flatMap(([action, keys]) => keys.map((key) => [key, action])));

const HELP = [
  "  SPACE f ^F ^V PgDn   forward one window      ENTER j e ^N down   forward one line",
  "  b ^B PgUp            back one window         k y ^P up           back one line",
  "  d ^D   u ^U          half a window forward, back",
  "  g < Home   G > End   first line (or line N), last line (or line N)     p %   to N percent",
  "  /pattern ?pattern    search forward, backward; a first ! searches lines without a match",
  "  n N                  next match, previous match",
  "  m' letter  ' letter  mark the top line, go to a mark",
  "  :n :p :x             next, previous, first file       = ^G :f    where this is",
  "  -N -S -i -I -s -R    change a setting                r ^L       draw anew",
  "  h H                  this help                        q Q ZZ     leave",
];

/** The commands of less on a terminal. Source: less(1). */
export class Pager {
  readonly #proc: Proc;
  readonly #keys: TerminalKeys;
  readonly #screen: Screen;
  readonly #settings: PagerSettings;
  readonly #names: readonly string[];
  readonly #marks = new Map<string, number>();
  #index = 0;
  #view!: View;
  #fd = 0;
  #search: Search | undefined;
  #message: string | undefined;
  #fresh = true;
  #beyondEnd = 0;
  #half = 0;

  constructor(
    proc: Proc,
    { keys, screen }: { keys: TerminalKeys; screen: Screen },
    settings: PagerSettings,
    names: readonly string[],
  ) {
    this.#proc = proc;
    this.#keys = keys;
    this.#screen = screen;
    this.#settings = settings;
    this.#names = names;
  }

  /** Opens a file to be shown. @throws as open does */
  async open(index: number): Promise<View> {
    const name = this.#names[index]!;
    const fd = await openInput(this.#proc, name);
    if (this.#fd > 2) await this.#proc.close(this.#fd);
    this.#fd = fd;
    this.#index = index;
    const { style, numbers, squeeze } = this.#settings;
    this.#view = new View(this.#proc, new PagedDocument(this.#proc, fd, name), { ...style });
    Object.assign(this.#view, { numbers, squeeze });
    this.#fresh = true;
    return this.#view;
  }

  /** Shows what is open until a command leaves. */
  async run(): Promise<void> {
    await this.#begin();
    for (let count = ""; ; ) {
      try {
        await this.#screen.prompt(count === "" ? await this.#prompt() : `:${count}`);
        const key = await this.#keys.next();
        if (key === undefined) return;
        this.#message = undefined;
        if (/^\d$/.test(key)) {
          count = (count + key).slice(0, 9);
          continue;
        }
        const number = count === "" ? undefined : Number(count);
        count = "";
        this.#fresh = false;
        if (await this.#command(key, number)) return;
      } catch (error) {
        count = "";
        if (!isSysError(error, "EINTR")) throw error;
        if (this.#settings.quitOnInterrupt) return;
        await this.#redraw();
      }
    }
  }

  async #begin(): Promise<void> {
    for (const command of this.#settings.initial) {
      const number = /^\d+/.exec(command)?.[0];
      const rest = command.slice(number?.length ?? 0);
      if (rest.startsWith("/") || rest.startsWith("?")) await this.#find(rest[0]!, rest.slice(1), 1);
      else await this.#command(rest[0] ?? "g", number === undefined ? undefined : Number(number));
    }
    await this.#redraw();
  }

  async #redraw(): Promise<void> {
    this.#view.style.columns = this.#screen.size.cols;
    this.#view.restyle();
    await this.#draw();
  }

  async #draw(): Promise<void> {
    await this.#screen.draw(await this.#view.page(this.#screen.height));
  }

  /** @returns whether to leave */
  async #command(key: string, count: number | undefined): Promise<boolean> {
    const { height } = this.#screen;
    switch (ACTIONS.get(key)) {
      case "page":
        return this.#forward(count ?? height);
      case "line":
        return this.#forward(count ?? 1);
      case "half":
        return this.#forward((this.#half = count ?? (this.#half || height >> 1)));
      case "pageBack":
        return this.#back(count ?? height);
      case "lineBack":
        return this.#back(count ?? 1);
      case "halfBack":
        return this.#back((this.#half = count ?? (this.#half || height >> 1)));
      case "first":
        return this.#goTo((count ?? 1) - 1);
      case "last":
        return this.#toEnd(count);
    }
    if (key === "p" || key === "%") {
      return this.#goTo(Math.floor(((await this.#view.document.count()) * Math.min(count ?? 0, 100)) / 100));
    }
    return this.#otherCommand(key, count ?? 1);
  }

  async #otherCommand(key: string, count: number): Promise<boolean> {
    if (key === "q" || key === "Q") return true;
    if (key === "Z") return (await this.#keys.next()) === "Z";
    if (key === "/" || key === "?") {
      const pattern = await this.#screen.ask(key);
      if (pattern !== undefined) await this.#find(key, pattern, count);
    } else if (key === "n" || key === "N") await this.#again(key === "N", count);
    else if (key === ":") return this.#colon(await this.#ask(":"));
    else if (key === "-") await this.#toggle(await this.#ask("-"));
    else if (key === "m") this.#marks.set((await this.#ask("mark: ")) ?? "", this.#view.top.line);
    else if (key === "'") await this.#toMark(await this.#ask("goto mark: "));
    else if (key === "=" || key === "\x07") this.#message = await this.#where();
    else if (key === "r" || key === "R" || key === "\x0c") await this.#redraw();
    else if (key === "h" || key === "H") await this.#help();
    return false;
  }

  async #ask(prompt: string): Promise<string | undefined> {
    await this.#screen.prompt(prompt);
    return this.#keys.next();
  }

  async #forward(count: number): Promise<boolean> {
    const rows = await this.#view.forward(count);
    if (rows.length > 0) {
      this.#beyondEnd = 0;
      if (rows.length > this.#screen.height) await this.#draw();
      else await this.#screen.append(rows);
      return false;
    }
    this.#beyondEnd++;
    const { quitAtEnd } = this.#settings;
    return quitAtEnd === "first" || (quitAtEnd === "second" && this.#beyondEnd > 1);
  }

  async #back(count: number): Promise<false> {
    await this.#view.back(count);
    await this.#draw();
    return false;
  }

  async #goTo(line: number): Promise<false> {
    if (line > 0 && (await this.#view.document.line(line)) === undefined) {
      this.#message = `Cannot seek to line number ${line + 1}`;
      return false;
    }
    this.#view.top = { line: Math.max(0, line), row: 0 };
    await this.#draw();
    return false;
  }

  async #toEnd(line: number | undefined): Promise<false> {
    if (line !== undefined) return this.#goTo(line - 1);
    await this.#view.toEnd(this.#screen.height);
    await this.#draw();
    return false;
  }

  async #toMark(letter: string | undefined): Promise<void> {
    const line = letter === "^" || letter === "'" ? 0 : this.#marks.get(letter ?? "");
    if (letter === "$") await this.#toEnd(undefined);
    else if (line === undefined) this.#message = "Mark not set";
    else await this.#goTo(line);
  }

  async #find(direction: string, typed: string, count: number): Promise<void> {
    const inverse = typed.startsWith("!");
    const pattern = inverse ? typed.slice(1) : typed;
    const step = direction === "/" ? 1 : -1;
    if (pattern === "") {
      if (!this.#search) this.#message = "No previous regular expression";
      else {
        this.#search = { ...this.#search, step };
        await this.#again(false, count);
      }
      return;
    }
    const { ignoreCase } = this.#settings;
    const icase =
      ignoreCase === "always" || (ignoreCase === "lowercase" && pattern === pattern.toLowerCase());
    try {
      this.#search = { regex: compileRegex(pattern, { syntax: "ere", icase }), step, inverse };
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.#message = error.message;
      return;
    }
    this.#view.style.highlight = inverse ? undefined : this.#search.regex;
    this.#view.restyle();
    await this.#seek(step, this.#view.top.line + (step < 0 ? -1 : 0), count);
  }

  async #again(reverse: boolean, count: number): Promise<void> {
    if (!this.#search) {
      this.#message = "No previous regular expression";
      return;
    }
    const step = reverse ? (this.#search.step === 1 ? -1 : 1) : this.#search.step;
    await this.#seek(step, this.#view.top.line + step, count);
  }

  async #seek(step: 1 | -1, from: number, count: number): Promise<void> {
    const { regex, inverse } = this.#search!;
    try {
      const line = await this.#view.search(regex, from, step, count, inverse);
      if (line === undefined) this.#message = "Pattern not found";
      else this.#view.top = { line, row: 0 };
    } catch (error) {
      if (!(error instanceof RegexLimitError)) throw error;
      this.#message = error.message;
    }
    await this.#draw();
  }

  async #colon(key: string | undefined): Promise<boolean> {
    if (key === "q" || key === "Q") return true;
    if (key === "f") this.#message = await this.#where();
    const target =
      key === "n" ? this.#index + 1 : key === "p" ? this.#index - 1 : key === "x" ? 0 : undefined;
    if (target === undefined) return false;
    if (this.#names[target] === undefined) {
      this.#message = `No ${key === "n" ? "next" : "previous"} file`;
      return false;
    }
    try {
      await this.open(target);
      await this.#begin();
    } catch (error) {
      this.#message = `${this.#names[target]}: ${errorText(error)}`;
    }
    return false;
  }

  async #toggle(key: string | undefined): Promise<void> {
    const { style } = this.#view;
    const settings = this.#settings;
    if (key === "N") this.#view.numbers = settings.numbers = !this.#view.numbers;
    else if (key === "s") this.#view.squeeze = settings.squeeze = !this.#view.squeeze;
    else if (key === "S") settings.style.chop = style.chop = !style.chop;
    else if (key === "R") settings.style.raw = style.raw = style.raw === "colors" ? false : "colors";
    else if (key === "i" || key === "I") {
      const wanted = key === "i" ? "lowercase" : "always";
      settings.ignoreCase = settings.ignoreCase === wanted ? "never" : wanted;
    } else {
      this.#message = `There is no ${key ?? ""} option`;
      return;
    }
    await this.#redraw();
  }

  async #help(): Promise<void> {
    await this.#screen.draw(HELP);
    await this.#screen.prompt(standout("Press RETURN when done"));
    await this.#keys.next();
    await this.#draw();
  }

  async #where(): Promise<string> {
    const { document, top, bottom } = this.#view;
    const last = Math.max(top.line + 1, bottom.row > 0 ? bottom.line + 1 : bottom.line);
    const total = document.complete ? `/${document.known}` : "";
    const share =
      document.complete && document.known > 0 ? ` ${Math.floor((last * 100) / document.known)}%` : "";
    const end = (await this.#view.atEnd()) ? " (END)" : "";
    return `${this.#label()}lines ${top.line + 1}-${last}${total}${end || share}`;
  }

  #label(): string {
    const name = this.#names[this.#index]!;
    const files = this.#names.length > 1 ? `(file ${this.#index + 1} of ${this.#names.length}) ` : "";
    return `${name === "-" ? "" : `${name} `}${files}`;
  }

  async #prompt(): Promise<string> {
    if (this.#message !== undefined) return standout(`${this.#message}  (press a key)`);
    if (this.#settings.prompt === "long") return standout(await this.#where());
    const atEnd = await this.#view.atEnd();
    const next = atEnd ? this.#names[this.#index + 1] : undefined;
    const end = atEnd ? `(END)${next === undefined ? "" : ` - Next: ${next}`}` : "";
    const shown = `${this.#fresh ? this.#label() : ""}${end}`.trim();
    return shown === "" ? ":" : standout(shown);
  }
}
