import type { MaybePromise } from "@agentos/vfs/abi";
import type { Proc } from "./proc.ts";

/** One option of a command, as data: parsing, --help and completion come from it. */
export interface OptionSpec {
  /** One letter, or several for synonyms ("rR"). */
  short?: string;
  /** Without the dashes; several for synonyms. */
  long?: string | readonly string[];
  /** The argument's name in --help; absent: a flag. */
  value?: string;
  /** The argument may be left out (only "--long" or "--long=value", "-s" or "-svalue"). */
  optional?: boolean;
  /** May be given several times. The value is a list of arguments or, for a flag, the number of times. */
  repeat?: boolean;
  help: string;
}

export type OptionsSpec = Readonly<Record<string, OptionSpec>>;

/**
 * The value of a flag is a boolean; of a repeated flag, a count; of an option with an argument, a string or undefined;
 * of a repeated one, a list.
 */
export type OptionValues<S extends OptionsSpec> = {
  [K in keyof S]: S[K] extends { repeat: true }
    ? S[K] extends { value: string }
      ? string[]
      : number
    : S[K] extends { value: string }
      ? S[K] extends { optional: true }
        ? string | true | undefined
        : string | undefined
      : boolean;
};

export interface Arguments<S extends OptionsSpec = OptionsSpec> {
  options: OptionValues<S>;
  operands: string[];
  /** The options in the given order, for commands in which the order or the last one matters. */
  order: { name: keyof S & string; value: string | true }[];
}

export interface ProgramDefinition<S extends OptionsSpec = OptionsSpec> {
  name: string;
  /** One line, for --help and listings. */
  summary: string;
  /** What follows the name in the usage line: "[OPTION]... [FILE]...". */
  usage?: string;
  options?: S;
  /** The exit status of a usage error: 1 in most GNU tools, 2 in some. @default 1 */
  usageStatus?: number;
  /** The line that follows the message about a usage error. @default Try '<name> --help' for more information. */
  usageHint?: string;
  /** Options end at the first operand, as in env, xargs, timeout. @default false */
  optionsFirst?: boolean;
  /** The program parses its own argv: test, echo, find, dd … `args.operands` is argv.slice(1). @default false */
  rawArguments?: boolean;
  /** Rewrites obsolete forms ("head -5") before the arguments are parsed. Takes and returns all of argv. */
  modernize?(argv: readonly string[], proc: Proc): readonly string[];
  run(proc: Proc, args: Arguments<S>): MaybePromise<number>;
}

/** A command that runs on the kernel's own thread: trusted code on untrusted input. */
export interface Program {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: OptionsSpec;
  /** Parses argv and runs; the exit code. */
  main(proc: Proc): MaybePromise<number>;
}
