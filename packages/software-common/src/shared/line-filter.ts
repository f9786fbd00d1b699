import { LineReader, type Proc, stdout } from "@agentos/kernel/program";

/**
 * Copies an input to standard output line by line. `change` gets a line (one character per byte) without its end and
 * whether it had one, and answers what to write.
 */
export async function filterLines(
  proc: Proc,
  fd: number,
  change: (line: string, terminated: boolean) => string,
  delimiter = 10,
): Promise<void> {
  const reader = new LineReader(proc, fd, delimiter);
  const out = stdout(proc);
  for (;;) {
    const next = reader.next();
    const batch = next instanceof Promise ? await next : next;
    if (batch === undefined) return;
    const terminated = !reader.endsWithoutDelimiter;
    let text = "";
    for (const line of batch) text += change(line, terminated);
    const written = out.writeLatin1(text);
    if (written) await written;
    const pause = proc.yield();
    if (pause) await pause;
  }
}
