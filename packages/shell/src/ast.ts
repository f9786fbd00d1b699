// The whole grammar of bash as one tree. Immutable once parsed, so that functions, subshells and snapshots share it.

import type { ShellSyntaxError } from "./parser/syntax-error.ts";

// ── words ──────────────────────────────────────────────────────────────

export interface Word {
  parts: WordPart[];
  /** The source text, for messages, `declare -f` and xtrace. */
  text: string;
  line: number;
  /**
   * Set where the word has the form of an assignment. Arguments of declaration builtins are assigned through it;
   * `parts` holds the same word for all other commands (name=( … ) as one literal).
   */
  assignment?: Assignment;
}

export type WordPart =
  | { type: "literal"; text: string }
  /** 'text', or one character after a backslash: never split, globbed or expanded. */
  | { type: "quoted"; text: string; style: "single" | "backslash" | "ansi-c" }
  /** "…" or $"…" (`locale`) */
  | { type: "double"; parts: WordPart[]; locale: boolean }
  | ParameterPart
  /** `error`: the text between backquotes does not parse, which bash reports each time it is expanded. */
  | { type: "command"; body: List; backquoted: boolean; error?: ShellSyntaxError }
  | { type: "arith"; expression: ArithExpression }
  | { type: "process"; direction: "<" | ">"; body: List }
  /** A leading ~, ~name, ~+, ~-; also after ":" and "=" in assignments. */
  | { type: "tilde"; user: string }
  /** ?(…) *(…) +(…) @(…) !(…) while extglob is on: a pattern piece, with its operator. */
  | { type: "extglob"; operator: "?" | "*" | "+" | "@" | "!"; alternatives: Word[] };

/** $name, ${name…} in all forms. */
export interface ParameterPart {
  type: "parameter";
  /** A name, digits, or one of @ * # ? - $ ! _ */
  name: string;
  /** ${name[…]} */
  subscript?: Subscript;
  /** ${!name…} */
  indirect: boolean;
  operation?: ParameterOperation;
  /** Whether it was written with braces. */
  braced: boolean;
  text: string;
}

export type Subscript =
  | { type: "all"; form: "@" | "*" }
  /**
   * The text of an index: arithmetic for indexed arrays, a word for associative ones. Which it is turns out at run
   * time.
   */
  | { type: "index"; word: Word };

export type ParameterOperation =
  /** ${#name} */
  | { type: "length" }
  /** ${name:-w} ${name-w} and = ? +; `colon`: an empty value counts as unset */
  | { type: "default" | "assign" | "error" | "alternate"; colon: boolean; word: Word }
  /** ${name#p} ${name##p} ${name%p} ${name%%p} */
  | { type: "strip"; from: "prefix" | "suffix"; longest: boolean; pattern: Word }
  /** ${name/p/r} ${name//p/r} ${name/#p/r} ${name/%p/r} */
  | { type: "replace"; which: "first" | "all" | "prefix" | "suffix"; pattern: Word; replacement: Word }
  /** ${name:offset:length}: arithmetic, expanded first */
  | { type: "slice"; offset: Word; length?: Word }
  /** ${name^p} ${name^^p} ${name,p} ${name,,p} ${name~p} ${name~~p} */
  | { type: "case"; to: "upper" | "lower" | "toggle"; all: boolean; pattern?: Word }
  /** ${name@Q} … */
  | { type: "transform"; operator: string }
  /** ${!prefix*} ${!prefix@} */
  | { type: "names"; form: "@" | "*" }
  /** ${!name[@]} ${!name[*]} */
  | { type: "keys"; form: "@" | "*" }
  /** Anything else between the braces. It is a "bad substitution" only when it is expanded. */
  | { type: "bad" };

// ── arithmetic ─────────────────────────────────────────────────────────

/**
 * An arithmetic expression is parsed when it runs, because expansions can supply operators. `constant` is its tree
 * when the source has no expansion in it ("i+1", "x<<2"): parsed once, run many times.
 */
export interface ArithExpression {
  /** The source with its expansions, as if within double quotes. */
  word: Word;
  constant?: ArithNode;
}

export type ArithNode =
  | { type: "number"; value: bigint }
  | { type: "variable"; name: string; subscript?: string }
  | { type: "unary"; operator: "+" | "-" | "!" | "~"; operand: ArithNode }
  | { type: "update"; operator: "++" | "--"; prefix: boolean; target: ArithNode }
  /** `rest`: for /, % and **, the "error token" of a division by zero or a negative exponent. */
  | { type: "binary"; operator: string; left: ArithNode; right: ArithNode; rest?: string }
  | { type: "logical"; operator: "&&" | "||"; left: ArithNode; right: ArithNode }
  | { type: "ternary"; condition: ArithNode; then: ArithNode; otherwise: ArithNode }
  | { type: "assign"; operator: string; target: ArithNode; value: ArithNode; rest: string }
  | { type: "comma"; left: ArithNode; right: ArithNode };

// ── commands ───────────────────────────────────────────────────────────

/** Commands separated by ; & or newlines. */
export interface List {
  items: ListItem[];
}

export interface ListItem {
  command: AndOr;
  background: boolean;
}

/** pipelines joined by && and || */
export interface AndOr {
  first: Pipeline;
  rest: { operator: "&&" | "||"; pipeline: Pipeline }[];
}

export interface Pipeline {
  commands: Command[];
  negated: boolean;
  /** The `time` reserved word, with -p. */
  timed?: { posix: boolean };
  /** stageStderr[i]: stage i was followed by |& */
  stageStderr: boolean[];
}

export type Command =
  | SimpleCommand
  | FunctionDefinition
  | (CompoundCommand & { redirects: Redirect[]; line: number });

export interface SimpleCommand {
  type: "simple";
  assignments: Assignment[];
  words: Word[];
  redirects: Redirect[];
  line: number;
}

export interface Assignment {
  name: string;
  subscript?: Word;
  append: boolean;
  /** A word, or the elements of name=( … ) */
  value: Word | ArrayElement[];
  line: number;
}

export interface ArrayElement {
  /** [key]=value and [key]+=value */
  key?: Word;
  append?: boolean;
  value: Word;
}

export type CompoundCommand =
  | { type: "group"; body: List }
  | { type: "subshell"; body: List }
  | { type: "if"; clauses: { condition: List; body: List }[]; otherwise?: List }
  | { type: "while"; until: boolean; condition: List; body: List }
  | { type: "for"; name: string; words?: Word[]; body: List }
  | { type: "select"; name: string; words?: Word[]; body: List }
  | {
      type: "arith-for";
      init?: ArithExpression;
      condition?: ArithExpression;
      step?: ArithExpression;
      body: List;
    }
  | { type: "case"; word: Word; clauses: CaseClause[] }
  | { type: "arith-command"; expression: ArithExpression }
  | { type: "conditional"; expression: Conditional }
  | { type: "coproc"; name: string; body: Command };

export interface CaseClause {
  patterns: Word[];
  body: List;
  /** ;; · ;& · ;;& */
  terminator: "break" | "fallthrough" | "continue";
}

/** [[ … ]] */
export type Conditional =
  | { type: "unary"; operator: string; operand: Word }
  | { type: "binary"; operator: string; left: Word; right: Word }
  | { type: "word"; word: Word }
  | { type: "not" | "group"; operand: Conditional }
  | { type: "and" | "or"; left: Conditional; right: Conditional };

export interface FunctionDefinition {
  type: "function";
  name: string;
  body: Command;
  /** The source, for `declare -f` to print from the tree. */
  line: number;
}

export interface Redirect {
  /** The descriptor; {name} for a variable; undefined for the operator's default (0 or 1). */
  fd?: number | { variable: string };
  operator: "<" | ">" | ">>" | ">|" | "<>" | "<&" | ">&" | "&>" | "&>>" | "<<" | "<<-" | "<<<";
  /** The file, descriptor or string; for here-documents the delimiter as written. */
  target: Word;
  /** The here-document's text: one quoted part if the delimiter was quoted. */
  heredoc?: Word;
  line: number;
}
