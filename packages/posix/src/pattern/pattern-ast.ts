import type { CharSet } from "../regex/char-set.ts";

/** One item of a glob pattern. `any` is "?", `star` is "*". */
export type PatternItem =
  | { type: "char"; code: number }
  | { type: "set"; set: CharSet }
  | { type: "any" }
  | { type: "star" }
  /** ksh's ?(…) *(…) +(…) @(…) !(…) */
  | { type: "group"; operator: "?" | "*" | "+" | "@" | "!"; alternatives: PatternItem[][] };

export interface PatternOptions {
  /** ksh's extended groups. @default false */
  extglob?: boolean;
  /** Ignores case. @default false */
  nocase?: boolean;
  /** "/" is matched only by itself (FNM_PATHNAME). @default false */
  pathname?: boolean;
  /** A leading "." is matched only by itself (FNM_PERIOD). @default false */
  period?: boolean;
}
