// Source: getopt_long(3) of glibc: permutation, abbreviations, messages.

import { UsageError } from "./messages.ts";
import type { Arguments, OptionSpec, OptionsSpec } from "./program.ts";

interface OptionIndex {
  short: Map<string, [string, OptionSpec]>;
  long: Map<string, [string, OptionSpec]>;
}

const indexes = new WeakMap<OptionsSpec, OptionIndex>();

/** The names of long options of a spec, without dashes. */
export function longNames(option: OptionSpec): readonly string[] {
  return option.long === undefined ? [] : typeof option.long === "string" ? [option.long] : option.long;
}

function indexOf(spec: OptionsSpec): OptionIndex {
  const known = indexes.get(spec);
  if (known) return known;
  const index: OptionIndex = { short: new Map(), long: new Map() };
  for (const [key, option] of Object.entries(spec)) {
    for (const letter of option.short ?? "") index.short.set(letter, [key, option]);
    for (const name of longNames(option)) index.long.set(name, [key, option]);
  }
  indexes.set(spec, index);
  return index;
}

function initialValues(spec: OptionsSpec): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const key in spec) {
    const option = spec[key]!;
    values[key] = option.value === undefined ? (option.repeat ? 0 : false) : option.repeat ? [] : undefined;
  }
  return values;
}

/** Parses one argument list. */
class OptionParser {
  readonly #index: OptionIndex;
  readonly #values: Record<string, unknown>;
  readonly #argv: readonly string[];
  readonly #operands: string[] = [];
  readonly #order: { name: string; value: string | true }[] = [];
  #next: number;

  constructor(spec: OptionsSpec, argv: readonly string[], start: number) {
    this.#index = indexOf(spec);
    this.#values = initialValues(spec);
    this.#argv = argv;
    this.#next = start;
  }

  parse(optionsFirst: boolean): Arguments {
    const argv = this.#argv;
    while (this.#next < argv.length) {
      const word = argv[this.#next++]!;
      if (word === "--") break;
      if (word.length > 1 && word.startsWith("-")) {
        if (word.startsWith("--")) this.#long(word);
        else this.#cluster(word);
        continue;
      }
      this.#operands.push(word);
      if (optionsFirst) break;
    }
    while (this.#next < argv.length) this.#operands.push(argv[this.#next++]!);
    return { options: this.#values as Arguments["options"], operands: this.#operands, order: this.#order };
  }

  #cluster(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const letter = String.fromCodePoint(word.codePointAt(i)!);
      const found = this.#index.short.get(letter);
      if (!found) throw new UsageError(`invalid option -- '${letter}'`);
      const [key, option] = found;
      if (option.value === undefined) {
        this.#set(key, option, true);
        continue;
      }
      const rest = word.slice(i + 1);
      if (rest !== "" || option.optional) this.#set(key, option, rest === "" ? true : rest);
      else if (this.#next < this.#argv.length) this.#set(key, option, this.#argv[this.#next++]!);
      else throw new UsageError(`option requires an argument -- '${letter}'`);
      return;
    }
  }

  #long(word: string): void {
    const equals = word.indexOf("=");
    const given = word.slice(2, equals < 0 ? undefined : equals);
    const argument = equals < 0 ? undefined : word.slice(equals + 1);
    const name = this.#complete(given);
    const [key, option] = this.#index.long.get(name)!;
    if (option.value === undefined) {
      if (argument !== undefined) throw new UsageError(`option '--${name}' doesn't allow an argument`);
      this.#set(key, option, true);
    } else if (argument !== undefined || option.optional) this.#set(key, option, argument ?? true);
    else if (this.#next < this.#argv.length) this.#set(key, option, this.#argv[this.#next++]!);
    else throw new UsageError(`option '--${name}' requires an argument`);
  }

  /** The full name that an abbreviation stands for. */
  #complete(given: string): string {
    const { long } = this.#index;
    if (long.has(given)) return given;
    const candidates = [...long.keys()].filter((name) => name.startsWith(given));
    if (candidates.length === 0) throw new UsageError(`unrecognized option '--${given}'`);
    const keys = new Set(candidates.map((name) => long.get(name)![0]));
    if (keys.size === 1) return candidates[0]!;
    const possibilities = candidates.map((name) => `'--${name}'`).join(" ");
    throw new UsageError(`option '--${given}' is ambiguous; possibilities: ${possibilities}`);
  }

  #set(key: string, option: OptionSpec, value: string | true): void {
    this.#order.push({ name: key, value });
    const values = this.#values;
    if (!option.repeat) values[key] = value;
    else if (option.value === undefined) values[key] = (values[key] as number) + 1;
    else (values[key] as (string | true)[]).push(value);
  }
}

/**
 * Parses an argument list by the options' specification: clusters, "--", abbreviated long names, and operands anywhere
 * (with `optionsFirst`, only after the options). @param start the index of the first argument @throws UsageError
 */
export function parseOptions<S extends OptionsSpec>(
  spec: S,
  argv: readonly string[],
  { optionsFirst = false, start = 1 }: { optionsFirst?: boolean; start?: number } = {},
): Arguments<S> {
  return new OptionParser(spec, argv, start).parse(optionsFirst) as Arguments<S>;
}
