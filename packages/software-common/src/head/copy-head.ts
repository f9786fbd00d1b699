import { isSysError } from "@agentos/kernel/abi";
import { type Proc, Reader, stdout } from "@agentos/kernel/program";
import { countByte, indexAfter } from "../shared/newlines.ts";
import { TailBuffer } from "../shared/tail-buffer.ts";

/** Hands the chunks of an input to `each` until it answers false; gives way in between. */
async function eachChunk(
  proc: Proc,
  fd: number,
  size: number,
  each: (chunk: Uint8Array) => boolean | Promise<boolean>,
): Promise<void> {
  const reader = new Reader(proc, fd, size);
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return;
    const more = each(chunk);
    if (!(more instanceof Promise ? await more : more)) return;
    const pause = proc.yield();
    if (pause) await pause;
  }
}

export async function firstBytes(proc: Proc, fd: number, count: number): Promise<void> {
  const out = stdout(proc);
  let left = count;
  if (left === 0) return;
  await eachChunk(proc, fd, Math.min(left, 1 << 17), (chunk) => {
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= part.length;
    const pause = out.write(part);
    return pause ? pause.then(() => left > 0) : left > 0;
  });
}

export async function firstLines(proc: Proc, fd: number, count: number, delimiter: number): Promise<void> {
  const out = stdout(proc);
  let left = count;
  if (left === 0) return;
  await eachChunk(proc, fd, 8192, async (chunk) => {
    const end = indexAfter(chunk, delimiter, left);
    if (end < 0) {
      left -= countByte(chunk, delimiter);
      await out.write(chunk);
      return true;
    }
    await out.write(chunk.subarray(0, end));
    await giveBack(proc, fd, chunk.length - end);
    return false;
  });
}

/** Leaves the offset of a file that can seek right after what was printed, for whoever reads on. */
async function giveBack(proc: Proc, fd: number, count: number): Promise<void> {
  if (count === 0 || fd !== 0) return;
  try {
    await proc.lseek(fd, -count, 1);
  } catch (error) {
    if (!isSysError(error, "ESPIPE")) throw error;
  }
}

async function allBut(proc: Proc, fd: number, tail: TailBuffer): Promise<void> {
  const out = stdout(proc);
  await eachChunk(proc, fd, 65536, async (chunk) => {
    for (const before of tail.push(chunk)) await out.write(before);
    return true;
  });
  await out.write(tail.split()[0]);
}

export const allButLastBytes = (proc: Proc, fd: number, count: number): Promise<void> =>
  allBut(proc, fd, new TailBuffer(count, undefined));

export const allButLastLines = (proc: Proc, fd: number, count: number, delimiter: number): Promise<void> =>
  allBut(proc, fd, new TailBuffer(count, delimiter));
