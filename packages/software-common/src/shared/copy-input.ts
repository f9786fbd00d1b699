import { type Proc, Reader, stdout } from "@agentos/kernel/program";

/** Copies the rest of an input to standard output. */
export async function copyInput(proc: Proc, fd: number): Promise<void> {
  const reader = new Reader(proc, fd);
  for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
    const written = stdout(proc).write(chunk);
    if (written) await written;
    const pause = proc.yield();
    if (pause) await pause;
  }
}
