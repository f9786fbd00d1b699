import { latin1FromBytes } from "@agentos/kernel/abi";
import { latin1ToOsString, openInput, type Proc, Reader } from "@agentos/kernel/program";
import type { GrepArguments } from "./settings.ts";

export interface Patterns {
  patterns: string[];
  /** The arguments that are files. */
  files: string[];
}

/** The patterns of -e, -f and, without those, the first operand; undefined when there is none. */
export async function readPatterns(
  proc: Proc,
  { order, operands }: GrepArguments,
): Promise<Patterns | undefined> {
  const given = order.filter(({ name }) => name === "patterns" || name === "patternFiles");
  if (given.length === 0) {
    const [first, ...files] = operands;
    return first === undefined ? undefined : { patterns: first.split("\n"), files };
  }
  const patterns: string[] = [];
  for (const { name, value } of given) {
    patterns.push(
      ...(name === "patterns" ? String(value).split("\n") : await readLines(proc, String(value))),
    );
  }
  return { patterns: [...new Set(patterns)], files: operands };
}

/** The lines of a file. */
export async function readLines(proc: Proc, path: string): Promise<string[]> {
  const fd = await openInput(proc, path);
  const reader = new Reader(proc, fd);
  let text = "";
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read())
    text += latin1FromBytes(chunk);
  if (fd !== 0) await proc.close(fd);
  if (text === "") return [];
  return latin1ToOsString(text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
