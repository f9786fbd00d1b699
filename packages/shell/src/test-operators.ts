// Unary and file operators of [[ ]] and test. Source: bash(1) "CONDITIONAL EXPRESSIONS".

import {
  isSysError,
  R_OK,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  type Stat,
  W_OK,
  X_OK,
} from "@agentos/kernel/abi";
import { type Co, wait } from "./co.ts";
import { elementsOf } from "./expand/parameter.ts";
import { expandedSubscript } from "./expand/subscript.ts";
import { isSetOption } from "./options.ts";
import type { Shell } from "./shell.ts";
import { NAMEREF } from "./variable.ts";

const TYPES: Readonly<Record<string, number>> = {
  "-b": S_IFBLK,
  "-c": S_IFCHR,
  "-d": S_IFDIR,
  "-f": S_IFREG,
  "-p": S_IFIFO,
  "-S": S_IFSOCK,
};
const BITS: Readonly<Record<string, number>> = { "-g": S_ISGID, "-k": S_ISVTX, "-u": S_ISUID };
const ACCESS: Readonly<Record<string, number>> = { "-r": R_OK, "-w": W_OK, "-x": X_OK };

export function* testUnary(shell: Shell, operator: string, operand: string): Co<boolean> {
  switch (operator) {
    case "-z":
      return operand === "";
    case "-n":
      return operand !== "";
    case "-o":
      return isSetOption(operand) && shell.set[operand];
    case "-v":
      return yield* isVariableSet(shell, operand);
    case "-R":
      return ((shell.vars.lookup(operand)?.flags ?? 0) & NAMEREF) !== 0;
    case "-t":
      return /^\d+$/.test(operand) && isTerminal(shell, Number(operand));
    default:
      return yield* testFile(shell, operator, operand);
  }
}

function isTerminal(shell: Shell, fd: number): boolean {
  try {
    return shell.proc.isatty(fd);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** -v name, -v name[key], -v name[@] */
function* isVariableSet(shell: Shell, reference: string): Co<boolean> {
  const bracket = reference.indexOf("[");
  if (bracket < 0) {
    if (/^\d+$/.test(reference))
      return Number(reference) === 0 || shell.positional[Number(reference) - 1] !== undefined;
    return shell.vars.get(reference) !== undefined;
  }
  const { variable } = shell.vars.target(reference.slice(0, bracket));
  const subscript = reference.slice(bracket + 1, -1);
  if (!variable) return false;
  if ((subscript === "@" || subscript === "*") && !variable.assoc)
    return elementsOf(shell, variable).length > 0;
  return shell.vars.element(variable, yield* expandedSubscript(shell, subscript)) !== undefined;
}

function* testFile(shell: Shell, operator: string, path: string): Co<boolean> {
  const access = ACCESS[operator];
  if (access !== undefined) return path !== "" && (yield* wait(shell.proc.access(path, access)));
  const stat = yield* statOf(shell, path, operator === "-h" || operator === "-L");
  if (!stat) return false;
  const type = stat.mode & S_IFMT;
  switch (operator) {
    case "-a":
    case "-e":
      return true;
    case "-h":
    case "-L":
      return type === S_IFLNK;
    case "-s":
      return stat.size > 0;
    case "-N":
      return stat.mtimeNs > stat.atimeNs;
    case "-O":
      return stat.uid === shell.proc.euid;
    case "-G":
      return stat.gid === shell.proc.egid;
  }
  const bit = BITS[operator];
  return bit !== undefined ? (stat.mode & bit) !== 0 : type === TYPES[operator];
}

function* statOf(shell: Shell, path: string, noFollow = false): Co<Stat | undefined> {
  if (path === "") return undefined;
  try {
    return yield* wait(noFollow ? shell.proc.lstat(path) : shell.proc.stat(path));
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** -nt, -ot, -ef: a file that is not there is older than any. */
export function* testBinaryFiles(shell: Shell, operator: string, left: string, right: string): Co<boolean> {
  const a = yield* statOf(shell, left);
  const b = yield* statOf(shell, right);
  if (operator === "-ef") return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
  if (operator === "-nt") return a !== undefined && (b === undefined || a.mtimeNs > b.mtimeNs);
  return b !== undefined && (a === undefined || a.mtimeNs < b.mtimeNs);
}
