import { openInput, type Proc, Reader } from "@agentos/kernel/program";
import { type DigestName, newDigest } from "./host-digest.ts";

export interface DigestTool {
  /** The command: "sha256sum". */
  name: string;
  algorithm: DigestName;
  /** As in BSD's "SHA256 (file) = …". */
  tag: string;
  /** Of the hexadecimal digest. */
  length: number;
}

/** The digest of a file, or of standard input, in hexadecimal. @throws SyscallError as open(2) and read(2) do */
export async function digestOf(proc: Proc, name: string, algorithm: DigestName): Promise<string> {
  const fd = await openInput(proc, name);
  try {
    const digest = newDigest(algorithm);
    const reader = new Reader(proc, fd, 1 << 17);
    for (;;) {
      const next = reader.read();
      const chunk = next instanceof Promise ? await next : next;
      if (chunk === undefined) return digest.finish();
      digest.update(chunk);
      const pause = proc.yield();
      if (pause) await pause;
    }
  } finally {
    if (fd !== 0) await proc.close(fd);
  }
}
