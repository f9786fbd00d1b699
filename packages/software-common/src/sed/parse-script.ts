// The script of sed. Source: GNU sed manual, "sed scripts"; POSIX.1-2024 XCU sed.

import { latin1ToOsString } from "@agentos/kernel/program";
import { expandText, sedEscape } from "./escapes.ts";
import { compileSedRegex, parseSubstitute, type RegexSettings, readDelimited } from "./parse-substitute.ts";
import { type Address, type Argument, type Command, ScriptError } from "./script.ts";
import { type ScriptPiece, ScriptSource } from "./script-source.ts";

export function parseScript(pieces: readonly ScriptPiece[], settings: RegexSettings): Command[] {
  return new ScriptParser(new ScriptSource(pieces), settings).parse();
}

const NONE: Argument = { type: "none" };

class ScriptParser {
  readonly source: ScriptSource;
  readonly settings: RegexSettings;
  readonly commands: Command[] = [];
  readonly blocks: number[] = [];
  readonly labels = new Map<string, number>();

  constructor(source: ScriptSource, settings: RegexSettings) {
    this.source = source;
    this.settings = settings;
  }

  parse(): Command[] {
    const { source } = this;
    for (source.skipSpace(); source.peek() !== ""; source.skipSpace()) this.command();
    if (this.blocks.length > 0) throw source.errorAtStart("unmatched `{'");
    this.resolveLabels();
    return this.commands;
  }

  command(): void {
    const { source } = this;
    const from = this.address(false);
    let to: Address | undefined;
    source.skipBlanks();
    if (from !== undefined && source.peek() === ",") {
      source.next();
      source.skipBlanks();
      to = this.address(true);
      if (to === undefined) throw source.error("unexpected `,'");
    }
    if (from?.type === "line" && from.line === 0 && to?.type !== "regex") {
      throw source.error("invalid usage of line address 0", -1);
    }
    source.skipBlanks();
    const negated = source.peek() === "!";
    if (negated) this.negation();
    const name = source.next();
    if (name === "" || name === "\n") throw source.error("missing command");
    const command: Command = {
      name,
      from,
      to,
      negated,
      active: false,
      closed: false,
      endLine: 0,
      argument: NONE,
      target: -1,
    };
    if (name === "#") {
      if (from !== undefined) throw source.error("comments don't accept any addresses");
      source.restOfLine();
      return;
    }
    this.body(command);
  }

  negation(): void {
    const { source } = this;
    source.next();
    source.skipBlanks();
    if (source.peek() === "!") throw source.error("multiple `!'s", -1);
  }

  address(second: boolean): Address | undefined {
    const { source } = this;
    const char = source.peek();
    if (/^\d$/.test(char)) return this.lineAddress(second);
    if (char === "$") {
      source.next();
      return { type: "last" };
    }
    if (second && (char === "+" || char === "~")) {
      source.next();
      if (!/^\d$/.test(source.peek())) throw source.error("expected number");
      const value = source.number();
      return char === "+" ? { type: "plus", count: value } : { type: "multiple", of: value };
    }
    if (char !== "/" && char !== "\\") return undefined;
    source.next();
    const delimiter = char === "/" ? "/" : source.next();
    const text = readDelimited(source, delimiter, true);
    if (text === undefined) throw source.error("unterminated address regex");
    let flags = "";
    while (/^[IM]$/.test(source.peek())) flags += source.next();
    return { type: "regex", regex: compileSedRegex(source, text, flags, this.settings) };
  }

  lineAddress(second: boolean): Address {
    const { source } = this;
    const line = source.number();
    source.skipBlanks();
    if (source.peek() !== "~" || second) return { type: "line", line };
    source.next();
    const step = source.number();
    return step === 0 ? { type: "line", line } : { type: "step", first: line, step };
  }

  body(command: Command): void {
    const { source } = this;
    switch (command.name) {
      case "{":
        this.blocks.push(this.commands.push(command) - 1);
        return;
      case "}":
        this.closeBlock(command);
        return;
      case ":":
        this.label(command);
        return;
      case "a":
      case "i":
      case "c":
        command.argument = { type: "text", text: this.text() };
        break;
      case "b":
      case "t":
      case "T":
        source.skipBlanks();
        command.argument = { type: "label", label: this.labelName() };
        break;
      case "r":
      case "R":
      case "w":
      case "W":
        command.argument = this.file();
        break;
      case "s":
        this.substitute(command);
        break;
      case "y":
        command.argument = { type: "translate", map: this.translation() };
        this.end();
        break;
      case "q":
      case "Q":
        if (command.to !== undefined) throw source.error("command only uses one address");
        command.argument = this.number();
        break;
      case "l":
      case "L":
        command.argument = this.number();
        break;
      case "e":
        source.skipBlanks();
        command.argument = { type: "command", command: source.restOfLine() };
        break;
      case "v":
        source.restOfLine();
        return;
      default:
        if (!/^[=dDgGhHnNpPxzF]$/.test(command.name))
          throw source.error(`unknown command: \`${command.name}'`);
        this.end();
    }
    this.commands.push(command);
  }

  substitute(command: Command): void {
    const substitute = parseSubstitute(this.source, this.settings);
    command.argument = { type: "substitute", substitute };
    if (substitute.writeTo === undefined) this.end();
  }

  closeBlock(command: Command): void {
    const { source } = this;
    const open = this.blocks.pop();
    if (open === undefined) throw source.error("unexpected `}'");
    if (command.from !== undefined) throw source.error("} doesn't want any addresses");
    this.commands[open]!.target = this.commands.length;
    this.end();
  }

  label(command: Command): void {
    const { source } = this;
    if (command.from !== undefined) throw source.error(": doesn't want any addresses");
    source.skipBlanks();
    let name = "";
    while (!/^[ \t\n;]?$/.test(source.peek())) name += source.next();
    if (name === "") throw source.error('":" lacks a label');
    this.labels.set(name, this.commands.length);
    this.end();
  }

  labelName(): string {
    const { source } = this;
    let name = "";
    while (!/^[ \t\n;}]?$/.test(source.peek())) name += source.next();
    source.skipBlanks();
    if (source.peek() !== "}") this.end();
    return name;
  }

  /** After a command there may only be its end. */
  end(): void {
    const { source } = this;
    source.skipBlanks();
    const char = source.peek();
    if (char === "}" || char === "#" || char === "") return;
    if (char !== ";" && char !== "\n") throw source.error("extra characters after command", -1);
    source.next();
  }

  number(): Argument {
    const { source } = this;
    source.skipBlanks();
    const value = /^\d$/.test(source.peek()) ? source.number() : undefined;
    this.end();
    return { type: "number", value };
  }

  file(): Argument {
    const { source } = this;
    source.skipBlanks();
    const path = source.restOfLine();
    if (path === "") throw source.error("missing filename in r/R/w/W commands");
    return { type: "file", path: latin1ToOsString(path) };
  }

  /** The text of a, i, c: after a backslash and a newline, or, GNU's way, on the same line. */
  text(): string {
    const { source } = this;
    source.skipBlanks();
    if (source.peek() === "") throw source.error(`expected \\ after \`a', \`c' or \`i'`);
    if (source.peek() === "\\") {
      source.next();
      if (/^[ \t]*\n/.test(source.restOfPiece())) source.skipBlanks();
      if (source.peek() === "\n") source.next();
    } else if (source.peek() === "\n") throw source.error("expected \\ after `a', `c' or `i'");
    if (source.peek() === "") return "";
    let text = "";
    for (let char = source.next(); char !== "" && char !== "\n"; char = source.next()) {
      text += char;
      if (char === "\\") text += source.next();
    }
    return `${expandText(text)}\n`;
  }

  translation(): ReadonlyMap<string, string> {
    const { source } = this;
    const delimiter = source.next();
    const from = delimiter === "" ? undefined : readDelimited(source, delimiter, false);
    const to = from === undefined ? undefined : readDelimited(source, delimiter, false);
    if (from === undefined || to === undefined) throw source.error("unterminated `y' command");
    const [keys, values] = [this.characters(from), this.characters(to)];
    if (keys.length !== values.length) throw source.error("strings for `y' command are different lengths");
    const map = new Map<string, string>();
    for (const [i, key] of keys.entries()) if (!map.has(key)) map.set(key, values[i]!);
    return map;
  }

  /** The characters of one side of y, as latin1 pieces. */
  characters(text: string): string[] {
    const out: string[] = [];
    const multibyte = this.settings.utf8 ? /[\xc2-\xf4][\x80-\xbf]{1,3}/y : /(?!)/y;
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "\\") {
        const escaped = sedEscape(text, i + 1);
        out.push(escaped?.char ?? text[i + 1] ?? "\\");
        i += escaped?.length ?? 1;
        continue;
      }
      multibyte.lastIndex = i;
      const char = multibyte.exec(text)?.[0] ?? text[i]!;
      out.push(char);
      i += char.length - 1;
    }
    return out;
  }

  resolveLabels(): void {
    for (const command of this.commands) {
      if (command.argument.type !== "label") continue;
      const { label } = command.argument;
      const target = label === "" ? this.commands.length : this.labels.get(label);
      if (target === undefined) throw new ScriptError(`can't find label for jump to \`${label}'`, 4);
      command.target = target;
    }
  }
}
