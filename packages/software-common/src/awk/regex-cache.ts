import { latin1ToOsString } from "@agentos/kernel/program";
import { compileRegex, type Regex, RegexError } from "@agentos/posix";
import { AwkError } from "./ast.ts";

const MAX_CACHED = 500;

/** Compiled expressions by source (latin1), so that dynamic ones cost no more than constants. */
export class RegexCache {
  readonly #utf8: boolean;
  readonly #compiled = new Map<string, Regex>();
  ignoreCase = false;

  constructor(utf8: boolean) {
    this.#utf8 = utf8;
  }

  get(source: string): Regex {
    const key = this.ignoreCase ? `i${source}` : source;
    let regex = this.#compiled.get(key);
    if (regex === undefined) {
      if (this.#compiled.size >= MAX_CACHED) this.#compiled.clear();
      regex = this.#compile(source);
      this.#compiled.set(key, regex);
    }
    return regex;
  }

  #compile(source: string): Regex {
    try {
      return compileRegex(this.#utf8 ? latin1ToOsString(source) : source, {
        syntax: "awk",
        icase: this.ignoreCase,
        encoding: this.#utf8 ? "utf8" : "latin1",
      });
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      throw new AwkError(`fatal: ${error.message}: /${source}/`);
    }
  }
}
