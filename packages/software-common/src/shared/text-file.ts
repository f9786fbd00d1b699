import { decode, isSysError, O_RDONLY } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";

/** A whole small file, at most `limit` bytes of it; @throws as open and read do */
export async function readBytes(proc: Proc, fd: number, limit = 1 << 26): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < limit) {
    const chunk = new Uint8Array(65536);
    const count = await proc.read(fd, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  const out = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    out.set(chunk, offset);
    offset += chunk.length;
  }
  return out;
}

/** A small text file; undefined if it cannot be opened or read. */
export async function readTextFile(proc: Proc, path: string): Promise<string | undefined> {
  try {
    const fd = await proc.open(path, O_RDONLY);
    const bytes = await readBytes(proc, fd);
    await proc.close(fd);
    return decode(bytes);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}
