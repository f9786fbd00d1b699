// Which expressions and functions may have to wait: for input, for a command, in a loop for others to run, or for a
// regular expression that is not among the quick ones.

import type { AwkProgram, Expression, Statement } from "./ast.ts";
import { PATTERN_ARGUMENT } from "./regex-builtins.ts";
import type { RegexCache } from "./regex-cache.ts";

const WAITING = new Set(["system", "close", "fflush"]);

export class Waits {
  readonly #program: AwkProgram;
  readonly #regexes: RegexCache;

  constructor(program: AwkProgram, regexes: RegexCache) {
    this.#program = program;
    this.#regexes = regexes;
    this.#markFunctions();
  }

  /** Whether evaluating it itself, apart from its parts, may wait. */
  itself(node: Expression): boolean {
    switch (node.type) {
      case "getline":
        return true;
      case "regex":
        return this.#isSlow(node.source);
      case "match":
        return this.#patternIsSlow(node.right);
      case "builtin":
        return WAITING.has(node.name) || this.matches(node);
      case "call":
        return this.#program.functions.get(node.name)?.waits ?? false;
      default:
        return false;
    }
  }

  /** Whether it is a call of a function that matches, by an expression that may be slow. */
  matches(node: Extract<Expression, { type: "builtin" }>): boolean {
    const at = PATTERN_ARGUMENT[node.name];
    const pattern = at === undefined ? undefined : node.args[at];
    if (pattern === undefined) return false;
    const separator = node.name === "split" && pattern.type === "string" && pattern.value.length <= 1;
    return !separator && this.#patternIsSlow(pattern);
  }

  #patternIsSlow(node: Expression): boolean {
    if (node.type === "group") return this.#patternIsSlow(node.body);
    if (node.type === "regex") return this.#isSlow(node.source);
    return node.type === "string" && typeof node.value === "string" ? this.#isSlow(node.value) : true;
  }

  #isSlow(source: string): boolean {
    return !this.#regexes.get(source).native;
  }

  expression(node: Expression): boolean {
    return this.itself(node) || partsOf(node).some((part) => this.expression(part));
  }

  /** Marks the functions whose calls may wait. Loops count: they give up their turn now and then. */
  #markFunctions(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const definition of this.#program.functions.values()) {
        if (definition.waits || !this.#statement(definition.body)) continue;
        definition.waits = true;
        changed = true;
      }
    }
  }

  #statement(node: Statement | undefined): boolean {
    if (node === undefined) return false;
    const waits = (expression: Expression | undefined): boolean =>
      expression !== undefined && this.expression(expression);
    switch (node.type) {
      case "while":
      case "for":
      case "forIn":
      case "print":
      case "printf":
      case "next":
      case "nextfile":
      case "switch":
        return true;
      case "expression":
        return waits(node.expression);
      case "block":
        return node.body.some((item) => this.#statement(item));
      case "if":
        return waits(node.test) || this.#statement(node.yes) || this.#statement(node.no);
      case "delete":
        return node.subscripts?.some(waits) ?? false;
      case "exit":
      case "return":
        return waits(node.value);
      default:
        return false;
    }
  }
}

/** The direct parts of an expression that are evaluated; a constant pattern is not. */
function partsOf(node: Expression): Expression[] {
  switch (node.type) {
    case "index":
    case "in":
      return node.subscripts;
    case "field":
      return [node.index];
    case "group":
      return [node.body];
    case "unary":
      return [node.operand];
    case "match":
      return isConstantPattern(node.right) ? [node.left] : [node.left, node.right];
    case "binary":
    case "and":
    case "or":
      return [node.left, node.right];
    case "conditional":
      return [node.test, node.yes, node.no];
    case "assign":
      return [node.target, node.value];
    case "increment":
      return [node.target];
    case "builtin":
      return node.args.filter((arg, at) => at !== PATTERN_ARGUMENT[node.name] || !isConstantPattern(arg));
    case "call":
      return node.args;
    case "getline":
      return [node.source, node.target].filter((part) => part !== undefined);
    default:
      return [];
  }
}

export function isConstantPattern(node: Expression): boolean {
  return node.type === "regex" || (node.type === "group" && isConstantPattern(node.body));
}
