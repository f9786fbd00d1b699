import type { Proc } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { actions } from "./actions.ts";
import { type Builder, FindError, type Primary } from "./builder.ts";
import { and, comma, type Expression, not, or, type Test } from "./expression.ts";
import { DEFAULT_REGEX_TYPE, regexType } from "./regex-type.ts";
import { newerPrimary, tests } from "./tests.ts";

const always: Test = () => true;

const OPTIONS: Readonly<Record<string, Primary>> = {
  "-depth": ({ global }) => {
    global.depthFirst = true;
    return always;
  },
  "-maxdepth": (builder) => {
    builder.global.maxDepth = depthArgument(builder);
    return always;
  },
  "-mindepth": (builder) => {
    builder.global.minDepth = depthArgument(builder);
    return always;
  },
  "-xdev": ({ global }) => {
    global.oneFileSystem = true;
    return always;
  },
  "-ignore_readdir_race": () => always,
  "-noignore_readdir_race": () => always,
  "-noleaf": () => always,
  "-warn": () => always,
  "-nowarn": () => always,
  "-daystart": () => always,
  "-follow": () => always,
  "-regextype": (builder) => {
    builder.regexType = regexType(builder.proc, builder.argument());
    return always;
  },
};

function depthArgument(builder: Builder): number {
  const text = builder.argument();
  if (!/^\d+$/.test(text)) {
    throw new FindError(
      `Expected a positive decimal integer argument to ${builder.name}, but got ${quote(builder.proc, text)}`,
    );
  }
  return Number(text);
}

const PRIMARIES: Readonly<Record<string, Primary>> = {
  ...OPTIONS,
  "-d": OPTIONS["-depth"]!,
  "-mount": OPTIONS["-xdev"]!,
  ...tests,
  ...actions,
};

/** Parses the words after the starting points. */
export function parseExpression(proc: Proc, words: readonly string[], follow: boolean): Expression {
  return new ExpressionParser(proc, words, follow).parse();
}

const MAX_DEPTH = 1000;

class ExpressionParser {
  readonly #words: readonly string[];
  #at = 0;
  #depth = 0;
  #acted = false;
  readonly #starters: (() => Promise<void>)[] = [];
  readonly #finishers: (() => Promise<boolean>)[] = [];
  readonly #builder: Builder;

  constructor(proc: Proc, words: readonly string[], follow: boolean) {
    this.#words = words;
    const global = {
      minDepth: 0,
      maxDepth: Number.POSITIVE_INFINITY,
      depthFirst: false,
      oneFileSystem: false,
    };
    this.#builder = {
      proc,
      origin: proc.cwd,
      name: "",
      global,
      follow: follow || words.includes("-follow"),
      startNs: words.includes("-daystart") ? endOfToday(proc.now()) : proc.now(),
      regexType: DEFAULT_REGEX_TYPE,
      argument: () => this.#argument(),
      argumentsUntil: (ends) => this.#argumentsUntil(ends),
      atStart: (prepare) => this.#starters.push(prepare),
      atEnd: (finish) => this.#finishers.push(finish),
      acted: () => {
        this.#acted = true;
      },
    };
  }

  parse(): Expression {
    let test = this.#words.length === 0 ? always : this.#comma();
    if (this.#at < this.#words.length) {
      throw new FindError("invalid expression; you have too many ')'");
    }
    if (!this.#acted) test = and(test, PRIMARIES["-print"]!(this.#builder));
    return {
      test,
      global: this.#builder.global,
      start: () => this.#start(),
      finish: () => this.#finish(),
    };
  }

  async #start(): Promise<void> {
    for (const prepare of this.#starters) await prepare();
  }

  async #finish(): Promise<boolean> {
    let ok = true;
    for (const finish of this.#finishers) if (!(await finish())) ok = false;
    return ok;
  }

  #comma(): Test {
    let left = this.#or();
    while (this.#accept(",")) left = comma(left, this.#or());
    return left;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#accept("-o", "-or")) left = or(left, this.#and());
    return left;
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      if (this.#accept("-a", "-and")) {
        left = and(left, this.#not());
        continue;
      }
      const next = this.#words[this.#at];
      if (next === undefined || [")", ",", "-o", "-or"].includes(next)) return left;
      left = and(left, this.#not());
    }
  }

  #not(): Test {
    let negated = false;
    while (this.#accept("!", "-not")) negated = !negated;
    const primary = this.#primary();
    return negated ? not(primary) : primary;
  }

  #primary(): Test {
    const word = this.#words[this.#at++];
    const previous = this.#words[this.#at - 2];
    if (word === undefined) {
      throw new FindError(
        previous === "("
          ? "invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('"
          : `expected an expression after '${previous ?? ""}'`,
      );
    }
    if (word === "(") {
      if (this.#accept(")")) throw new FindError("invalid expression; empty parentheses are not allowed.");
      if (++this.#depth > MAX_DEPTH) throw new FindError("invalid expression; too many nested parentheses");
      const inner = this.#comma();
      this.#depth--;
      if (!this.#accept(")")) {
        throw new FindError(
          "invalid expression; I was expecting to find a ')' somewhere but did not see one.",
        );
      }
      return inner;
    }
    const primary = PRIMARIES[word] ?? newerPrimary(word);
    if (primary) {
      this.#builder.name = word;
      return primary(this.#builder);
    }
    if (word === ")") throw new FindError("invalid expression; you have too many ')'");
    if (["-o", "-or", "-a", "-and", ","].includes(word)) {
      throw new FindError(
        `invalid expression; you have used a binary operator '${word}' with nothing before it.`,
      );
    }
    if (word.startsWith("-")) throw new FindError(`unknown predicate \`${word}'`);
    throw new FindError(`paths must precede expression: \`${word}'`);
  }

  #accept(...words: string[]): boolean {
    if (!words.includes(this.#words[this.#at] ?? "")) return false;
    this.#at++;
    return true;
  }

  #argument(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new FindError(`missing argument to \`${this.#builder.name}'`);
    return word;
  }

  #argumentsUntil(ends: (argument: string, previous: string | undefined) => boolean): string[] {
    const taken: string[] = [];
    for (;;) {
      const word = this.#argument();
      taken.push(word);
      if (ends(word, taken.at(-2))) return taken;
    }
  }
}

function endOfToday(now: bigint): bigint {
  const day = 86_400_000_000_000n;
  return now - (now % day) + day;
}
