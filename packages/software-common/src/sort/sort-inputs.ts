import { isSysError, O_RDONLY } from "@agentos/kernel/abi";
import { errorText, type Proc, stderr, warn } from "@agentos/kernel/program";
import { quote, shownName } from "../shared/quote.ts";
import { readTextFile } from "../shared/text-file.ts";

/** Ends the sort with a message and status 2. */
export class SortFailure {
  readonly message: string;
  readonly hint: boolean;
  constructor(message: string, hint = false) {
    this.message = message;
    this.hint = hint;
  }

  async report(proc: Proc): Promise<number> {
    await warn(proc, this.message);
    if (this.hint) await stderr(proc).write(`Try '${proc.argv[0]} --help' for more information.\n`);
    return 2;
  }
}

export async function openOrFail(proc: Proc, name: string, flags: number): Promise<number> {
  if (name === "-" && flags === O_RDONLY) return 0;
  try {
    return await proc.open(name, flags, 0o666);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const verb = flags === O_RDONLY ? "cannot read" : "open failed";
    throw new SortFailure(`${verb}: ${shownName(name)}: ${errorText(error)}`);
  }
}

/** The files to sort: the operands, or the names in the --files0-from file. */
export async function inputNames(
  proc: Proc,
  operands: readonly string[],
  files0From: string | undefined,
): Promise<readonly string[]> {
  if (files0From === undefined) return operands.length === 0 ? ["-"] : operands;
  if (operands.length > 0) {
    throw new SortFailure(
      `extra operand ${quote(proc, operands[0]!)}\nfile operands cannot be combined with --files0-from`,
      true,
    );
  }
  const list = await readTextFile(proc, files0From === "-" ? "/dev/stdin" : files0From);
  if (list === undefined)
    throw new SortFailure(`open failed: ${shownName(files0From)}: No such file or directory`);
  const names = list.split("\0");
  if (names.at(-1) === "") names.pop();
  if (names.length === 0) throw new SortFailure(`no input from ${quote(proc, files0From)}`);
  return names;
}
