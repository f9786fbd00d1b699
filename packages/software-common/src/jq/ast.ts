import type { Relation } from "../shared/relation.ts";
import type { Value } from "./value.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

interface Infix<T extends string> {
  type: T;
  left: Node;
  right: Node;
}

export type Node =
  | { type: "identity" }
  | { type: "literal"; value: Value }
  | { type: "string"; parts: readonly (string | Node)[]; format: string | undefined }
  | { type: "format"; name: string }
  | { type: "index"; term: Node; key: Node }
  | { type: "slice"; term: Node; from: Node | undefined; to: Node | undefined }
  | { type: "iterate"; term: Node }
  | { type: "array"; body: Node | undefined }
  | { type: "object"; entries: readonly { key: Node; value: Node }[] }
  | { type: "negate"; body: Node }
  | Infix<"pipe">
  | Infix<"comma">
  | Infix<"and">
  | Infix<"or">
  | Infix<"alternative">
  | { type: "arithmetic"; op: ArithmeticOperator; left: Node; right: Node }
  | { type: "compare"; op: Relation; left: Node; right: Node }
  | { type: "assign"; op: "=" | "|=" | "//=" | ArithmeticOperator; left: Node; right: Node }
  | { type: "if"; condition: Node; then: Node; otherwise: Node | undefined }
  | { type: "try"; body: Node; handler: Node | undefined }
  | { type: "reduce"; source: Node; pattern: readonly Pattern[]; init: Node; update: Node }
  | {
      type: "foreach";
      source: Node;
      pattern: readonly Pattern[];
      init: Node;
      update: Node;
      extract: Node | undefined;
    }
  | { type: "define"; definition: Definition; rest: Node }
  | { type: "call"; name: string; args: readonly Node[] }
  | { type: "variable"; name: string }
  | { type: "bind"; source: Node; patterns: readonly Pattern[]; body: Node }
  | { type: "label"; name: string; body: Node }
  | { type: "break"; name: string };

export interface Definition {
  name: string;
  /** Closures "f", values "$x". */
  params: readonly string[];
  body: Node;
}

export type Pattern =
  | { type: "variable"; name: string }
  | { type: "array"; items: readonly Pattern[] }
  | {
      type: "object";
      entries: readonly { key: Node; variable: string | undefined; value: Pattern | undefined }[];
    };

/** A program that cannot be compiled: exit status 3. */
export class CompileError extends Error {}

/** The key of a function among the names in scope. */
export const functionKey = (name: string, arity: number): string => `${name}/${arity}`;
