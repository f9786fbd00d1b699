import { isSysError, type MaybePromise } from "@agentos/vfs/abi";
import type { Proc } from "./proc.ts";
import { stderr } from "./writer.ts";

/** A mistake in the arguments. defineProgram prints it with the "Try … --help" line and exits with usageStatus. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** A status to exit with instead of the program's usageStatus. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** strerror(3) of a failed call. Anything else, such as ProcessExit, is rethrown. */
export function errorText(error: unknown): string {
  if (isSysError(error)) return error.message;
  throw error;
}

/** Writes "<name>: <message>\n" to standard error; the name is argv[0]. */
export function warn(proc: Proc, message: string): MaybePromise<void> {
  return stderr(proc).write(`${proc.argv[0] ?? ""}: ${message}\n`);
}

/** Calls warn() and answers with the exit status: `return fail(proc, "missing operand")`. */
export function fail(proc: Proc, message: string, status = 1): MaybePromise<number> {
  const pause = warn(proc, message);
  return pause ? pause.then(() => status) : status;
}

/** A file name for a message, quoted as by GNU's quoteaf: always in quotes that a shell would read back. */
export function quoteName(name: string): string {
  if (!/['\0-\x1f\x7f\udc80-\udcff]/.test(name)) return `'${name}'`;
  if (!/[\0-\x1f\x7f\udc80-\udcff"$`\\!]/.test(name)) return `"${name}"`;
  let out = "'";
  let escaping = false;
  for (const char of name) {
    const code = char.codePointAt(0)!;
    const escaped = escapeOf(code);
    if ((escaped !== undefined) !== escaping) {
      out += escaping ? "''" : "'$'";
      escaping = !escaping;
    }
    out += escaped ?? (char === "'" ? "'\\''" : char);
  }
  return `${out}'`;
}

const NAMED: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

function escapeOf(code: number): string | undefined {
  if (code >= 0xdc80 && code <= 0xdcff) return `\\${(code - 0xdc00).toString(8)}`;
  if (code >= 0x20 && code !== 0x7f) return undefined;
  return NAMED[code] ?? `\\${code.toString(8).padStart(3, "0")}`;
}
