// Source: POSIX.1-2024 XCU expr; GNU coreutils manual, "expr invocation".

import { compileRegex, type Pause } from "@agentos/posix";

/** What is wrong with an expression. */
export class ExprError extends Error {}

const INTEGER = /^-?\d+$/;

export const isNull = (value: string): boolean => value === "" || /^-?0+$/.test(value);

const LEVELS: readonly (readonly string[])[] = [
  ["|"],
  ["&"],
  ["<", "<=", "=", "==", "!=", ">=", ">"],
  ["+", "-"],
  ["*", "/", "%"],
  [":"],
];

/** Deeper nesting of parentheses is refused. */
const DEEPEST = 1000;

class Evaluator {
  readonly #args: readonly string[];
  readonly #pause: Pause;
  readonly #quoted: (text: string) => string;
  #at = 0;
  #depth = 0;

  constructor(args: readonly string[], pause: Pause, quoted: (text: string) => string) {
    this.#args = args;
    this.#pause = pause;
    this.#quoted = quoted;
  }

  async whole(): Promise<string> {
    const value = await this.#level(0, true);
    const rest = this.#args[this.#at];
    if (rest !== undefined) throw new ExprError(`syntax error: unexpected argument ${this.#quoted(rest)}`);
    return value;
  }

  /** @param live whether the value counts; what | and & skip is only parsed */
  async #level(level: number, live: boolean): Promise<string> {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#primary(live);
    let left = await this.#level(level + 1, live);
    for (;;) {
      const operator = this.#args[this.#at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at++;
      const skip = (operator === "|" && !isNull(left)) || (operator === "&" && isNull(left));
      const right = await this.#level(level + 1, live && !skip);
      if (live) left = await this.#apply(operator, left, right);
    }
  }

  async #apply(operator: string, left: string, right: string): Promise<string> {
    switch (operator) {
      case "|":
        return isNull(left) ? (isNull(right) ? "0" : right) : left;
      case "&":
        return isNull(left) || isNull(right) ? "0" : left;
      case ":":
        return this.#match(left, right);
      case "+":
      case "-":
      case "*":
      case "/":
      case "%":
        return arithmetic(operator, left, right);
      default:
        return compare(operator, left, right) ? "1" : "0";
    }
  }

  async #match(text: string, pattern: string): Promise<string> {
    const regex = compileRegex(pattern, { syntax: "bre" });
    const spans = await regex.execPausing(text, 0, this.#pause);
    const matched = spans !== undefined && spans[0] === 0;
    if (regex.groups > 0) {
      if (!matched || spans[2]! < 0) return "";
      return text.slice(spans[2], spans[3]);
    }
    return matched ? String([...text.slice(0, spans[1])].length) : "0";
  }

  #next(): string {
    const word = this.#args[this.#at];
    if (word === undefined) {
      throw new ExprError(
        `syntax error: missing argument after ${this.#quoted(this.#args[this.#at - 1] ?? "")}`,
      );
    }
    this.#at++;
    return word;
  }

  async #primary(live: boolean): Promise<string> {
    const word = this.#next();
    const following = this.#args[this.#at];
    switch (word) {
      case "(":
        return this.#parenthesized(live);
      case ")":
        throw new ExprError("syntax error: unexpected ')'");
      case "+":
        return this.#next();
      case "length":
        return following === undefined ? word : String([...(await this.#operand(live))].length);
      case "match":
        if (following === undefined) return word;
        return this.#matchWords(live);
      case "index":
        return following === undefined ? word : this.#index(live);
      case "substr":
        return following === undefined ? word : this.#substring(live);
      default:
        return word;
    }
  }

  #operand(live: boolean): Promise<string> {
    return this.#level(LEVELS.length, live);
  }

  async #parenthesized(live: boolean): Promise<string> {
    if (++this.#depth > DEEPEST) throw new ExprError("expression too deep");
    const value = await this.#level(0, live);
    this.#depth--;
    const close = this.#args[this.#at];
    if (close === undefined) {
      throw new ExprError(`syntax error: expecting ')' after ${this.#quoted(this.#args[this.#at - 1]!)}`);
    }
    if (close !== ")") {
      throw new ExprError(`syntax error: expecting ')' instead of ${this.#quoted(close)}`);
    }
    this.#at++;
    return value;
  }

  async #matchWords(live: boolean): Promise<string> {
    const text = await this.#operand(live);
    const pattern = await this.#operand(live);
    return live ? this.#match(text, pattern) : "";
  }

  async #index(live: boolean): Promise<string> {
    const text = await this.#operand(live);
    const chars = new Set(await this.#operand(live));
    return String([...text].findIndex((char) => chars.has(char)) + 1);
  }

  async #substring(live: boolean): Promise<string> {
    const text = [...(await this.#operand(live))];
    const position = await this.#operand(live);
    const length = await this.#operand(live);
    if (!INTEGER.test(position) || !INTEGER.test(length)) return "";
    const [from, count] = [Number(position), Number(length)];
    return from > 0 && count > 0 ? text.slice(from - 1, from - 1 + count).join("") : "";
  }
}

function arithmetic(operator: string, left: string, right: string): string {
  if (!INTEGER.test(left) || !INTEGER.test(right)) throw new ExprError("non-integer argument");
  const [a, b] = [BigInt(left), BigInt(right)];
  if (operator === "+") return String(a + b);
  if (operator === "-") return String(a - b);
  if (operator === "*") return String(a * b);
  if (b === 0n) throw new ExprError("division by zero");
  return String(operator === "/" ? a / b : a % b);
}

function compare(operator: string, left: string, right: string): boolean {
  const numeric = INTEGER.test(left) && INTEGER.test(right);
  const [a, b] = numeric ? [BigInt(left), BigInt(right)] : [left, right];
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "!=":
      return a !== b;
    default:
      return a === b;
  }
}

/** The value of an expression. @throws ExprError · RegexError */
export function evaluate(
  args: readonly string[],
  pause: Pause,
  quoted: (text: string) => string,
): Promise<string> {
  return new Evaluator(args, pause, quoted).whole();
}
