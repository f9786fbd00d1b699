import type { MaybePromise } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { compileRegex, type Regex, RegexError } from "@agentos/posix";
import type { Env, Task } from "./flow.ts";
import { PAUSE } from "./flow.ts";
import { JqError, MAX_ELEMENTS, type Value } from "./value.ts";

const TICKS_PER_LOOK = 256;
const MAX_REGEXES = 200;

/** Where values come from, as far as programs see it. */
export interface InputSource {
  readonly fileName: string | undefined;
  readonly line: number;
  /** The next value; undefined at the end. */
  next(): MaybePromise<Value | undefined>;
}

/** What a program shares with the world: time, input, messages, named values. */
export class Runtime {
  readonly proc: Proc;
  readonly input: InputSource;
  readonly labels = new WeakMap<Env, object>();
  readonly #variables: ReadonlyMap<string, Value>;
  readonly #regexes = new Map<string, Regex>();
  #ticks = 0;
  /** What a pause waits for. */
  pending: Promise<unknown> | undefined;

  constructor(proc: Proc, input: InputSource, variables: ReadonlyMap<string, Value>) {
    this.proc = proc;
    this.input = input;
    this.#variables = variables;
  }

  /** To be asked in every loop: true when it is time to pause. */
  tick(): boolean {
    if (++this.#ticks % TICKS_PER_LOOK !== 0) return false;
    this.pending = this.proc.yield();
    return this.pending !== undefined;
  }

  grow(length: number): void {
    if (length >= MAX_ELEMENTS) throw new JqError("Array too large");
  }

  variable(name: string): Value {
    if (name === "$ENV") return this.environment();
    return this.#variables.get(name) ?? null;
  }

  environment(): Value {
    return new Map([...this.proc.env].map(([name, value]) => [name, value.toWellFormed()]));
  }

  /** Waits for a promise in a flow. */
  *wait<T>(promise: MaybePromise<T>): Task<T> {
    if (!(promise instanceof Promise)) return promise;
    let result: { value: T } | { error: unknown } | undefined;
    this.pending = promise.then(
      (value) => {
        result = { value };
      },
      (error: unknown) => {
        result = { error };
      },
    );
    yield PAUSE;
    const settled = result as { value: T } | { error: unknown } | undefined;
    if (settled === undefined) throw new Error("resumed too early");
    if ("error" in settled) throw settled.error;
    return settled.value;
  }

  regex(source: string, icase: boolean, prefix: string): Regex {
    const key = `${icase ? "i" : "-"}${prefix}${source}`;
    let regex = this.#regexes.get(key);
    if (regex === undefined) {
      if (this.#regexes.size >= MAX_REGEXES) this.#regexes.clear();
      regex = compile(prefix + source, source, icase);
      this.#regexes.set(key, regex);
    }
    return regex;
  }
}

function compile(pattern: string, source: string, icase: boolean): Regex {
  try {
    return compileRegex(pattern, { syntax: "perl", icase });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new JqError(`${source} (at offset 0) is not a valid regex: ${error.message}`);
  }
}
