import { isRegular, latin1FromBytes } from "@agentos/kernel/abi";
import { type Proc, Reader } from "@agentos/kernel/program";
import { CharacterCounter, type CharacterScan } from "./character-counter.ts";

export const COUNTS = ["lines", "words", "chars", "bytes", "longest"] as const;
export type CountName = (typeof COUNTS)[number];
export type Counts = Record<CountName, number>;

export const noCounts = (): Counts => ({ lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 });

/** The counts of one input; those not in `wanted` may stay 0. */
export async function countInput(
  proc: Proc,
  fd: number,
  wanted: readonly CountName[],
  utf8: boolean,
): Promise<Counts> {
  const scanning = wanted.some(
    (name) => name === "words" || name === "longest" || (name === "chars" && utf8),
  );
  if (!scanning && !wanted.includes("lines")) {
    const size = await sizeAhead(proc, fd);
    if (size !== undefined) return { ...noCounts(), bytes: size, chars: size };
  }
  const scan: CharacterScan | undefined = scanning ? new CharacterCounter(utf8) : undefined;
  const counts = noCounts();
  const reader = new Reader(proc, fd, 1 << 17);
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) break;
    counts.bytes += chunk.length;
    if (scan !== undefined) scan.add(chunk);
    else if (wanted.includes("lines")) counts.lines += countNewlines(chunk);
    const pause = proc.yield();
    if (pause) await pause;
  }
  if (scan === undefined) return { ...counts, chars: counts.bytes };
  return { ...scan.finish(), bytes: counts.bytes };
}

/** What is left to read of a regular file; undefined where only reading tells. */
async function sizeAhead(proc: Proc, fd: number): Promise<number | undefined> {
  const stat = await proc.fstat(fd);
  if (!isRegular(stat.mode) || stat.size === 0) return undefined;
  if (fd !== 0) return stat.size;
  return Math.max(0, stat.size - (await proc.lseek(fd, 0, 1)));
}

/** Short lines are counted fastest in a loop over the bytes, long ones by searching. */
function countNewlines(chunk: Uint8Array): number {
  let count = 0;
  if (chunk.subarray(0, 512).includes(10)) {
    for (let i = 0; i < chunk.length; i++) if (chunk[i] === 10) count++;
    return count;
  }
  const text = latin1FromBytes(chunk);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
