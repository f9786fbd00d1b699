// Where the operands of cp and mv go: into a directory, or onto the last operand.

import { isDirectory } from "@agentos/kernel/abi";
import { type Proc, quoteName, UsageError } from "@agentos/kernel/program";
import { baseName } from "./path-names.ts";
import { join } from "./paths.ts";

/** [source, target] pairs; a message if the last operand of several is no directory. */
export async function destinations(
  proc: Proc,
  operands: readonly string[],
  options: { targetDirectory: string | undefined; noTargetDirectory: boolean; parents?: boolean },
): Promise<[string, string][] | string> {
  if (operands.length === 0) throw new UsageError("missing file operand");
  const { targetDirectory, noTargetDirectory, parents } = options;
  const into = (directory: string, sources: readonly string[]): [string, string][] =>
    sources.map((source) => [
      source,
      join(directory, parents ? source.replace(/^\/+/, "") : baseName(source)),
    ]);
  if (targetDirectory !== undefined) {
    const stat = await proc.statIfExists(targetDirectory);
    if (stat && isDirectory(stat.mode)) return into(targetDirectory, operands);
    return `target directory ${quoteName(targetDirectory)}: ${stat ? "Not a directory" : "No such file or directory"}`;
  }
  if (operands.length === 1) {
    throw new UsageError(`missing destination file operand after ${quoteName(operands[0]!)}`);
  }
  const last = operands.at(-1)!;
  if (noTargetDirectory) {
    if (operands.length > 2) throw new UsageError(`extra operand ${quoteName(operands[2]!)}`);
    return [[operands[0]!, last]];
  }
  const stat = await proc.statIfExists(last);
  if (stat && isDirectory(stat.mode)) return into(last, operands.slice(0, -1));
  if (operands.length > 2) {
    return `target ${quoteName(last)}: ${stat ? "Not a directory" : "No such file or directory"}`;
  }
  return [[operands[0]!, last]];
}
