// Symbolic and octal file modes. Source: POSIX XCU chmod; GNU adds "=", "+" and "-" followed by octal digits.

import { S_IFDIR, S_IFMT, S_ISGID, S_ISUID, S_ISVTX } from "@agentos/kernel/abi";

interface Clause {
  /** The permission classes named before the operator: a mask of 0700, 0070, 0007 with the special bits. */
  who: number;
  /** No class was named: the umask applies. */
  everyone: boolean;
  operator: "+" | "-" | "=";
  /** rwx for all classes, set-id and sticky bits; or a class to copy from. */
  bits: number;
  copyFrom?: "u" | "g" | "o";
  /** "X": execute only for directories and files that someone may execute. */
  conditionalExecute: boolean;
}

export type ModeChange = { octal: number; digits: number } | { clauses: Clause[] };

const USER = 0o4700;
const GROUP = 0o2070;
const OTHER = 0o1007;
const PERMISSION_BITS: Record<string, number> = {
  r: 0o444,
  w: 0o222,
  x: 0o111,
  s: S_ISUID | S_ISGID,
  t: S_ISVTX,
};

/** Parses a mode operand; undefined if it is none. */
export function parseMode(text: string): ModeChange | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    const octal = Number.parseInt(text, 8);
    return octal > 0o7777 ? undefined : { octal, digits: text.length };
  }
  const clauses: Clause[] = [];
  for (const part of text.split(",")) {
    const parsed = parseClauses(part);
    if (parsed === undefined) return undefined;
    clauses.push(...parsed);
  }
  return { clauses };
}

function parseClauses(text: string): Clause[] | undefined {
  const match = /^([ugoa]*)((?:[+=-](?:[0-7]+|[rwxXst]*|[ugo]))+)$/.exec(text);
  if (!match) return undefined;
  const classes = match[1]!;
  let who = 0;
  for (const letter of classes) who |= { u: USER, g: GROUP, o: OTHER, a: 0o7777 }[letter]!;
  const everyone = classes === "";
  if (everyone) who = 0o7777;
  return [...match[2]!.matchAll(/([+=-])([0-7]+|[ugo]|[rwxXst]*)/g)].map(([, operator, operand]) =>
    clause(who, everyone, operator as Clause["operator"], operand!),
  );
}

function clause(who: number, everyone: boolean, operator: Clause["operator"], operand: string): Clause {
  const base = { who, everyone, operator, conditionalExecute: operand.includes("X") };
  if (/^[0-7]+$/.test(operand))
    return { ...base, everyone: false, who: 0o7777, bits: Number.parseInt(operand, 8) & 0o7777 };
  if (/^[ugo]$/.test(operand)) return { ...base, bits: 0, copyFrom: operand as "u" | "g" | "o" };
  let bits = 0;
  for (const letter of operand) bits |= PERMISSION_BITS[letter] ?? 0;
  return { ...base, bits };
}

/** The new permission bits of a file whose mode is `mode` (type included). */
export function applyMode(change: ModeChange, mode: number, umask: number): number {
  const directory = (mode & S_IFMT) === S_IFDIR;
  if ("octal" in change) {
    // GNU: an octal mode of fewer than five digits leaves a directory's set-id bits alone.
    const kept = directory && change.digits < 5 ? mode & (S_ISUID | S_ISGID) : 0;
    return change.octal | kept;
  }
  let bits = mode & 0o7777;
  for (const one of change.clauses) bits = applyClause(one, bits, directory, umask);
  return bits;
}

function applyClause(clause: Clause, mode: number, directory: boolean, umask: number): number {
  const { who, operator } = clause;
  let bits = clause.bits;
  if (clause.copyFrom) {
    const shift = { u: 6, g: 3, o: 0 }[clause.copyFrom];
    bits = ((mode >> shift) & 7) * 0o111;
  }
  if (clause.conditionalExecute && (directory || (mode & 0o111) !== 0)) bits |= 0o111;
  bits &= who;
  if (clause.everyone) bits &= ~(umask & 0o777);
  if (operator === "+") return mode | bits;
  if (operator === "-") return mode & ~bits;
  const special = directory ? mode & (S_ISUID | S_ISGID) & ~bits : 0;
  const cleared = clause.everyone ? mode & ~0o7777 : mode & ~who;
  return cleared | bits | special;
}
