import type { Regex } from "@agentos/posix";

export type Address =
  | { type: "line"; line: number }
  | { type: "last" }
  | { type: "regex"; regex: SedRegex }
  | { type: "step"; first: number; step: number }
  /** Only as a second address: `+N`, `~N`. */
  | { type: "plus"; count: number }
  | { type: "multiple"; of: number };

/** undefined stands for the empty expression: the one used last. */
export type SedRegex = Regex | undefined;

export interface Command {
  name: string;
  from: Address | undefined;
  to: Address | undefined;
  negated: boolean;
  /** Whether the range is open, and the line it ends at if that is known. */
  active: boolean;
  /** A range from a line number has been entered; it is not entered again. */
  closed: boolean;
  endLine: number;
  argument: Argument;
  /** Index of the command to go on with: branches, and blocks that are passed over. */
  target: number;
}

export type Argument =
  | { type: "none" }
  | { type: "text"; text: string }
  | { type: "label"; label: string }
  | { type: "file"; path: string }
  | { type: "number"; value: number | undefined }
  | { type: "command"; command: string }
  | { type: "substitute"; substitute: Substitute }
  | { type: "translate"; map: ReadonlyMap<string, string> };

export interface Substitute {
  regex: SedRegex;
  replacement: readonly ReplacementPart[];
  global: boolean;
  print: number;
  /** Replace only from this match on. */
  occurrence: number;
  evaluate: boolean;
  writeTo: string | undefined;
}

/** Text, a group (0 is the whole match), or a change of case: \U \L \u \l \E. */
export type ReplacementPart = string | number | { case: "U" | "L" | "u" | "l" | "E" };

/** A mistake in the script. */
export class ScriptError extends Error {
  /** The exit status it leads to. */
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}
