// The expressions of test and [. Source: POSIX.1-2024 XCU test (by number of arguments); bash manual, "test".

/** What `test` needs to know of its surroundings. Answers may be promises. */
export interface TestHost {
  /** A file test by its letter: e f d r w x s L h p S b c g u k O G N. */
  file(letter: string, path: string): boolean | Promise<boolean>;
  /** Compares modification times or identity: "nt", "ot", "ef". */
  compareFiles(operator: "nt" | "ot" | "ef", left: string, right: string): boolean | Promise<boolean>;
  isTerminal(fd: number): boolean;
  /** -o: whether a shell option is set. */
  option?(name: string): boolean;
  /** -v: whether a variable is set. */
  variable?(name: string): boolean;
  /** -R: whether a variable is a name reference. */
  nameref?(name: string): boolean;
  /** String order; by code point when absent. */
  compare?(left: string, right: string): number;
}

/** A malformed expression; `message` has no "test: " before it. The exit status is 2. */
export class TestSyntaxError extends Error {}

export type TestResult = boolean | Promise<boolean>;

const FILE_TESTS = new Set([..."abcdefghkprsuwxGLNOS"]);
const OTHER_UNARY = new Set([..."nztovR"]);
const BINARY = new Set([
  "=",
  "==",
  "!=",
  "<",
  ">",
  "-eq",
  "-ne",
  "-lt",
  "-le",
  "-gt",
  "-ge",
  "-nt",
  "-ot",
  "-ef",
]);

/** Evaluates the arguments of `test` (without the closing "]"). @throws TestSyntaxError */
export function evaluateTest(args: readonly string[], host: TestHost): TestResult {
  return new TestParser(args, host).evaluate();
}

/** Deeper nesting of parentheses is refused. */
const MAX_DEPTH = 1000;

class TestParser {
  readonly args: readonly string[];
  readonly host: TestHost;
  at = 0;
  depth = 0;

  constructor(args: readonly string[], host: TestHost) {
    this.args = args;
    this.host = host;
  }

  evaluate(): TestResult {
    const { args } = this;
    const result = this.byCount(0, args.length);
    return result;
  }

  byCount(start: number, count: number): TestResult {
    const { args } = this;
    const word = (i: number): string => args[start + i]!;
    switch (count) {
      case 0:
        return false;
      case 1:
        return word(0) !== "";
      case 2:
        if (word(0) === "!") return word(1) === "";
        if (isUnary(word(0))) return this.unary(word(0), word(1));
        throw new TestSyntaxError(`${word(0)}: unary operator expected`);
      case 3:
        return this.three(start);
      case 4:
        if (word(0) === "!") return negate(this.three(start + 1));
        if (word(0) === "(" && word(3) === ")") return this.byCount(start + 1, 2);
        return this.expression(start, count);
      default:
        return this.expression(start, count);
    }
  }

  three(start: number): TestResult {
    const [first, second, third] = this.args.slice(start, start + 3) as [string, string, string];
    if (BINARY.has(second)) return this.binary(first, second, third);
    if (second === "-a") return first !== "" && third !== "";
    if (second === "-o") return first !== "" || third !== "";
    if (first === "!") return negate(this.byCount(start + 1, 2));
    if (first === "(" && third === ")") return second !== "";
    throw new TestSyntaxError(`${second}: binary operator expected`);
  }

  expression(start: number, count: number): TestResult {
    this.at = start;
    const result = this.or();
    if (this.at < start + count) {
      throw new TestSyntaxError("too many arguments");
    }
    return result;
  }

  or(): TestResult {
    let result = this.and();
    while (this.peek() === "-o") {
      this.at++;
      result = combine(result, this.and(), (a, b) => a || b);
    }
    return result;
  }

  and(): TestResult {
    let result = this.term();
    while (this.peek() === "-a") {
      this.at++;
      result = combine(result, this.term(), (a, b) => a && b);
    }
    return result;
  }

  peek(ahead = 0): string | undefined {
    return this.args[this.at + ahead];
  }

  term(): TestResult {
    const word = this.peek();
    if (word === undefined) throw new TestSyntaxError("argument expected");
    const next = this.peek(1);
    if (word === "!" && !(next !== undefined && BINARY.has(next) && this.peek(2) !== undefined)) {
      return this.negation();
    }
    if (next !== undefined && BINARY.has(next) && this.peek(2) !== undefined) {
      this.at += 3;
      return this.binary(word, next, this.args[this.at - 1]!);
    }
    if (word === "(") {
      this.at++;
      if (++this.depth > MAX_DEPTH) throw new TestSyntaxError("expression recursion level exceeded");
      const inner = this.or();
      this.depth--;
      if (this.peek() === undefined) throw new TestSyntaxError("`)' expected");
      if (this.peek() !== ")") throw new TestSyntaxError(`\`)' expected, found ${this.peek()}`);
      this.at++;
      return inner;
    }
    if (isUnary(word) && next !== undefined) {
      this.at += 2;
      return this.unary(word, next);
    }
    this.at++;
    return word !== "";
  }

  /** `!` before a term, however often. */
  negation(): TestResult {
    let negated = false;
    do {
      negated = !negated;
      this.at++;
    } while (this.peek() === "!" && !(BINARY.has(this.peek(1) ?? "") && this.peek(2) !== undefined));
    const operand = this.term();
    return negated ? negate(operand) : operand;
  }

  unary(operator: string, operand: string): TestResult {
    const letter = operator[1]!;
    switch (letter) {
      case "n":
        return operand !== "";
      case "z":
        return operand === "";
      case "t":
        return /^\s*\d{1,9}\s*$/.test(operand) && this.host.isTerminal(Number(operand));
      case "o":
        return this.host.option?.(operand) ?? false;
      case "v":
        return this.host.variable?.(operand) ?? false;
      case "R":
        return this.host.nameref?.(operand) ?? false;
      default:
        return this.host.file(letter === "a" ? "e" : letter === "h" ? "L" : letter, operand);
    }
  }

  binary(left: string, operator: string, right: string): TestResult {
    switch (operator) {
      case "=":
      case "==":
        return left === right;
      case "!=":
        return left !== right;
      case "<":
        return this.compare(left, right) < 0;
      case ">":
        return this.compare(left, right) > 0;
      case "-nt":
      case "-ot":
      case "-ef":
        return this.host.compareFiles(operator.slice(1) as "nt" | "ot" | "ef", left, right);
      default:
        return compareIntegers(testInteger(left), operator, testInteger(right));
    }
  }

  compare(left: string, right: string): number {
    if (this.host.compare !== undefined) return this.host.compare(left, right);
    return left < right ? -1 : left > right ? 1 : 0;
  }
}

function isUnary(word: string): boolean {
  return word.length === 2 && word[0] === "-" && (FILE_TESTS.has(word[1]!) || OTHER_UNARY.has(word[1]!));
}

/** An operand of -eq and the like. @throws TestSyntaxError */
function testInteger(text: string): bigint {
  const match = /^[ \t\n]*([+-]?\d+)[ \t\n]*$/.exec(text);
  if (match === null) throw new TestSyntaxError(`${text}: integer expression expected`);
  return BigInt(match[1]!.replace("+", ""));
}

function compareIntegers(left: bigint, operator: string, right: bigint): boolean {
  switch (operator) {
    case "-eq":
      return left === right;
    case "-ne":
      return left !== right;
    case "-lt":
      return left < right;
    case "-le":
      return left <= right;
    case "-gt":
      return left > right;
    default:
      return left >= right;
  }
}

function negate(value: TestResult): TestResult {
  return value instanceof Promise ? value.then((result) => !result) : !value;
}

function combine(a: TestResult, b: TestResult, join: (a: boolean, b: boolean) => boolean): TestResult {
  if (!(a instanceof Promise) && !(b instanceof Promise)) return join(a, b);
  return Promise.all([a, b]).then(([x, y]) => join(x, y));
}
