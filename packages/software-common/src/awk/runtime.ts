import { isSysError, type MaybePromise } from "@agentos/kernel/abi";
import { osStringToLatin1, type Proc } from "@agentos/kernel/program";
import type { Pause } from "@agentos/posix";
import { AwkError, type AwkProgram } from "./ast.ts";
import { Characters } from "./characters.ts";
import { AwkIo } from "./io.ts";
import { MainInput } from "./main-input.ts";
import { AwkRecord } from "./record.ts";
import type { RecordEnd } from "./record-reader.ts";
import { RegexCache } from "./regex-cache.ts";
import { type AwkArray, type Cell, InputString, numberOf, textOf, type Value } from "./values.ts";

/** The variables of one call: its parameters, and parts of expressions that were awaited. */
export interface Frame {
  locals: Cell[];
  holes: Value[];
  result: Value;
}

/** Ends the program. Thrown by exit inside of functions, and when there is no END rule to run. */
export class AwkExit {
  readonly code: number | undefined;
  constructor(code: number | undefined) {
    this.code = code;
  }
}

/** Everything a running program has: variables, the record, its files. */
export class Runtime {
  readonly proc: Proc;
  readonly program: AwkProgram;
  readonly globals: Cell[] = [];
  readonly characters: Characters;
  readonly regexes: RegexCache;
  readonly record: AwkRecord;
  readonly io: AwkIo;
  readonly input: MainInput;
  nr = 0;
  fnr = 0;
  convfmt = "%.6g";
  ofmt = "%.6g";
  subsep = "\x1c";
  ors = "\n";
  #rs = "\n";
  #recordEnd: RecordEnd | undefined;
  /** Special variables without a field of their own. */
  readonly #others = new Map<string, Value>([
    ["RSTART", 0],
    ["RLENGTH", -1],
    ["FILENAME", ""],
    ["RT", ""],
    ["IGNORECASE", 0],
    ["FIELDWIDTHS", ""],
    ["FPAT", ""],
  ]);
  readonly pause: Pause = () => this.proc.yield();
  exitCode = 0;
  depth = 0;
  beginFile: (name: string) => Promise<void> = async () => {};
  endFile: () => Promise<void> = async () => {};

  constructor(proc: Proc, program: AwkProgram, options: { utf8: boolean; args: readonly string[] }) {
    this.proc = proc;
    this.program = program;
    this.characters = new Characters(options.utf8);
    this.regexes = new RegexCache(options.utf8);
    this.record = new AwkRecord(this.regexes, this.characters);
    this.io = new AwkIo(proc);
    for (const name of program.globals) this.globals.push(program.arrays.has(name) ? new Map() : undefined);
    this.#fillArrays(options.args);
    this.input = new MainInput(proc, {
      argument: (index) => this.#argument(index),
      assign: (name, value) => this.assignByName(name, value),
      beginFile: async (name) => {
        this.fnr = 0;
        this.#others.set("FILENAME", name === "-" ? "" : new InputString(name));
        await this.beginFile(name);
      },
      endFile: () => this.endFile(),
      recordEnd: () => this.recordEnd(),
    });
  }

  #fillArrays(args: readonly string[]): void {
    const environ = this.globals[0] as AwkArray;
    for (const [name, value] of this.proc.env) {
      environ.set(osStringToLatin1(name), new InputString(osStringToLatin1(value)));
    }
    const argv = this.globals[1] as AwkArray;
    for (const [i, arg] of args.entries()) argv.set(String(i), new InputString(osStringToLatin1(arg)));
    this.globals[2] = args.length;
  }

  #argument(index: number): string | undefined {
    if (index >= numberOf(this.globals[2] as Value)) return undefined;
    return this.text((this.globals[1] as AwkArray).get(String(index)));
  }

  text(value: Value): string {
    return typeof value === "string" ? value : textOf(value, this.convfmt);
  }

  /** -v and operands of the form name=value. */
  assignByName(name: string, text: string): void {
    const value = new InputString(text);
    if (this.program.functions.has(name))
      throw new AwkError(`fatal: cannot use function \`${name}' as variable name`);
    if (this.hasSpecial(name)) {
      this.setSpecial(name, value);
      return;
    }
    const at = this.program.globals.indexOf(name);
    if (at >= 0 && this.globals[at] instanceof Map)
      throw new AwkError(`fatal: cannot use array \`${name}' in a scalar context`);
    if (at >= 0) this.globals[at] = value;
  }

  hasSpecial(name: string): boolean {
    return /^(NF|NR|FNR|FS|OFS|ORS|RS|SUBSEP|CONVFMT|OFMT)$/.test(name) || this.#others.has(name);
  }

  special(name: string): Value {
    switch (name) {
      case "NF":
        return this.record.count;
      case "NR":
        return this.nr;
      case "FNR":
        return this.fnr;
      case "FS":
        return this.record.fieldSeparator;
      case "OFS":
        return this.record.outputFieldSeparator;
      case "ORS":
        return this.ors;
      case "RS":
        return this.#rs;
      case "SUBSEP":
        return this.subsep;
      case "CONVFMT":
        return this.convfmt;
      case "OFMT":
        return this.ofmt;
      default:
        return this.#others.get(name);
    }
  }

  setSpecial(name: string, value: Value): void {
    switch (name) {
      case "NF":
        this.record.count = Math.trunc(numberOf(value));
        return;
      case "NR":
        this.nr = numberOf(value);
        return;
      case "FNR":
        this.fnr = numberOf(value);
        return;
      case "FS":
        this.record.keepFields();
        this.record.fieldPattern = undefined;
        this.record.fieldSeparator = this.text(value);
        return;
      case "OFS":
        this.record.outputFieldSeparator = this.text(value);
        return;
      case "ORS":
        this.ors = this.text(value);
        return;
      case "RS":
        this.#rs = this.text(value);
        this.#recordEnd = undefined;
        this.record.paragraphs = this.#rs === "";
        return;
      case "SUBSEP":
        this.subsep = this.text(value);
        return;
      case "CONVFMT":
        this.convfmt = this.text(value);
        return;
      case "OFMT":
        this.ofmt = this.text(value);
        return;
      default:
        this.#setOther(name, value);
    }
  }

  #setOther(name: string, value: Value): void {
    this.#others.set(name, value);
    if (name === "IGNORECASE") this.regexes.ignoreCase = numberOf(value) !== 0;
    if (name === "FPAT") {
      this.record.keepFields();
      this.record.fieldPattern = this.text(value);
    }
  }

  recordEnd(): RecordEnd {
    return (this.#recordEnd ??= this.#makeRecordEnd());
  }

  #makeRecordEnd(): RecordEnd {
    const rs = this.#rs;
    if (rs === "") return { type: "paragraph" };
    if (rs.length === 1) return { type: "char", char: rs };
    return { type: "regex", regex: this.regexes.get(rs) };
  }

  /** Takes in the next record of the main input; false at the end. */
  nextRecord(): MaybePromise<boolean> {
    const text = this.input.take(this.recordEnd());
    if (text === undefined) return this.#fetchRecord();
    return this.#begin(text);
  }

  async #fetchRecord(): Promise<boolean> {
    const text = await this.input.fetch();
    if (text === undefined) return false;
    return this.#begin(text);
  }

  /** A new record of the main input. */
  #begin(text: string): MaybePromise<true> {
    this.#count(text);
    const splitting = this.record.prepare(this.pause);
    return splitting instanceof Promise ? splitting.then(() => true) : true;
  }

  #count(text: string): void {
    this.nr++;
    this.fnr++;
    this.record.set(text);
    this.#others.set("RT", this.input.terminator);
  }

  /** getline in all its forms: 1, 0 at the end, -1 when the source cannot be read. */
  async getline(
    from: "main" | "file" | "command",
    name: string,
    store: ((value: Value) => void) | undefined,
  ): Promise<number> {
    if (from === "main") return this.#getlineMain(store);
    const reader = from === "file" ? await this.io.file(name) : await this.io.command(name);
    if (reader === undefined) return -1;
    let text: string | undefined;
    try {
      text = await reader.fetch(this.recordEnd());
    } catch (error) {
      if (!isSysError(error)) throw error;
      return -1;
    }
    if (text === undefined) return 0;
    this.#others.set("RT", reader.terminator);
    if (from === "command") this.nr++;
    if (store === undefined) {
      this.record.set(text);
      await this.record.prepare(this.pause);
    } else store(new InputString(text));
    return 1;
  }

  async #getlineMain(store: ((value: Value) => void) | undefined): Promise<number> {
    const text = this.input.take(this.recordEnd()) ?? (await this.input.fetch());
    if (text === undefined) return 0;
    if (store === undefined) await this.#begin(text);
    else {
      this.nr++;
      this.fnr++;
      store(new InputString(text));
    }
    return 1;
  }
}
