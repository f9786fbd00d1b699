import { isSysError } from "@agentos/kernel/abi";
import { errorText, openInput, type Proc, stdout, usedStdout, warn } from "@agentos/kernel/program";
import { shownName } from "./quote.ts";

/**
 * Calls `each` with every input in turn, opened for reading: the operands, or standard input without any. An input
 * that cannot be opened or read is reported and the rest still run. @returns 1 if one failed, else 0
 */
export async function forEachInput(
  proc: Proc,
  operands: readonly string[],
  each: (fd: number, name: string) => Promise<void> | void,
  describe = (name: string, error: string): string => `${shownName(name)}: ${error}`,
): Promise<number> {
  let status = 0;
  for (const name of operands.length === 0 ? ["-"] : operands) {
    try {
      const fd = await openInput(proc, name);
      try {
        await each(fd, name);
      } finally {
        if (fd !== 0) await proc.close(fd);
      }
    } catch (error) {
      if (!isSysError(error) || usedStdout(proc)?.failure === error) throw error;
      await stdout(proc).flush();
      await warn(proc, describe(name, errorText(error)));
      status = 1;
    }
  }
  return status;
}
