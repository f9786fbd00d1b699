import { errorText, type Proc, warn } from "@agentos/kernel/program";

/**
 * Acts on every operand; a failed call is reported as "<describe(operand)>: <strerror>" and the rest still run.
 * @returns 1 if one failed, else 0
 */
export async function forEachOperand(
  proc: Proc,
  operands: readonly string[],
  describe: (operand: string) => string,
  act: (operand: string) => Promise<void> | void,
): Promise<number> {
  let status = 0;
  for (const operand of operands) {
    try {
      await act(operand);
    } catch (error) {
      await warn(proc, `${describe(operand)}: ${errorText(error)}`);
      status = 1;
    }
    const pause = proc.yield();
    if (pause) await pause;
  }
  return status;
}
