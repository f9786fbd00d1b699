// Splits a command's words into options and operands. Options end at the first operand, as the rest belongs to the
// guest, unless the command allows them anywhere.

import { type ParseArgsConfig, parseArgs } from "node:util";
import type { CommandSpec } from "./spec.ts";
import { UsageError } from "./usage-error.ts";

type Value<O> = O extends { multiple: true } ? string[] : O extends { type: "boolean" } ? boolean : string;

export type Options<S extends CommandSpec> = {
  [K in keyof S["options"]]?: Value<S["options"][K]>;
};

export interface Parsed<S extends CommandSpec> {
  options: Options<S>;
  operands: string[];
  /** Whether there was a `--` before the operands. */
  separated: boolean;
}

/** @throws UsageError */
export function parseCommand<S extends CommandSpec>(
  name: string,
  spec: S,
  words: readonly string[],
): Parsed<S> {
  const args = [...words];
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([key, { type, short, multiple }]) => [
      key,
      { type, ...(short ? { short } : {}), multiple: multiple ?? false },
    ]),
  );
  if (spec.optionsAnywhere)
    return { ...strictly(name, { args, options, allowPositionals: true }), separated: false };
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const end = tokens.find(({ kind }) => kind !== "option");
  const own = end === undefined ? args : args.slice(0, end.index);
  const separated = end?.kind === "option-terminator";
  const operands = end === undefined ? [] : args.slice(end.index + (separated ? 1 : 0));
  return { options: strictly<S>(name, { args: own, options }).options, operands, separated };
}

/** @throws UsageError */
function strictly<S extends CommandSpec>(name: string, config: ParseArgsConfig) {
  try {
    const { values, positionals } = parseArgs({ ...config, strict: true });
    return { options: values as Options<S>, operands: positionals };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(firstSentence(error.message), name);
  }
}

/** Node's messages continue with advice about positional arguments. */
function firstSentence(message: string): string {
  return message.split(/\.\s/, 1)[0]!.replace(/\.$/, "");
}
