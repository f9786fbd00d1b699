import { isDirectory, isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  openInput,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { compileRegex, RegexError, RegexLimitError } from "@agentos/posix";
import { PagedDocument } from "../less/document.ts";
import { Screen, standout } from "../less/screen.ts";
import { View } from "../less/view.ts";
import { copyInput } from "../shared/copy-input.ts";
import { TerminalKeys } from "../shared/terminal-keys.ts";

type Next = "nextFile" | "previousFile" | "quit";

/** One file on a terminal. */
class Paging {
  readonly #keys: TerminalKeys;
  readonly #screen: Screen;
  readonly #view: View;
  readonly #height: number;
  #pattern = "";

  constructor(keys: TerminalKeys, screen: Screen, view: View, height: number) {
    this.#keys = keys;
    this.#screen = screen;
    this.#view = view;
    this.#height = height;
  }

  async run(initial: string | undefined, exitOnEnd: boolean): Promise<Next> {
    if (initial?.startsWith("/")) await this.#search(initial.slice(1));
    else if (initial !== undefined)
      this.#view.top = { line: Math.max(0, (Number(initial) || 1) - 1), row: 0 };
    await this.#screen.append(await this.#view.page(this.#height));
    for (let count = ""; ; ) {
      if (exitOnEnd && (await this.#view.atEnd())) return "nextFile";
      await this.#screen.prompt(standout(this.#prompt()));
      const key = await this.#key();
      if (key === undefined || key === "q" || key === "Q") return "quit";
      if (/^\d$/.test(key)) {
        count = (count + key).slice(0, 6);
        continue;
      }
      const next = await this.#command(key, count === "" ? undefined : Number(count));
      count = "";
      if (next) return next;
    }
  }

  /** An interrupt leaves. */
  async #key(): Promise<string | undefined> {
    try {
      return await this.#keys.next();
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
      return undefined;
    }
  }

  async #command(key: string, count: number | undefined): Promise<Next | undefined> {
    const height = this.#height;
    if (await this.#view.atEnd()) if (" \r\nzsfd\x04".includes(key)) return "nextFile";
    if (key === " " || key === "z") await this.#forward(count ?? height);
    else if (key === "\r" || key === "\n") await this.#forward(count ?? 1);
    else if (key === "d" || key === "\x04") await this.#forward(count ?? 11);
    else if (key === "s" || key === "f") await this.#skip(key === "s" ? (count ?? 1) : (count ?? 1) * height);
    else if (key === "b" || key === "\x02") await this.#back((count ?? 1) * height);
    else if (key === "=") await this.#say(String(this.#view.bottom.line));
    else if (key === "\x0c") await this.#back(0);
    else if (key === "/") await this.#askAndSearch(count ?? 1);
    else if (key === "n") await this.#searchAndShow(this.#pattern, count ?? 1);
    else if (key === ":") return this.#colon();
    else await this.#say("[Press space to continue, 'q' to quit.]");
    return undefined;
  }

  async #forward(count: number): Promise<void> {
    await this.#screen.append(await this.#view.forward(count));
  }

  async #skip(count: number): Promise<void> {
    await this.#screen.append([`...skipping ${count} line${count === 1 ? "" : "s"}`]);
    await this.#view.forward(count);
    await this.#forward(this.#height);
  }

  async #back(count: number): Promise<void> {
    await this.#view.back(count);
    await this.#screen.append(await this.#view.page(this.#height));
  }

  async #say(text: string): Promise<void> {
    await this.#screen.prompt(standout(text));
    await this.#key();
  }

  async #colon(): Promise<Next | undefined> {
    const key = await this.#key();
    if (key === "n") return "nextFile";
    if (key === "p") return "previousFile";
    if (key === "q" || key === "Q") return "quit";
    if (key === "f") await this.#say(`"${this.#view.document.name}" line ${this.#view.bottom.line}`);
    return undefined;
  }

  async #askAndSearch(count: number): Promise<void> {
    const pattern = await this.#screen.ask("/");
    if (pattern !== undefined) await this.#searchAndShow(pattern || this.#pattern, count);
  }

  async #searchAndShow(pattern: string, count: number): Promise<void> {
    if (pattern === "") return this.#say("No previous regular expression");
    if (!(await this.#search(pattern, count))) return this.#say("Pattern not found");
    await this.#screen.append(["...skipping", ...(await this.#view.page(this.#height))]);
  }

  /** Moves to a match after the top, from two lines above it as more does. */
  async #search(pattern: string, count = 1): Promise<boolean> {
    this.#pattern = pattern;
    try {
      const regex = compileRegex(pattern, { syntax: "bre" });
      const line = await this.#view.search(regex, this.#view.bottom.line, 1, count, false);
      if (line === undefined) return false;
      this.#view.top = { line: Math.max(0, line - 2), row: 0 };
      return true;
    } catch (error) {
      if (!(error instanceof RegexError || error instanceof RegexLimitError)) throw error;
      return false;
    }
  }

  #prompt(): string {
    const { document, bottom } = this.#view;
    if (!document.complete) return "--More--";
    if (bottom.line >= document.known) return "(END)";
    return `--More--(${Math.floor((bottom.line * 100) / Math.max(1, document.known))}%)`;
  }
}

/** more: shows text a screen at a time; copies it if standard output is no terminal. Source: more(1) of util-linux. */
export default defineProgram({
  name: "more",
  summary: "Display the contents of a file in a terminal.",
  usage: "[OPTION]... FILE...",
  modernize: (argv) => argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-n${word.slice(1)}` : word)),
  options: {
    silent: { short: "d", long: "silent", help: "display help instead of ringing bell" },
    logical: { short: "f", long: "logical", help: "count logical rather than screen lines" },
    noPause: { short: "l", long: "no-pause", help: "suppress pause after form feed" },
    printOver: { short: "c", long: "print-over", help: "do not scroll, display text and clean line ends" },
    cleanPrint: { short: "p", long: "clean-print", help: "do not scroll, clean screen and display text" },
    exitOnEnd: { short: "e", long: "exit-on-eof", help: "exit on end-of-file" },
    squeeze: { short: "s", long: "squeeze", help: "squeeze multiple blank lines into one" },
    plain: { short: "u", long: "plain", help: "suppress underlining and bold" },
    lines: { short: "n", long: "lines", value: "NUMBER", help: "the number of lines per screenful" },
  },
  async run(proc, { options, operands }) {
    const initial = operands.find((word) => word.startsWith("+"))?.slice(1);
    const files = operands.filter((word) => !word.startsWith("+"));
    if (files.length === 0 && proc.isatty(0)) throw new UsageError("bad usage");
    const names = files.length > 0 ? files : ["-"];
    if (!proc.isatty(1)) return copyAll(proc, names);
    const keys = await TerminalKeys.open(proc);
    const screen = new Screen(proc, keys, false);
    const height = Math.min(Number.parseInt(options.lines ?? "", 10) || screen.height, 10_000);
    try {
      for (let index = 0; index < names.length; ) {
        const fd = await openFile(proc, names[index]!);
        if (fd === undefined) {
          index++;
          continue;
        }
        const style = { columns: screen.size.cols, chop: false, raw: "all", tab: 8, shift: 0 } as const;
        const document = new PagedDocument(proc, fd, names[index]!);
        const view = new View(proc, document, { ...style, highlight: undefined });
        view.squeeze = options.squeeze;
        if (names.length > 1) await screen.append(titleOf(names[index]!));
        const last = index === names.length - 1;
        const next = await new Paging(keys, screen, view, height).run(initial, last || options.exitOnEnd);
        if (next === "quit") break;
        index = Math.max(0, index + (next === "nextFile" ? 1 : -1));
      }
      await screen.end();
    } finally {
      keys.end();
    }
    return 0;
  },
});

const titleOf = (name: string): string[] => ["::::::::::::::", name, "::::::::::::::"];

/** undefined for what cannot be shown, which is reported. */
async function openFile(proc: Proc, name: string): Promise<number | undefined> {
  try {
    if (name !== "-" && isDirectory((await proc.stat(name)).mode)) {
      await stdout(proc).write(`\n*** ${name}: directory ***\n\n`);
      return undefined;
    }
    return await openInput(proc, name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    await stdout(proc).flush();
    await warn(proc, `cannot open ${name}: ${errorText(error)}`);
    return undefined;
  }
}

async function copyAll(proc: Proc, names: readonly string[]): Promise<number> {
  // A standard input that is no terminal counts as one more input.
  const titled = names.length > 1 || (names[0] !== "-" && !proc.isatty(0));
  for (const name of names) {
    const fd = await openFile(proc, name);
    if (fd === undefined) continue;
    if (titled) await stdout(proc).write(`${titleOf(name).join("\n")}\n`);
    await copyInput(proc, fd);
    if (fd !== 0) await proc.close(fd);
  }
  return 0;
}
