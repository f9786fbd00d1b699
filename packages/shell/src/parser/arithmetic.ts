// Arithmetic expressions, by precedence climbing. @see bash(1) ARITHMETIC EVALUATION

import type { ArithNode } from "../ast.ts";
import { isNamePart } from "../lexer/chars.ts";

/** What bash says: "expression: message (error token is "rest")". */
export interface ArithmeticError {
  expression: string;
  error: string;
  token: string;
}

const LEVELS: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "==": 6,
  "!=": 6,
  "<": 7,
  ">": 7,
  "<=": 7,
  ">=": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
  "**": 11,
};

const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="]);
const OPERATOR = /<<=|>>=|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|\/=|%=|&=|\^=|\|=|[-+*/%<>=!~&|^()?:,]/y;
const SINGLE: ReadonlyMap<number, string> = new Map(
  [..."-+*/%<>=!~&|^()?:,"].map((char) => [char.charCodeAt(0), char]),
);
const NUMBER = /[0-9][0-9A-Za-z@_]*(?:#[0-9A-Za-z@_]*)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const BLANKS = /[ \t\n]*/y;
const MAX_DEPTH = 256;

/** Parses an expression; an empty one is 0. */
export function parseArithmetic(text: string): ArithNode | ArithmeticError {
  try {
    return new ArithmeticParser(text).parse();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

class Failure implements ArithmeticError {
  readonly expression: string;
  readonly error: string;
  readonly token: string;
  constructor(expression: string, error: string, token: string) {
    this.expression = expression;
    this.error = error;
    this.token = token;
  }
}

class ArithmeticParser {
  private readonly text: string;
  private position = 0;
  /** Where the last token began: bash's "error token" is the text from there. */
  private tokenStart = 0;
  private operator = "";
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  parse(): ArithNode {
    this.next();
    if (this.atEnd()) return { type: "number", value: 0n };
    const node = this.comma();
    if (!this.atEnd()) {
      if (this.operator === "" && !/[A-Za-z0-9_]/.test(this.text.charAt(this.position))) {
        this.fail("syntax error: invalid arithmetic operator");
      }
      this.fail("syntax error in expression");
    }
    return node;
  }

  // ── tokens ───────────────────────────────────────────────────────────

  /** Finds the next operator; "" at an operand, at the end, or at a character that is neither. */
  private next(): void {
    const { text } = this;
    let at = this.position;
    let code = text.charCodeAt(at);
    while (code === 32 || code === 9 || code === 10) code = text.charCodeAt(++at);
    this.position = at;
    if (at < text.length) this.tokenStart = at;
    this.operator = isNamePart(code) ? "" : operatorAt(text, at);
  }

  private takeOperator(): void {
    this.position += this.operator.length;
    this.next();
  }

  private atEnd(): boolean {
    return this.operator === "" && this.position >= this.text.length;
  }

  private at(operator: string): boolean {
    return this.operator === operator;
  }

  private fail(error: string, end = this.text.length): never {
    throw new Failure(this.text.slice(0, end), error, this.rest(end));
  }

  /** The source from the last token on. */
  private rest(end?: number): string {
    return this.text.slice(this.tokenStart, end);
  }

  // ── levels ───────────────────────────────────────────────────────────

  private comma(): ArithNode {
    if (++this.depth > MAX_DEPTH) this.fail("expression recursion level exceeded");
    let left = this.assignment();
    while (this.operator === ",") {
      this.takeOperator();
      left = { type: "comma", left, right: this.assignment() };
    }
    this.depth--;
    return left;
  }

  private assignment(): ArithNode {
    const target = this.ternary();
    if (!ASSIGNMENTS.has(this.operator)) return target;
    if (target.type !== "variable") this.fail("attempted assignment to non-variable");
    const { operator } = this;
    this.takeOperator();
    if (++this.depth > MAX_DEPTH) this.fail("expression recursion level exceeded");
    const value = this.assignment();
    this.depth--;
    return { type: "assign", operator, target, value, rest: this.rest() };
  }

  private ternary(): ArithNode {
    const condition = this.binary(1);
    if (!this.at("?")) return condition;
    this.takeOperator();
    if (this.atEnd() || this.at(":")) this.fail("expression expected");
    const then = this.comma();
    if (!this.at(":")) this.fail("`:' expected for conditional expression");
    this.takeOperator();
    if (this.atEnd()) this.fail("expression expected");
    if (++this.depth > MAX_DEPTH) this.fail("expression recursion level exceeded");
    const otherwise = this.ternary();
    this.depth--;
    return { type: "ternary", condition, then, otherwise };
  }

  private binary(level: number): ArithNode {
    let left = this.unary();
    for (;;) {
      const { operator } = this;
      const own = LEVELS[operator];
      if (own === undefined || own < level) return left;
      this.takeOperator();
      const start = this.tokenStart;
      // ** groups from the right, everything else from the left.
      const right = operator === "**" ? this.exponent(own) : this.binary(own + 1);
      if (operator === "&&" || operator === "||") left = { type: "logical", operator, left, right };
      else if (operator === "**") left = { type: "binary", operator, left, right, rest: this.rest() };
      else if (operator === "/" || operator === "%")
        left = { type: "binary", operator, left, right, rest: this.text.slice(start) };
      else left = { type: "binary", operator, left, right };
    }
  }

  private exponent(level: number): ArithNode {
    if (++this.depth > MAX_DEPTH) this.fail("expression recursion level exceeded");
    const node = this.binary(level);
    this.depth--;
    return node;
  }

  private unary(): ArithNode {
    const { operator, position } = this;
    if (operator !== "+" && operator !== "-" && operator !== "!" && operator !== "~") return this.operand();
    if (++this.depth > MAX_DEPTH) this.fail("expression recursion level exceeded");
    const node = this.prefixUpdate(operator, position) ?? this.plainUnary(operator);
    this.depth--;
    return node;
  }

  private plainUnary(operator: "+" | "-" | "!" | "~"): ArithNode {
    this.takeOperator();
    return { type: "unary", operator, operand: this.unary() };
  }

  /** ++name and --name; before anything else the two characters are two signs. */
  private prefixUpdate(operator: string, position: number): ArithNode | undefined {
    if ((operator !== "+" && operator !== "-") || this.text.charAt(position + 1) !== operator)
      return undefined;
    BLANKS.lastIndex = position + 2;
    BLANKS.exec(this.text);
    if (!/[A-Za-z_]/.test(this.text.charAt(BLANKS.lastIndex))) return undefined;
    this.position = position + 2;
    this.next();
    return {
      type: "update",
      operator: operator === "+" ? "++" : "--",
      prefix: true,
      target: this.variable(),
    };
  }

  private operand(): ArithNode {
    if (this.at("(")) {
      this.takeOperator();
      const inner = this.comma();
      if (!this.at(")")) this.fail("missing `)'");
      this.takeOperator();
      return inner;
    }
    const code = this.text.charCodeAt(this.position);
    if (this.operator === "" && code >= 48 && code <= 57) return this.number();
    if (this.operator !== "" || !/[A-Za-z_]/.test(this.text.charAt(this.position))) {
      this.fail("syntax error: operand expected");
    }
    const target = this.variable();
    return this.postfixUpdate(target) ?? target;
  }

  private postfixUpdate(target: ArithNode): ArithNode | undefined {
    const { operator } = this;
    if ((operator !== "+" && operator !== "-") || this.text.charAt(this.position + 1) !== operator)
      return undefined;
    this.position += 2;
    this.next();
    return { type: "update", operator: operator === "+" ? "++" : "--", prefix: false, target };
  }

  private variable(): ArithNode {
    NAME.lastIndex = this.position;
    const name = NAME.exec(this.text)![0];
    this.position += name.length;
    let subscript: string | undefined;
    if (this.text.charAt(this.position) === "[") {
      const end = closingBracket(this.text, this.position);
      if (end === -1) {
        this.tokenStart = this.position - name.length;
        this.fail("bad array subscript");
      }
      subscript = this.text.slice(this.position + 1, end);
      this.position = end + 1;
    }
    this.next();
    return subscript === undefined ? { type: "variable", name } : { type: "variable", name, subscript };
  }

  private number(): ArithNode {
    const small = smallNumberAt(this.text, this.position);
    if (small !== undefined) {
      this.position = small.end;
      this.next();
      return { type: "number", value: BigInt(small.value) };
    }
    NUMBER.lastIndex = this.position;
    const text = NUMBER.exec(this.text)![0];
    const value = parseNumber(text);
    if (typeof value === "string") this.fail(value, this.position + text.length);
    this.position += text.length;
    this.next();
    return { type: "number", value };
  }
}

function operatorAt(text: string, at: number): string {
  // Most operators are of one character and stand before an operand.
  if (isNamePart(text.charCodeAt(at + 1))) return SINGLE.get(text.charCodeAt(at)) ?? "";
  OPERATOR.lastIndex = at;
  return OPERATOR.exec(text)?.[0] ?? "";
}

const MAX_SMALL_DIGITS = 15;

/** Decimal digits that nothing else follows: most numbers are such. */
function smallNumberAt(text: string, start: number): { value: number; end: number } | undefined {
  let value = 0;
  let end = start;
  let code = text.charCodeAt(end);
  if (code === 48) return undefined;
  for (; code >= 48 && code <= 57; code = text.charCodeAt(++end)) value = value * 10 + code - 48;
  const isWhole = !isNamePart(code) && code !== 64 && code !== 35;
  return isWhole && end - start <= MAX_SMALL_DIGITS ? { value, end } : undefined;
}

function closingBracket(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "[") depth++;
    else if (text[i] === "]" && --depth === 0) return i;
  }
  return -1;
}

/** An integer constant, wrapped to 64 bits; a string is bash's error message. */
function parseNumber(text: string): bigint | string {
  const hash = text.indexOf("#");
  if (hash !== -1) {
    const base = Number(text.slice(0, hash));
    if (!/^[0-9]+$/.test(text.slice(0, hash)) || base < 2 || base > 64) return "invalid arithmetic base";
    if (hash === text.length - 1) return "invalid integer constant";
    return digits(text.slice(hash + 1), base);
  }
  if (/^0[xX]/.test(text)) return digits(text.slice(2), 16);
  if (text.length > 1 && text.startsWith("0")) return digits(text.slice(1), 8);
  return digits(text, 10);
}

function digits(text: string, base: number): bigint | string {
  if (base === 10 && text.length < 16 && /^[0-9]+$/.test(text)) return BigInt(Number(text));
  let value = 0n;
  for (const char of text) {
    const digit = digitValue(char, base);
    if (digit === -1 || digit >= base) return "value too great for base";
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
  }
  return value;
}

/** Digits are 0-9a-zA-Z@_; up to base 36 the case of letters does not matter. */
function digitValue(char: string, base: number): number {
  if (char === "@") return 62;
  if (char === "_") return 63;
  const code = char.charCodeAt(0);
  if (code <= 57) return code - 48;
  if (code >= 97) return code - 97 + 10;
  return base <= 36 ? code - 65 + 10 : code - 65 + 36;
}
