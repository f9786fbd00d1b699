import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "umask", args, "pS");
  if (typeof options === "number") return options;
  const [mode] = options.operands;
  const mask = shell.proc.umask();
  if (mode === undefined) {
    const prefix = options.flags.has("p") ? `umask ${options.flags.has("S") ? "-S " : ""}` : "";
    const value = options.flags.has("S") ? symbolic(mask) : mask.toString(8).padStart(4, "0");
    return yield* shell.print("umask", `${prefix}${value}\n`);
  }
  if (/^[0-9]/.test(mode)) {
    if (!/^[0-7]+$/.test(mode) || Number.parseInt(mode, 8) > 0o7777) {
      return shell.fail("umask", `${mode}: octal number out of range`);
    }
    shell.proc.umask(Number.parseInt(mode, 8) & 0o777);
    return 0;
  }
  const changed = applySymbolic(mask, mode);
  if (typeof changed === "string") return shell.fail("umask", changed);
  shell.proc.umask(changed);
  return options.flags.has("S") ? yield* shell.print("umask", `${symbolic(changed)}\n`) : 0;
}

function symbolic(mask: number): string {
  const bits = (shift: number): string => {
    const allowed = (~mask >> shift) & 7;
    return (allowed & 4 ? "r" : "") + (allowed & 2 ? "w" : "") + (allowed & 1 ? "x" : "");
  };
  return `u=${bits(6)},g=${bits(3)},o=${bits(0)}`;
}

const SHIFTS: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
const BITS: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1, X: 1 };

/** The mask after clauses such as "u=rwx,g-w"; a string is an error message. @see POSIX.1-2024 XCU umask */
function applySymbolic(mask: number, mode: string): number | string {
  let allowed = ~mask & 0o777;
  for (const clause of mode.split(",")) {
    const match = /^([ugoa]*)((?:[-+=][^-+=]*)+)$/.exec(clause);
    if (match === null) {
      const bad = /[^ugoa]/.exec(clause)?.[0] ?? "";
      return `\`${bad}': invalid symbolic mode operator`;
    }
    const who = match[1] === "" || match[1]!.includes("a") ? "ugo" : match[1]!;
    for (const [, operator, permissions] of match[2]!.matchAll(/([-+=])([^-+=]*)/g)) {
      const bits = permissionBits(permissions!, allowed);
      if (typeof bits === "string") return bits;
      for (const letter of new Set(who)) allowed = applyBits(allowed, operator!, bits, SHIFTS[letter]!);
    }
  }
  return ~allowed & 0o777;
}

function permissionBits(permissions: string, allowed: number): number | string {
  let bits = 0;
  for (const letter of permissions) {
    if (letter in BITS) bits |= BITS[letter]!;
    else if (letter in SHIFTS) bits |= (allowed >> SHIFTS[letter]!) & 7;
    else return `\`${letter}': invalid symbolic mode character`;
  }
  return bits;
}

function applyBits(allowed: number, operator: string, bits: number, shift: number): number {
  const shifted = bits << shift;
  if (operator === "+") return allowed | shifted;
  if (operator === "-") return allowed & ~shifted;
  return (allowed & ~(7 << shift)) | shifted;
}

export const umask: Builtin = { name: "umask", run };
