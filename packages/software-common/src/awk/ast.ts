export type Expression =
  | { type: "number"; value: number }
  | { type: "string"; value: string }
  | { type: "regex"; source: string }
  | { type: "variable"; name: string; slot: Slot }
  | { type: "index"; array: ArrayName; subscripts: Expression[] }
  | { type: "field"; index: Expression }
  | { type: "group"; body: Expression }
  | { type: "unary"; operator: "-" | "+" | "!"; operand: Expression }
  | { type: "binary"; operator: BinaryOperator; left: Expression; right: Expression }
  | { type: "and" | "or"; left: Expression; right: Expression }
  | { type: "match"; negated: boolean; left: Expression; right: Expression }
  | { type: "in"; subscripts: Expression[]; array: ArrayName }
  | { type: "conditional"; test: Expression; yes: Expression; no: Expression }
  | { type: "assign"; operator: ArithmeticOperator | undefined; target: Lvalue; value: Expression }
  | { type: "increment"; target: Lvalue; by: 1 | -1; prefix: boolean }
  | { type: "builtin"; name: string; args: Expression[] }
  | { type: "call"; name: string; args: Expression[] }
  | {
      type: "getline";
      from: "main" | "file" | "command";
      source: Expression | undefined;
      target: Lvalue | undefined;
    }
  /** A value that an awaited part of an expression has left in the frame. */
  | { type: "hole"; at: number };

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^";
export type BinaryOperator = ArithmeticOperator | "concat" | "<" | "<=" | "==" | "!=" | ">" | ">=";
export type Lvalue = Extract<Expression, { type: "variable" | "index" | "field" }>;

/** Where a variable is kept: in the frame of its function, among the globals, or with the record. */
export type Slot = { scope: "local" | "global"; at: number } | { scope: "special" };
export interface ArrayName {
  name: string;
  slot: Slot;
}

export type Statement =
  | { type: "expression"; expression: Expression }
  | { type: "print" | "printf"; args: Expression[]; redirect: Redirect | undefined }
  | { type: "block"; body: Statement[] }
  | { type: "if"; test: Expression; yes: Statement; no: Statement | undefined }
  | { type: "while"; test: Expression; body: Statement; testFirst: boolean }
  | {
      type: "for";
      init: Statement | undefined;
      test: Expression | undefined;
      step: Statement | undefined;
      body: Statement;
    }
  | { type: "forIn"; target: Lvalue; array: ArrayName; body: Statement }
  | { type: "switch"; value: Expression; cases: SwitchCase[] }
  | { type: "delete"; array: ArrayName; subscripts: Expression[] | undefined }
  | { type: "break" | "continue" | "next" | "nextfile" }
  | { type: "exit" | "return"; value: Expression | undefined };

export interface SwitchCase {
  /** undefined is `default`. */
  value: Expression | undefined;
  body: Statement[];
}

export interface Redirect {
  operator: ">" | ">>" | "|";
  target: Expression;
}

export interface Rule {
  /** None: every record. Two: a range. */
  patterns: Expression[];
  /** Absent: print the record. */
  body: Statement | undefined;
}

export interface AwkFunction {
  name: string;
  parameters: string[];
  body: Statement;
  /** For each parameter, whether it is an array. */
  arrays: boolean[];
  /** Whether a call may have to wait. */
  waits: boolean;
}

export interface AwkProgram {
  begin: Statement[];
  end: Statement[];
  beginFile: Statement[];
  endFile: Statement[];
  rules: Rule[];
  functions: Map<string, AwkFunction>;
  /** Names of the globals, by slot. */
  globals: string[];
  /** Globals that are arrays. */
  arrays: Set<string>;
}

/** An error in the program, or in what it does. Fatal. */
export class AwkError extends Error {}
