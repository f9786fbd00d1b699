import { type Proc, parseOptions, UsageError } from "@agentos/kernel/program";
import { join } from "../shared/paths.ts";
import { readTextFile } from "../shared/text-file.ts";
import { expandOldStyle, type TarOptions, tarOptions } from "./options.ts";

/** A name of the command line, and the directory it is relative to. */
export interface Name {
  path: string;
  base: string;
}

export async function namesOf(proc: Proc, options: TarOptions, operands: readonly string[]): Promise<Name[]> {
  const bases = basesOf(proc);
  const last = basePath(proc, options.directory);
  const names = operands.map((path, i) => ({ path, base: bases[i] ?? last }));
  for (const file of options.filesFrom) {
    const text = await readTextFile(proc, file === "-" ? "/dev/stdin" : file);
    if (text === undefined) throw new UsageError(`${file}: Cannot open: No such file or directory`);
    const lines = text.split(options.nullNames ? "\0" : "\n").filter((line) => line !== "");
    for (const path of lines) names.push({ path, base: last });
  }
  return names;
}

export const basePath = (proc: Proc, directories: readonly string[]): string =>
  directories.reduce((base, one) => (one.startsWith("/") ? one : join(base, one)), proc.cwd);

/** The directory each operand is relative to: -C holds for the names behind it. */
function basesOf(proc: Proc): string[] {
  const bases: string[] = [];
  const words = expandOldStyle(proc.argv);
  const directories: string[] = [];
  for (let end = 2; end <= words.length; end++) {
    let parsed: { operands: string[]; options: TarOptions };
    try {
      parsed = parseOptions(tarOptions, words.slice(0, end));
    } catch (error) {
      if (error instanceof UsageError) continue;
      throw error;
    }
    directories.splice(0, directories.length, ...parsed.options.directory);
    if (parsed.operands.length > bases.length) bases.push(basePath(proc, directories));
  }
  return bases;
}
