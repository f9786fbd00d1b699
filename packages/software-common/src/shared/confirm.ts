import { type Proc, stderr, usedStdout } from "@agentos/kernel/program";

/** Asks on standard error; whether the line read from standard input begins with y or Y. */
export async function confirm(proc: Proc, question: string): Promise<boolean> {
  await usedStdout(proc)?.flush();
  await stderr(proc).write(question);
  const byte = new Uint8Array(1);
  let first: number | undefined;
  while ((await proc.read(0, byte)) === 1 && byte[0] !== 10) first ??= byte[0];
  return first === 0x79 || first === 0x59;
}
