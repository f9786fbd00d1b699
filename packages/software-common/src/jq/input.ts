// The program's input: JSON texts, or lines, of all files in turn.

import type { MaybePromise } from "@agentos/kernel/abi";
import { errorText, openInput, type Proc, Reader, stderr } from "@agentos/kernel/program";
import { JsonReader, JsonSyntaxError } from "./json-reader.ts";
import type { InputSource } from "./runtime.ts";
import { JqError, MAX_TEXT, type Value } from "./value.ts";

export interface InputOptions {
  raw: boolean;
  slurp: boolean;
  stream: boolean;
}

/** A JSON text that is not one: exit status 2. */
export class InputError extends Error {}

/** Something to take values from as text arrives. */
interface Parser {
  readonly values: Value[];
  readonly lines: number[];
  feed(text: string): void;
  end(): void;
}

export class Input implements InputSource {
  readonly #proc: Proc;
  readonly #files: string[];
  readonly #options: InputOptions;
  readonly #parser: Parser;
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #reader: Reader | undefined;
  #fd = 0;
  #taken = 0;
  #slurped = false;
  #finished = false;
  #failure: InputError | undefined;
  fileName: string | undefined;
  line = 0;
  /** Whether any value has been asked for and given. */
  started = false;
  failed = false;

  constructor(proc: Proc, files: readonly string[], options: InputOptions) {
    this.#proc = proc;
    this.#files = files.length === 0 ? ["-"] : [...files];
    this.#options = options;
    this.#parser = options.raw ? new LineParser(options.slurp) : new JsonTexts(options.stream);
  }

  next(): MaybePromise<Value | undefined> {
    if (this.#options.slurp && !this.#options.raw) return this.#slurp();
    if (this.#taken < this.#parser.values.length) return this.#take();
    return this.#fetch();
  }

  #take(): Value {
    const { values, lines } = this.#parser;
    const value = values[this.#taken]!;
    this.line = lines[this.#taken]!;
    this.#taken++;
    this.started = true;
    if (this.#taken === values.length) {
      values.length = lines.length = 0;
      this.#taken = 0;
    }
    return value;
  }

  async #fetch(): Promise<Value | undefined> {
    while (this.#taken >= this.#parser.values.length) {
      if (this.#failure !== undefined) {
        const failure = this.#failure;
        this.#failure = undefined;
        this.#finished = true;
        throw failure;
      }
      if (this.#finished) return undefined;
      const pause = this.#proc.yield();
      if (pause) await pause;
      await this.#read();
    }
    return this.#take();
  }

  async #slurp(): Promise<Value | undefined> {
    if (this.#slurped) return undefined;
    this.#slurped = true;
    const all: Value[] = [];
    for (
      let value = await this.#fetch();
      value !== undefined;
      value = this.#taken < this.#parser.values.length ? this.#take() : await this.#fetch()
    )
      all.push(value);
    this.started = true;
    return all;
  }

  /** The next chunk of text, for the parser. */
  async #read(): Promise<void> {
    if (this.#reader === undefined && !(await this.#open())) {
      this.#finished = true;
      return this.#parse(() => this.#parser.end());
    }
    try {
      const chunk = await this.#reader!.read();
      if (chunk !== undefined)
        return this.#parse(() => this.#parser.feed(this.#decoder.decode(chunk, { stream: true })));
    } catch (error) {
      await this.#complain(`input error: ${errorText(error)}`);
    }
    this.#parse(() => this.#parser.feed(this.#decoder.decode()));
    if (this.#fd !== 0) await this.#proc.close(this.#fd);
    this.#reader = undefined;
  }

  /** Values before a mistake are given out before it is reported. */
  #parse(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      this.#failure = new InputError(error.message);
      this.#files.length = 0;
    }
  }

  async #open(): Promise<boolean> {
    for (let name = this.#files.shift(); name !== undefined; name = this.#files.shift()) {
      try {
        this.#fd = await openInput(this.#proc, name);
        this.#reader = new Reader(this.#proc, this.#fd);
        this.fileName = name === "-" ? undefined : name;
        return true;
      } catch (error) {
        await this.#complain(`error: Could not open ${name}: ${errorText(error)}`);
        this.failed = true;
      }
    }
    return false;
  }

  async #complain(text: string): Promise<void> {
    await stderr(this.#proc).write(`jq: ${text}\n`);
  }
}

class JsonTexts implements Parser {
  readonly values: Value[] = [];
  readonly lines: number[] = [];
  readonly #reader = new JsonReader();
  readonly #stream: boolean;

  constructor(stream: boolean) {
    this.#stream = stream;
  }

  feed(text: string): void {
    try {
      this.#reader.feed(text);
    } finally {
      this.#collect();
    }
  }

  end(): void {
    try {
      this.#reader.end();
    } finally {
      this.#collect();
    }
  }

  #collect(): void {
    const { values, lines } = this.#reader;
    for (let i = 0; i < values.length; i++) {
      const events = this.#stream ? streamEvents(values[i]!) : [values[i]!];
      for (const event of events) {
        this.values.push(event);
        this.lines.push(lines[i]!);
      }
    }
    values.length = lines.length = 0;
  }
}

/** `[path, leaf]` for each leaf, `[path]` where a container closes. */
function streamEvents(value: Value): Value[] {
  const events: Value[] = [];
  const visit = (at: Value, path: readonly Value[]): void => {
    const entries: [Value, Value][] | undefined =
      at instanceof Map ? [...at] : Array.isArray(at) ? at.map((item, i) => [i, item]) : undefined;
    if (entries === undefined || entries.length === 0) {
      events.push([path, at]);
      return;
    }
    for (const [key, item] of entries) visit(item, [...path, key]);
    events.push([[...path, entries.at(-1)![0]]]);
  };
  visit(value, []);
  return events;
}

class LineParser implements Parser {
  readonly values: Value[] = [];
  readonly lines: number[] = [];
  readonly #whole: boolean;
  #rest = "";
  #line = 0;

  constructor(whole: boolean) {
    this.#whole = whole;
  }

  feed(text: string): void {
    if (this.#rest.length + text.length > MAX_TEXT) throw new JqError("Input text too long");
    const all = this.#rest + text;
    if (this.#whole || !text.includes("\n")) {
      this.#rest = all;
      return;
    }
    const parts = all.split("\n");
    this.#rest = parts.pop()!;
    for (const part of parts) this.#add(part, ++this.#line);
  }

  end(): void {
    if (this.#whole || this.#rest !== "") this.#add(this.#rest, this.#line);
    this.#rest = "";
  }

  #add(value: string, line: number): void {
    this.values.push(value);
    this.lines.push(line);
  }
}
