import {
  isBlockDevice,
  isCharDevice,
  isDirectory,
  isFifo,
  isRegular,
  isSocket,
  isSymlink,
  isSysError,
  R_OK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  type Stat,
  W_OK,
  X_OK,
} from "@agentos/kernel/abi";
import { defineProgram, fail, type Proc } from "@agentos/kernel/program";
import { evaluateTest, TestSyntaxError } from "@agentos/posix";

const TYPES: Readonly<Record<string, (stat: Stat, proc: Proc) => boolean>> = {
  a: () => true,
  e: () => true,
  f: ({ mode }) => isRegular(mode),
  d: ({ mode }) => isDirectory(mode),
  p: ({ mode }) => isFifo(mode),
  b: ({ mode }) => isBlockDevice(mode),
  c: ({ mode }) => isCharDevice(mode),
  S: ({ mode }) => isSocket(mode),
  s: ({ size }) => size > 0,
  u: ({ mode }) => (mode & S_ISUID) !== 0,
  g: ({ mode }) => (mode & S_ISGID) !== 0,
  k: ({ mode }) => (mode & S_ISVTX) !== 0,
  O: ({ uid }, proc) => uid === proc.euid,
  G: ({ gid }, proc) => gid === proc.egid,
  N: ({ atimeNs, mtimeNs }) => mtimeNs > atimeNs,
};

const ACCESS: Readonly<Record<string, number>> = { r: R_OK, w: W_OK, x: X_OK };

async function statOr(proc: Proc, path: string, follow: boolean): Promise<Stat | undefined> {
  try {
    return await (follow ? proc.stat(path) : proc.lstat(path));
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

async function fileTest(proc: Proc, letter: string, path: string): Promise<boolean> {
  const access = ACCESS[letter];
  if (access !== undefined) return proc.access(path, access);
  if (letter === "L" || letter === "h") return isSymlink((await statOr(proc, path, false))?.mode ?? 0);
  const stat = await statOr(proc, path, true);
  return stat !== undefined && TYPES[letter]!(stat, proc);
}

async function compareFiles(
  proc: Proc,
  operator: "nt" | "ot" | "ef",
  left: string,
  right: string,
): Promise<boolean> {
  const a = await statOr(proc, left, true);
  const b = await statOr(proc, right, true);
  if (operator === "ef") return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
  const [newer, older] = operator === "nt" ? [a, b] : [b, a];
  if (newer === undefined) return false;
  return older === undefined || newer.mtimeNs > older.mtimeNs;
}

export default defineProgram({
  name: "test",
  summary: "Exit with the status determined by EXPRESSION.",
  usage: "EXPRESSION",
  rawArguments: true,
  usageStatus: 2,
  async run(proc, { operands }) {
    let args = operands;
    if (proc.argv[0]?.endsWith("[")) {
      if (args.at(-1) !== "]") return fail(proc, "missing ']'", 2);
      args = args.slice(0, -1);
    }
    try {
      const result = await evaluateTest(args, {
        file: (letter, path) => fileTest(proc, letter, path),
        compareFiles: (operator, left, right) => compareFiles(proc, operator, left, right),
        isTerminal: (fd) => proc.isatty(fd),
      });
      return result ? 0 : 1;
    } catch (error) {
      if (error instanceof TestSyntaxError) return fail(proc, error.message, 2);
      throw error;
    }
  },
});
