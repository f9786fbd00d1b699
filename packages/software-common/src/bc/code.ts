// What bc's parser makes of its source: a function is a list of instructions for a machine with a stack.

import type { Relation } from "../shared/relation.ts";

/** A variable that is not the user's. */
export type Special = "ibase" | "obase" | "scale" | "last" | "history";

export type Place =
  | { kind: "variable"; name: string }
  /** The index is on the stack. */
  | { kind: "element"; name: string }
  | { kind: "special"; name: Special };

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "^" | Relation;

export type Argument = { array: string } | "number";

export type Instruction =
  | { op: "constant"; text: string; base?: number; value?: import("../shared/decimal.ts").Decimal }
  | { op: "load"; place: Place }
  | { op: "store"; place: Place }
  /** The old value of a compound assignment; an element's index stays below it. */
  | { op: "fetch"; place: Place }
  | { op: "step"; place: Place; by: 1n | -1n; prefix: boolean }
  | { op: "binary"; operator: BinaryOperator }
  | { op: "negate" | "not" | "truth" | "pop" | "return" | "halt" | "limits" | "warranty" }
  | { op: "builtin"; name: "length" | "scale" | "sqrt" | "read" | "random" }
  | { op: "call"; name: string; arguments: readonly Argument[] }
  | { op: "jump" | "jumpIfZero" | "jumpIfNotZero"; to: number }
  /** A value printed by a statement (with a newline) or by "print". */
  | { op: "show"; newline: boolean }
  | { op: "text"; text: string };

export interface Parameter {
  name: string;
  kind: "number" | "array" | "reference";
}

export interface UserFunction {
  name: string;
  isVoid: boolean;
  parameters: readonly Parameter[];
  autos: readonly Parameter[];
  code: readonly Instruction[];
}
