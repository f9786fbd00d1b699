// Options of builtins: single letters, as bash's internal_getopt takes them.

import type { Shell } from "../shell.ts";
import { USAGE } from "./usage.ts";

export interface BuiltinOptions {
  /** The letters given. */
  flags: Set<string>;
  /** Letters with their arguments; the last one counts. */
  values: Map<string, string>;
  /** Every letter with its argument, in order. */
  order: { letter: string; value: string | undefined }[];
  operands: string[];
}

/**
 * Parses options up to the first operand or "--". In `spec`, a letter followed by ":" takes an argument. If the result
 * is a number, a usage error has been reported, and this is its exit status.
 */
export function parseOptions(
  shell: Shell,
  name: string,
  args: string[],
  spec: string,
): BuiltinOptions | number {
  const parsed: BuiltinOptions = { flags: new Set(), values: new Map(), order: [], operands: [] };
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--") {
      at++;
      break;
    }
    if (word.length < 2 || word[0] !== "-") break;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]!;
      const place = letter === ":" ? -1 : spec.indexOf(letter);
      if (place === -1) return usageError(shell, name, `-${letter}: invalid option`);
      let value: string | undefined;
      if (spec[place + 1] === ":") {
        value = i + 1 < word.length ? word.slice(i + 1) : args[++at];
        if (value === undefined) return usageError(shell, name, `-${letter}: option requires an argument`);
        parsed.values.set(letter, value);
        i = word.length;
      }
      parsed.flags.add(letter);
      parsed.order.push({ letter, value });
    }
  }
  parsed.operands = args.slice(at);
  return parsed;
}

/** Reports a usage error and shows the usage. @returns its status, 2 */
export function usageError(shell: Shell, name: string, message: string): number {
  shell.fail(name, message);
  return usage(shell, name);
}

export function usage(shell: Shell, name: string): number {
  const synopsis = USAGE[name];
  shell.report(`${name}: usage: ${synopsis ?? name}\n`);
  return 2;
}
