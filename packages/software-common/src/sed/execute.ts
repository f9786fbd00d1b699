import { isSysError, latin1FromBytes, type MaybePromise, O_RDONLY, sysError } from "@agentos/kernel/abi";
import { LineReader, osStringToLatin1, type Proc, Reader } from "@agentos/kernel/program";
import type { Regex } from "@agentos/posix";
import type { SedInput } from "./input.ts";
import type { SedOutput, SedOutputs } from "./output.ts";
import { runShell } from "./run-shell.ts";
import { type Address, type Command, ScriptError, type SedRegex } from "./script.ts";
import { LONGEST_RESULT, substitute } from "./substitute.ts";
import { unambiguous } from "./unambiguous.ts";

export interface ExecuteOptions {
  quiet: boolean;
  lineLength: number;
  end: string;
  sandbox: boolean;
  posix: boolean;
}

/** How a command leaves the cycle; undefined goes on with the next command. */
type Outcome = undefined | "end" | "delete" | "restart" | "quit" | "quitSilently";

type Queued = { type: "text"; text: string } | { type: "file"; path: string };

/** Runs a script over the input: POSIX's cycle of pattern space, script, output. */
export class Executor {
  readonly #proc: Proc;
  readonly #commands: readonly Command[];
  readonly #input: SedInput;
  readonly #outputs: SedOutputs;
  readonly #options: ExecuteOptions;
  #pattern = "";
  #hold = "";
  #holdComplete = true;
  /** The newline that ended the current line was there. */
  #complete = true;
  #substituted = false;
  #lastRegex: Regex | undefined;
  #queue: Queued[] = [];
  readonly #readers = new Map<string, { reader: LineReader; lines: string[] } | undefined>();
  readonly #looksAhead: boolean;
  #isLast = false;
  #next = 0;
  #steps = 0;
  /** Commands with an expression that may take long, and what was found ahead for the one that comes next. */
  readonly #slow: ReadonlySet<Command>;
  #searchedFor: Command | undefined;
  readonly #found = new Map<Regex, boolean>();
  exitCode = 0;

  constructor(
    proc: Proc,
    commands: readonly Command[],
    input: SedInput,
    outputs: SedOutputs,
    options: ExecuteOptions,
  ) {
    this.#proc = proc;
    this.#commands = commands;
    this.#input = input;
    this.#outputs = outputs;
    this.#options = options;
    this.#slow = new Set(commands.filter(({ from, to }) => mayTakeLong(from) || mayTakeLong(to)));
    this.#looksAhead = commands.some(({ from, to }) => from?.type === "last" || to?.type === "last");
  }

  async run(): Promise<void> {
    for (let restart = false; ; ) {
      if (!restart && !(await this.#nextLine())) return;
      const outcome = this.#cycle();
      const result = outcome instanceof Promise ? await outcome : outcome;
      restart = result === "restart";
      if (result !== "delete" && result !== "quitSilently" && !restart && !this.#options.quiet) {
        const pause = this.#print();
        if (pause) await pause;
      }
      if (this.#queue.length > 0) await this.#flushQueue();
      if (result === "quit" || result === "quitSilently") return;
      if ((++this.#steps & 63) === 0) {
        const pause = this.#proc.yield();
        if (pause) await pause;
      }
    }
  }

  /** Takes the next line into the pattern space. */
  #nextLine(): MaybePromise<boolean> {
    const line = this.#input.take();
    if (line === undefined) return this.#fetchLine();
    this.#pattern = line;
    this.#substituted = false;
    this.#complete = !this.#input.missesNewline;
    if (this.#looksAhead) {
      this.#isLast = false;
      if (!this.#input.hasMore) return this.#lookAhead();
    }
    return true;
  }

  async #fetchLine(): Promise<boolean> {
    return (await this.#input.fetch()) && this.#nextLine();
  }

  async #lookAhead(): Promise<boolean> {
    this.#isLast = await this.#input.isLast();
    return true;
  }

  #cycle(): MaybePromise<Outcome> {
    this.#next = 0;
    return this.#runFrom();
  }

  #runFrom(): MaybePromise<Outcome> {
    const commands = this.#commands;
    while (this.#next < commands.length) {
      if ((++this.#steps & 255) === 0) {
        const pause = this.#proc.yield();
        if (pause) return pause.then(() => this.#runFrom());
      }
      const command = commands[this.#next]!;
      if (this.#slow.has(command) && this.#searchedFor !== command) {
        const searching = this.#search(command);
        if (searching) return searching.then(() => this.#runFrom());
      }
      this.#next++;
      const selected = this.#selects(command);
      if (this.#searchedFor !== undefined) this.#forgetSearch();
      if (selected === command.negated) {
        if (command.name === "{") this.#next = command.target;
        continue;
      }
      const outcome = this.#command(command);
      if (outcome instanceof Promise) {
        return outcome.then((result) => result ?? this.#runFrom());
      }
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** Tries a command's expressions on the pattern space ahead of #selects(), where that takes long. */
  #search(command: Command): Promise<void> | undefined {
    this.#searchedFor = command;
    const pending: Promise<void>[] = [];
    for (const address of [command.from, command.to]) {
      if (address?.type !== "regex" || address.regex === undefined) continue;
      const { regex } = address;
      const found = regex.testPausing(this.#pattern, () => this.#proc.yield());
      if (found instanceof Promise) pending.push(found.then((yes) => void this.#found.set(regex, yes)));
      else this.#found.set(regex, found);
    }
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => {});
  }

  #forgetSearch(): void {
    this.#searchedFor = undefined;
    this.#found.clear();
  }

  #selects(command: Command): boolean {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return this.#matches(from);
    const line = this.#input.lineNumber;
    if (command.active) return this.#inRange(command, to, line);
    if (from.type === "line" && from.line === 0 && line === 1 && command.endLine === 0) {
      command.active = true;
      command.endLine = -1;
      return this.#inRange(command, to, line);
    }
    if (!this.#begins(command, from, line)) return false;
    switch (to.type) {
      case "line":
        command.active = to.line > line;
        break;
      case "plus":
        command.endLine = line + to.count;
        command.active = to.count > 0;
        break;
      case "multiple":
        command.endLine = to.of <= 0 ? line : (Math.floor(line / to.of) + 1) * to.of;
        command.active = command.endLine > line;
        break;
      case "last":
        command.active = !this.#isLast;
        break;
      default:
        command.active = true;
    }
    return true;
  }

  /** A first address that is a line number also holds later, if the command was not reached on that line. */
  #begins(command: Command, from: Address, line: number): boolean {
    if (from.type !== "line") return this.#matches(from);
    if (command.closed || from.line === 0 || line < from.line) return false;
    command.closed = true;
    return line === from.line || command.to?.type !== "line" || line <= command.to.line;
  }

  #inRange(command: Command, to: Address, line: number): boolean {
    switch (to.type) {
      case "line":
        command.active = line < to.line;
        return line <= to.line || (command.from!.type !== "line" && this.#matches(command.from!));
      case "plus":
      case "multiple":
        command.active = line < command.endLine;
        return line <= command.endLine;
      default:
        command.active = !this.#matches(to);
        return true;
    }
  }

  #matches(address: Address): boolean {
    const line = this.#input.lineNumber;
    switch (address.type) {
      case "line":
        return address.line === line;
      case "last":
        return this.#isLast;
      case "step":
        return line >= address.first && (line - address.first) % address.step === 0;
      case "regex":
        return this.#holds(this.#regex(address.regex));
      default:
        return false;
    }
  }

  #holds(regex: Regex): boolean {
    const found = this.#found.size === 0 ? undefined : this.#found.get(regex);
    return found ?? regex.test(this.#pattern);
  }

  #regex(regex: SedRegex): Regex {
    const used = regex ?? this.#lastRegex;
    if (used === undefined) throw new ScriptError("no previous regular expression");
    this.#lastRegex = used;
    return used;
  }

  #command(command: Command): MaybePromise<Outcome> {
    const { argument } = command;
    switch (command.name) {
      case "{":
        return undefined;
      case "s":
        return argument.type === "substitute" ? this.#substitute(argument.substitute) : undefined;
      case "b":
        this.#next = command.target;
        return undefined;
      case "t":
      case "T":
        if (this.#substituted === (command.name === "t")) this.#next = command.target;
        this.#substituted = false;
        return undefined;
      case "y":
        return argument.type === "translate" ? after(this.#translate(argument.map)) : undefined;
      case "a":
        if (argument.type === "text") this.#queue.push(argument);
        return undefined;
      case "i":
        return argument.type === "text" ? after(this.#outputs.main.raw(argument.text)) : undefined;
      case "c":
        return this.#change(command);
      case "r":
        if (argument.type === "file") this.#queue.push(argument);
        return undefined;
      case "R":
        return argument.type === "file" ? this.#queueLine(argument.path) : undefined;
      case "w":
      case "W":
        return argument.type === "file" ? this.#write(command.name, argument.path) : undefined;
      case "q":
      case "Q":
        this.exitCode = (argument.type === "number" ? argument.value : undefined) ?? 0;
        return command.name === "q" ? "quit" : "quitSilently";
      case "l": {
        const width = (argument.type === "number" ? argument.value : undefined) ?? this.#options.lineLength;
        return after(this.#outputs.main.raw(`${unambiguous(this.#pattern, width)}\n`));
      }
      case "e":
        return this.#evaluate(argument.type === "command" ? argument.command : "");
      default:
        return this.#simple(command.name);
    }
  }

  #simple(name: string): MaybePromise<Outcome> {
    switch (name) {
      case "p":
        return after(this.#print());
      case "P":
        return after(this.#printFirst(this.#outputs.main));
      case "=":
        return after(this.#outputs.main.raw(`${this.#input.lineNumber}\n`));
      case "F":
        return after(this.#outputs.main.raw(`${osStringToLatin1(this.#input.fileName)}\n`));
      case "d":
        return "delete";
      case "D": {
        const newline = this.#pattern.indexOf("\n");
        if (newline < 0) return "delete";
        this.#pattern = this.#pattern.slice(newline + 1);
        return "restart";
      }
      case "n":
        return this.#readNext();
      case "N":
        return this.#appendNext();
      case "g":
        this.#pattern = this.#hold;
        this.#complete = this.#holdComplete;
        return undefined;
      case "G":
        this.#pattern = appended(this.#pattern, this.#hold);
        this.#complete = this.#holdComplete;
        return undefined;
      case "h":
        this.#hold = this.#pattern;
        this.#holdComplete = this.#complete;
        return undefined;
      case "H":
        this.#hold = appended(this.#hold, this.#pattern);
        this.#holdComplete = this.#complete;
        return undefined;
      case "x":
        [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
        [this.#complete, this.#holdComplete] = [this.#holdComplete, this.#complete];
        return undefined;
      default:
        this.#pattern = "";
        return undefined;
    }
  }

  #translate(map: ReadonlyMap<string, string>): MaybePromise<void> {
    if (this.#pattern.length > TRANSLATED_AT_ONCE) return this.#translateSlowly(map);
    this.#pattern = translate(this.#pattern, map);
  }

  async #translateSlowly(map: ReadonlyMap<string, string>): Promise<void> {
    const text = this.#pattern;
    const parts: string[] = [];
    for (let from = 0; from < text.length; ) {
      let end = from + TRANSLATED_AT_ONCE;
      for (let i = 0; i < 3 && isContinuation(text.charCodeAt(end)); i++) end++;
      parts.push(translate(text.slice(from, end), map));
      from = end;
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    this.#pattern = parts.join("");
  }

  #print(): MaybePromise<void> {
    return this.#outputs.main.line(this.#pattern, this.#complete);
  }

  #printFirst(output: SedOutput): MaybePromise<void> {
    const newline = this.#pattern.indexOf("\n");
    if (newline < 0) return output.line(this.#pattern, this.#complete);
    return output.line(this.#pattern.slice(0, newline));
  }

  #substitute(
    command: Extract<Command["argument"], { type: "substitute" }>["substitute"],
  ): MaybePromise<Outcome> {
    const result = substitute(this.#pattern, command, this.#regex(command.regex), () => this.#proc.yield());
    if (result instanceof Promise) return result.then((text) => this.#substitutedBy(text, command));
    return this.#substitutedBy(result, command);
  }

  #substitutedBy(
    text: string | undefined,
    command: Extract<Command["argument"], { type: "substitute" }>["substitute"],
  ): MaybePromise<Outcome> {
    if (text === undefined) return undefined;
    this.#pattern = text;
    this.#substituted = true;
    if (command.evaluate) return this.#evaluatePattern(command.print > 0);
    const printed = command.print > 0 ? this.#print() : undefined;
    if (command.writeTo === undefined) return after(printed);
    const written = this.#outputs.to(command.writeTo).line(this.#pattern, this.#complete);
    return after(printed instanceof Promise ? printed.then(() => written) : written);
  }

  async #evaluatePattern(print: boolean): Promise<Outcome> {
    await this.#outputs.flush();
    this.#pattern = (await runShell(this.#proc, this.#pattern)).replace(/\n$/, "");
    if (print) await this.#print();
    return undefined;
  }

  async #evaluate(command: string): Promise<Outcome> {
    await this.#outputs.flush();
    const output = await runShell(this.#proc, command === "" ? this.#pattern : command);
    if (command === "") this.#pattern = output.replace(/\n$/, "");
    else await this.#outputs.main.raw(output);
    return undefined;
  }

  #change(command: Command): MaybePromise<Outcome> {
    const { argument, to, negated, active } = command;
    if (argument.type !== "text") return "delete";
    if (to !== undefined && !negated && active) return "delete";
    const pause = this.#outputs.main.raw(argument.text);
    return pause instanceof Promise ? pause.then(() => "delete" as const) : "delete";
  }

  #write(name: string, path: string): MaybePromise<Outcome> {
    const output = this.#outputs.to(path);
    if (name === "W") return after(this.#printFirst(output));
    return after(output.line(this.#pattern, this.#complete));
  }

  /** n: prints the pattern space and takes the next line; without one, sed ends. */
  async #readNext(): Promise<Outcome> {
    if (!(await this.#anotherLine())) return this.#options.posix ? "quitSilently" : "quit";
    if (!this.#options.quiet) await this.#print();
    await this.#flushQueue();
    await this.#nextLine();
    return undefined;
  }

  /** N: without a next line, GNU's sed prints the pattern space before it ends. */
  async #appendNext(): Promise<Outcome> {
    if (!(await this.#anotherLine())) return this.#options.posix ? "quitSilently" : "quit";
    await this.#flushQueue();
    const before = this.#pattern;
    await this.#nextLine();
    this.#pattern = appended(before, this.#pattern);
    return undefined;
  }

  async #anotherLine(): Promise<boolean> {
    return this.#input.hasMore || !(await this.#input.isLast());
  }

  async #queueLine(path: string): Promise<Outcome> {
    if (!this.#readers.has(path)) this.#readers.set(path, await this.#openLines(path));
    const open = this.#readers.get(path);
    if (open === undefined) return undefined;
    if (open.lines.length === 0) open.lines = (await open.reader.next()) ?? [];
    const line = open.lines.shift();
    if (line !== undefined) this.#queue.push({ type: "text", text: `${line}\n` });
    return undefined;
  }

  async #openLines(path: string): Promise<{ reader: LineReader; lines: string[] } | undefined> {
    try {
      const fd = path === "/dev/stdin" ? 0 : await this.#proc.open(path, O_RDONLY);
      return { reader: new LineReader(this.#proc, fd, this.#options.end.charCodeAt(0)), lines: [] };
    } catch (error) {
      if (!isSysError(error)) throw error;
      return undefined;
    }
  }

  async #flushQueue(): Promise<void> {
    const queue = this.#queue;
    this.#queue = [];
    for (const item of queue) {
      if (item.type === "file") await this.#outputs.main.raw("");
      if (item.type === "text") await this.#outputs.main.raw(item.text);
      else await this.#copyFile(item.path);
    }
  }

  /** r: a file that cannot be read counts as empty. */
  async #copyFile(path: string): Promise<void> {
    let fd: number;
    try {
      fd = path === "/dev/stdin" ? 0 : await this.#proc.open(path, O_RDONLY);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return;
    }
    await this.#outputs.flush();
    const reader = new Reader(this.#proc, fd);
    try {
      for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
        await this.#outputs.main.raw(latin1FromBytes(chunk));
      }
    } catch (error) {
      if (!isSysError(error, "EISDIR")) throw error;
    }
    if (fd !== 0) await this.#proc.close(fd);
  }
}

function after(pause: MaybePromise<void>): MaybePromise<Outcome> {
  return pause instanceof Promise ? pause.then(() => undefined) : undefined;
}

const TRANSLATED_AT_ONCE = 1 << 14;
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
const CHARACTER = /[\xc2-\xf4][\x80-\xbf]{1,3}|[\s\S]/g;

function translate(text: string, map: ReadonlyMap<string, string>): string {
  return text.replaceAll(CHARACTER, (char) => map.get(char) ?? char);
}

const mayTakeLong = (address: Address | undefined): boolean =>
  address?.type === "regex" && address.regex !== undefined && address.regex.irregular;

/** @throws ENOMEM */
function appended(text: string, line: string): string {
  if (text.length + line.length > LONGEST_RESULT) throw sysError("ENOMEM");
  return `${text}\n${line}`;
}
