import type { Proc } from "@agentos/kernel/program";
import type { Regex } from "@agentos/posix";
import type { SedInput } from "./input.ts";
import { type Address, type Command, ScriptError, type SedRegex } from "./script.ts";

/** Which commands the current line selects. */
export class Addresses {
  readonly #proc: Proc;
  readonly #input: SedInput;
  /** Commands with an expression that may take long, and what was found ahead for the one that comes next. */
  readonly #slow: ReadonlySet<Command>;
  #searchedFor: Command | undefined;
  readonly #found = new Map<Regex, boolean>();
  #lastRegex: Regex | undefined;
  #pattern = "";
  #isLast = false;

  constructor(proc: Proc, commands: readonly Command[], input: SedInput) {
    this.#proc = proc;
    this.#input = input;
    this.#slow = new Set(commands.filter(({ from, to }) => mayTakeLong(from) || mayTakeLong(to)));
  }

  /** The regular expression itself; the one used last for the empty one. @throws ScriptError if there is none */
  regex(regex: SedRegex): Regex {
    const used = regex ?? this.#lastRegex;
    if (used === undefined) throw new ScriptError("no previous regular expression");
    this.#lastRegex = used;
    return used;
  }

  /** Tries a command's expressions ahead of selects(), where that takes long. */
  search(command: Command, pattern: string): Promise<void> | undefined {
    if (!this.#slow.has(command) || this.#searchedFor === command) return undefined;
    this.#searchedFor = command;
    const pending: Promise<void>[] = [];
    for (const address of [command.from, command.to]) {
      if (address?.type !== "regex" || address.regex === undefined) continue;
      const { regex } = address;
      const found = regex.testPausing(pattern, () => this.#proc.yield());
      if (found instanceof Promise) pending.push(found.then((yes) => void this.#found.set(regex, yes)));
      else this.#found.set(regex, found);
    }
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => {});
  }

  /** `isLast` has to be known only if some address is `$`. */
  selects(command: Command, pattern: string, isLast: boolean): boolean {
    if (command.from === undefined) return true;
    this.#pattern = pattern;
    this.#isLast = isLast;
    const selected = this.#holds(command, command.from);
    if (this.#searchedFor !== undefined) {
      this.#searchedFor = undefined;
      this.#found.clear();
    }
    return selected;
  }

  #holds(command: Command, from: Address): boolean {
    const { to } = command;
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
      case "regex": {
        const regex = this.regex(address.regex);
        return this.#found.get(regex) ?? regex.test(this.#pattern);
      }
      default:
        return false;
    }
  }
}

const mayTakeLong = (address: Address | undefined): boolean =>
  address?.type === "regex" && address.regex !== undefined && address.regex.irregular;
