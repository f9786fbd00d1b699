import { AgentOs } from "@agentos/core";
import { exitCodeOf } from "./exit-code.ts";
import type { Options } from "./parse.ts";
import type { COMMANDS } from "./spec.ts";
import { takeTerminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { vmOptions } from "./vm-options.ts";

export interface ShellRequest {
  options: Options<typeof COMMANDS.shell>;
  operands: readonly string[];
}

/** @returns the shell's exit code @throws UsageError */
export async function shell({ options, operands }: ShellRequest): Promise<number> {
  if (operands.length > 0) throw new UsageError(`unexpected argument: ${operands[0]}`, "shell");
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError("a shell needs a terminal; use `agentos run` for scripts", "shell");
  }
  await using vm = await AgentOs.create(vmOptions("shell", options));
  // A terminal that does not know its size says 0.
  const cols = process.stdout.columns || 80;
  const rows = process.stdout.rows || 24;
  const { TERM = "xterm-256color", COLORTERM } = process.env;
  const env: Record<string, string> = { TERM };
  if (COLORTERM !== undefined) env.COLORTERM = COLORTERM;
  const { shellId } = await vm.openShell({ cols, rows, env });

  using terminal = takeTerminal();
  terminal.onInput((data) => void vm.writeShell(shellId, data).catch(() => {}));
  terminal.onResize((size) => void vm.resizeShell(shellId, size.cols, size.rows).catch(() => {}));
  terminal.onHangUp(() => void vm.closeShell(shellId).catch(() => {}));
  const output = vm.onShellData(shellId, (data) => terminal.write(data));
  const ending = await vm.waitShell(shellId);
  await vm.closeShell(shellId);
  await output.ended;
  return exitCodeOf(ending);
}
