import { isDirectory, isRegular } from "@agentos/kernel/abi";
import { type Proc, quoteName, Reader, stdout, warn } from "@agentos/kernel/program";
import { countByte, indexAfter } from "../shared/newlines.ts";
import { TailBuffer } from "../shared/tail-buffer.ts";

export interface TailAmount {
  unit: "lines" | "bytes";
  count: number;
  /** From the count-th line or byte on, rather than the last ones. */
  fromStart: boolean;
  delimiter: number;
}

const BLOCK = 65536;

/** Prints the end of an open file; false if it is a directory. */
export async function copyTail(proc: Proc, fd: number, name: string, amount: TailAmount): Promise<boolean> {
  const stat = await proc.fstat(fd);
  if (isDirectory(stat.mode)) {
    await stdout(proc).flush();
    await warn(proc, `error reading ${quoteName(name)}: Is a directory`);
    return false;
  }
  if (amount.fromStart) await copyFromStart(proc, fd, amount);
  else {
    if (isRegular(stat.mode) && stat.size > BLOCK) await seekNear(proc, fd, stat.size, amount);
    await copyEnd(proc, fd, amount);
  }
  return true;
}

/** Moves a regular file's offset to a place at or before where its end begins. */
async function seekNear(
  proc: Proc,
  fd: number,
  size: number,
  { unit, count, delimiter }: TailAmount,
): Promise<void> {
  const start = await proc.lseek(fd, 0, 1);
  if (unit === "bytes") {
    await proc.lseek(fd, Math.max(start, size - count), 0);
    return;
  }
  const block = new Uint8Array(BLOCK);
  let at = size;
  for (let lines = 0; lines <= count && at > start; ) {
    const length = Math.min(BLOCK, at - start);
    at -= length;
    lines += countByte(block.subarray(0, await proc.pread(fd, block.subarray(0, length), at)), delimiter);
    const pause = proc.yield();
    if (pause) await pause;
  }
  await proc.lseek(fd, at, 0);
}

async function copyEnd(proc: Proc, fd: number, { unit, count, delimiter }: TailAmount): Promise<void> {
  const tail = new TailBuffer(count, unit === "lines" ? delimiter : undefined);
  const reader = new Reader(proc, fd);
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) break;
    tail.push(chunk);
    const pause = proc.yield();
    if (pause) await pause;
  }
  await stdout(proc).write(tail.split()[1]);
}

async function copyFromStart(proc: Proc, fd: number, { unit, count, delimiter }: TailAmount): Promise<void> {
  let skip = Math.max(0, count - 1);
  const reader = new Reader(proc, fd);
  const out = stdout(proc);
  for (;;) {
    const next = reader.read();
    let chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return;
    if (skip > 0) {
      const end = unit === "bytes" ? Math.min(skip, chunk.length) : indexAfter(chunk, delimiter, skip);
      skip = unit === "bytes" ? skip - end : end < 0 ? skip - countByte(chunk, delimiter) : 0;
      chunk = end < 0 ? chunk.subarray(chunk.length) : chunk.subarray(end);
    }
    const written = out.write(chunk);
    if (written) await written;
    const pause = proc.yield();
    if (pause) await pause;
  }
}
