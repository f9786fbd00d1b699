import { isSysError } from "@agentos/kernel/abi";
import {
  errorText,
  LineReader,
  latin1ToOsString,
  openInput,
  type Proc,
  stdout,
  warn,
} from "@agentos/kernel/program";
import { shownName } from "../shared/quote.ts";
import { type DigestTool, digestOf } from "./digest-tool.ts";

export interface CheckOptions {
  ignoreMissing: boolean;
  quiet: boolean;
  status: boolean;
  strict: boolean;
  warn: boolean;
}

interface Tally {
  valid: number;
  malformed: number;
  unreadable: number;
  mismatched: number;
  matched: number;
}

const UNESCAPES: Readonly<Record<string, string>> = { "\\\\": "\\", "\\n": "\n", "\\r": "\r" };

/** A line's digest and file name; undefined if the line is none of ours. */
function parseLine(line: string, tool: DigestTool): { digest: string; name: string } | undefined {
  const escaped = line.startsWith("\\");
  const text = escaped ? line.slice(1) : line;
  const tagged = new RegExp(`^${tool.tag} \\((.*)\\) ?= ?([0-9a-fA-F]{${tool.length}})$`, "s").exec(text);
  const plain = new RegExp(`^[ \\t]*([0-9a-fA-F]{${tool.length}}) [ *]?(.+)$`, "s").exec(text);
  const digest = tagged?.[2] ?? plain?.[1];
  const name = tagged?.[1] ?? plain?.[2];
  if (digest === undefined || name === undefined) return undefined;
  return {
    digest: digest.toLowerCase(),
    name: escaped ? name.replace(/\\[\\nr]/g, (pair) => UNESCAPES[pair]!) : name,
  };
}

class Checker {
  readonly tally: Tally = { valid: 0, malformed: 0, unreadable: 0, mismatched: 0, matched: 0 };
  readonly #proc: Proc;
  readonly #tool: DigestTool;
  readonly #options: CheckOptions;

  constructor(proc: Proc, tool: DigestTool, options: CheckOptions) {
    this.#proc = proc;
    this.#tool = tool;
    this.#options = options;
  }

  async line(text: string, list: string, number: number): Promise<void> {
    if (text.startsWith("#") || text === "") return;
    const entry = parseLine(text, this.#tool);
    if (entry === undefined) {
      this.tally.malformed++;
      if (this.#options.warn) {
        await warn(this.#proc, `${list}: ${number}: improperly formatted ${this.#tool.tag} checksum line`);
      }
      return;
    }
    this.tally.valid++;
    await this.#verify(latin1ToOsString(entry.name), entry.digest);
  }

  async #verify(name: string, expected: string): Promise<void> {
    const { ignoreMissing, quiet } = this.#options;
    let actual: string;
    try {
      actual = await digestOf(this.#proc, name, this.#tool.algorithm);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (ignoreMissing && isSysError(error, "ENOENT")) return;
      this.tally.unreadable++;
      await stdout(this.#proc).flush();
      await warn(this.#proc, `${shownName(name)}: ${errorText(error)}`);
      await this.#say(`${name}: FAILED open or read\n`);
      return;
    }
    if (actual === expected) {
      this.tally.matched++;
      if (!quiet) await this.#say(`${name}: OK\n`);
    } else {
      this.tally.mismatched++;
      await this.#say(`${name}: FAILED\n`);
    }
  }

  async #say(text: string): Promise<void> {
    if (!this.#options.status) await stdout(this.#proc).write(text);
  }

  async finish(list: string): Promise<number> {
    const { valid, malformed, unreadable, mismatched, matched } = this.tally;
    const { status, strict, ignoreMissing } = this.#options;
    await stdout(this.#proc).flush();
    if (valid === 0) {
      await warn(this.#proc, `${list}: no properly formatted checksum lines found`);
      return 1;
    }
    const notes: string[] = [];
    if (malformed > 0)
      notes.push(`${malformed} ${plural(malformed, "line is", "lines are")} improperly formatted`);
    if (unreadable > 0) {
      notes.push(`${unreadable} listed ${plural(unreadable, "file", "files")} could not be read`);
    }
    if (mismatched > 0) {
      notes.push(`${mismatched} computed ${plural(mismatched, "checksum", "checksums")} did NOT match`);
    }
    if (!status) for (const note of notes) await warn(this.#proc, `WARNING: ${note}`);
    const nothing = ignoreMissing && matched === 0 && mismatched === 0;
    if (nothing && !status) await warn(this.#proc, `${list}: no file was verified`);
    return mismatched > 0 || unreadable > 0 || nothing || (strict && malformed > 0) ? 1 : 0;
  }
}

const plural = (count: number, one: string, several: string): string => (count === 1 ? one : several);

/** -c: verifies the files named in a list of checksums. */
export async function checkFile(
  proc: Proc,
  tool: DigestTool,
  name: string,
  options: CheckOptions,
): Promise<number> {
  const reader = new LineReader(proc, await openInput(proc, name));
  const shown = name === "-" ? "'standard input'" : shownName(name);
  const checker = new Checker(proc, tool, options);
  let number = 0;
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (const line of batch) await checker.line(line, shown, ++number);
    const pause = proc.yield();
    if (pause) await pause;
  }
  return checker.finish(shown);
}
