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
  /** May be given several times: its value is the list of arguments. A repeated flag counts. */
  repeat?: boolean;
  help: string;
}

export type OptionsSpec = Readonly<Record<string, OptionSpec>>;

/** A flag is a boolean, a repeated flag a count, a value a string or undefined, a repeated value a list. */
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
  /** Options in the order given, for commands where the last or the sequence counts. */
  order: { name: keyof S & string; value: string | true }[];
}

export interface ProgramDefinition<S extends OptionsSpec = OptionsSpec> {
  name: string;
  /** One line, for --help and listings. */
  summary: string;
  /** What follows the name on the usage line: "[OPTION]... [FILE]...". */
  usage?: string;
  options?: S;
  /** Exit status of a usage error; GNU's is 1 for most, 2 for some. @default 1 */
  usageStatus?: number;
  /** The line after a mistake in the arguments. @default Try '<name> --help' for more information. */
  usageHint?: string;
  /** Options end at the first operand, as in env, xargs, timeout. @default false */
  optionsFirst?: boolean;
  /** The program parses its own argv: test, echo, find, dd … `args.operands` holds argv.slice(1). @default false */
  rawArguments?: boolean;
  /** Turns obsolete forms ("head -5") into today's before the arguments are parsed; gets and answers all of argv. */
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
