import { type MaybePromise, sysError } from "@agentos/kernel/abi";
import { osStringToLatin1, type Proc } from "@agentos/kernel/program";
import { Addresses } from "./addresses.ts";
import { AppendQueue } from "./append-queue.ts";
import type { SedInput } from "./input.ts";
import type { SedOutput, SedOutputs } from "./output.ts";
import { runShell } from "./run-shell.ts";
import type { Command } from "./script.ts";
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
  readonly #addresses: Addresses;
  readonly #queue: AppendQueue;
  readonly #looksAhead: boolean;
  #isLast = false;
  #next = 0;
  #steps = 0;
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
    this.#addresses = new Addresses(proc, commands, input);
    this.#queue = new AppendQueue(proc, outputs, options.end.charCodeAt(0));
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
      if (!this.#queue.isEmpty) await this.#queue.flush();
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
      const searching = this.#addresses.search(command, this.#pattern);
      if (searching) return searching.then(() => this.#runFrom());
      this.#next++;
      const selected = this.#addresses.selects(command, this.#pattern, this.#isLast);
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
        if (argument.type === "text") this.#queue.add(argument);
        return undefined;
      case "i":
        return argument.type === "text" ? after(this.#outputs.main.raw(argument.text)) : undefined;
      case "c":
        return this.#change(command);
      case "r":
        if (argument.type === "file") this.#queue.add(argument);
        return undefined;
      case "R":
        return argument.type === "file" ? after(this.#queue.addLineOf(argument.path)) : undefined;
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
    const result = substitute(this.#pattern, command, this.#addresses.regex(command.regex), () =>
      this.#proc.yield(),
    );
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
    await this.#queue.flush();
    await this.#nextLine();
    return undefined;
  }

  /** N: without a next line, GNU's sed prints the pattern space before it ends. */
  async #appendNext(): Promise<Outcome> {
    if (!(await this.#anotherLine())) return this.#options.posix ? "quitSilently" : "quit";
    await this.#queue.flush();
    const before = this.#pattern;
    await this.#nextLine();
    this.#pattern = appended(before, this.#pattern);
    return undefined;
  }

  async #anotherLine(): Promise<boolean> {
    return this.#input.hasMore || !(await this.#input.isLast());
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

/** @throws ENOMEM */
function appended(text: string, line: string): string {
  if (text.length + line.length > LONGEST_RESULT) throw sysError("ENOMEM");
  return `${text}\n${line}`;
}
